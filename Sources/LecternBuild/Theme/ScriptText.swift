/// A script of the theme as it is published: without indentation, empty lines, comments and the spaces around punctuation.
/// They are more than a third of what a reader would have to download.
///
/// It is no minifier: names and line ends stay, so that an error in the field can still be read. Lines inside a template
/// literal that runs over several lines are left alone.
func withoutComments(script: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(script.count)
    var isInComment = false
    var isInTemplate = false
    for line in script.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        if isInTemplate {
            result += line + [UInt8(ascii: "\n")]
            isInTemplate = isTemplateOpen(after: line, isOpen: true)
            continue
        }
        var rest = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        if !isInComment, rest.starts(with: "/*".utf8) {
            isInComment = true
            rest = rest.dropFirst(2)
        }
        if isInComment {
            guard let end = endOfComment(rest) else { continue }
            isInComment = false
            rest = rest[end...].drop { $0 == UInt8(ascii: " ") }
        }
        if rest.isEmpty || rest.starts(with: "//".utf8) { continue }
        result += withoutInnerComments(rest) + [UInt8(ascii: "\n")]
        isInTemplate = isTemplateOpen(after: rest, isOpen: false)
    }
    return result
}

/// Knows texts, templates and regular expressions, in which `//` and `/*` are no comments. A comment that does not end on the
/// line stays, and so does all behind a template that does not.
private func withoutInnerComments(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var at = line.startIndex
    // A template may hold code that holds a template: what is text and what is code there, is not looked into.
    let hasTemplate = line.contains(UInt8(ascii: "`"))
    func byte(_ index: Int) -> UInt8 { index < line.endIndex ? line[index] : 0 }
    func isSpaceToDrop() -> Bool {
        guard byte(at) == 0x20, !hasTemplate else { return false }
        return out.last.map(partsTokens) ?? true || partsTokens(byte(at + 1))
    }
    /// Copies up to and with the byte that ends what begins here; in a class of a regular expression, `/` ends nothing.
    func copy(until end: UInt8) {
        var isInClass = false
        repeat {
            if byte(at) == UInt8(ascii: "\\") { out.append(byte(at)); at += 1 }
            if end == UInt8(ascii: "/") {
                if byte(at) == UInt8(ascii: "[") { isInClass = true }
                if byte(at) == UInt8(ascii: "]") { isInClass = false }
            }
            if at < line.endIndex { out.append(line[at]) }
            at += 1
        } while at < line.endIndex && (byte(at) != end || isInClass)
        if at < line.endIndex { out.append(end) }
        at += 1
    }
    while at < line.endIndex {
        switch (byte(at), byte(at + 1)) {
        case (UInt8(ascii: "\""), _), (UInt8(ascii: "'"), _), (UInt8(ascii: "`"), _): copy(until: byte(at))
        case (UInt8(ascii: "/"), UInt8(ascii: "/")): at = line.endIndex
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            guard let end = endOfComment(line[(at + 2)...]) else { return out + line[at...] }
            at = end
            // One space where there was one before and one behind.
            if out.last == 0x20, byte(at) == 0x20 { at += 1 }
        case (UInt8(ascii: "/"), _) where beginsExpression(out): copy(until: UInt8(ascii: "/"))
        case _ where isSpaceToDrop(): at += 1
        default:
            out.append(line[at])
            at += 1
        }
    }
    while out.last == 0x20 { out.removeLast() }
    return out
}

/// Punctuation that ends a name and becomes no other beside its like: `a + +b` and `a - -b` keep their spaces.
private func partsTokens(_ byte: UInt8) -> Bool { "{}()[]=,;:?&|<>".utf8.contains(byte) }

/// Whether a slash behind this begins a regular expression: behind a value it divides.
private func beginsExpression(_ before: [UInt8]) -> Bool {
    guard let last = before.last(where: { $0 != 0x20 }) else { return true }
    if "(,=:[!&|?{};+->".utf8.contains(last) { return true }
    return before.suffix(7).elementsEqual("return ".utf8)
}

/// Where the text goes on after `*/`.
private func endOfComment(_ line: ArraySlice<UInt8>) -> Int? {
    line.indices.dropLast().first { line[$0] == UInt8(ascii: "*") && line[$0 + 1] == UInt8(ascii: "/") }.map { $0 + 2 }
}

private func isTemplateOpen(after line: ArraySlice<UInt8>, isOpen: Bool) -> Bool {
    var isOpen = isOpen
    var isEscaped = false
    for byte in line {
        if byte == UInt8(ascii: "`"), !isEscaped { isOpen.toggle() }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return isOpen
}
