/// Finds the first level-one heading of a Markdown text, for a page whose front matter has no title.
///
/// A light scan, so that titles are known before anything is rendered: `# Title` outside of code fences, or a line
/// underlined with `=`. Emphasis, code marks and links around words are taken off.
func firstHeading(_ body: [UInt8]) -> String? {
    var fence: (byte: UInt8, count: Int)?
    var previous: Range<Int>?
    var at = 0
    while at < body.count {
        var end = at
        while end < body.count, body[end] != 0x0A { end += 1 }
        var start = at
        while start < end, start - at < 3, body[start] == 0x20 { start += 1 }
        var last = end
        while last > start, body[last - 1] <= 0x20 { last -= 1 }
        at = end + 1
        guard start < last else {
            previous = nil
            continue
        }
        let byte = body[start]
        if byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") {
            let count = body[start..<last].prefix { $0 == byte }.count
            if let open = fence {
                if open.byte == byte, count >= open.count { fence = nil }
            } else if count >= 3 {
                fence = (byte, count)
            }
        }
        if fence != nil { continue }
        if byte == UInt8(ascii: "#"), start + 1 < last, body[start + 1] == 0x20 {
            return plain(body[(start + 2)..<last])
        }
        if byte == UInt8(ascii: "="), let line = previous, body[start..<last].allSatisfy({ $0 == byte }) { return plain(body[line]) }
        let isParagraph = byte != UInt8(ascii: "#") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "|")
        previous = isParagraph ? start..<last : nil
    }
    return nil
}

private func plain(_ line: ArraySlice<UInt8>) -> String? {
    var text = String(decoding: line, as: UTF8.self)
    if let anchor = text.range(of: " {#"), text.hasSuffix("}") { text = String(text[..<anchor.lowerBound]) }
    while text.hasSuffix("#") { text.removeLast() }
    var out = ""
    var inTarget = false
    var escaped = false
    for (index, character) in zip(text.indices, text) {
        if inTarget {
            inTarget = character != ")"
            continue
        }
        if escaped {
            out.append(character)
            escaped = false
            continue
        }
        switch character {
        case "\\": escaped = true
        case "`", "*": break
        case "[": break
        case "]":
            let next = text.index(after: index)
            if next < text.endIndex, text[next] == "(" { inTarget = true }
        default: out.append(character)
        }
    }
    let trimmed = out.drop { $0 == " " }
    return trimmed.isEmpty ? nil : String(trimmed.reversed().drop { $0 == " " }.reversed())
}

extension String {
    fileprivate func range(of part: String) -> Range<String.Index>? { firstRange(of: part) }
}
