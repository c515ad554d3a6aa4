/// A script of the theme as it is published: without indentation, empty lines, and the comments that stand on lines of
/// their own. They are a third of what a reader would have to download.
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
        result += rest + [UInt8(ascii: "\n")]
        isInTemplate = isTemplateOpen(after: rest, isOpen: false)
    }
    return result
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
