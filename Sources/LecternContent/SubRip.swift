/// A SubRip payload as WebVTT: `<i> <b> <u>` stay, `<font …>` and `{\an8}` go, everything else is text and escaped.
func webVTTMarkup(fromSubRip payload: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < payload.count {
        let rest = payload[index...]
        if let tag = subRipTag(rest) {
            result += tag.kept
            index += tag.length
            continue
        }
        if rest.starts(with: "{\\".utf8), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
            index = end + 1
            continue
        }
        switch payload[index] {
        case UInt8(ascii: "<"): result += "&lt;".utf8
        case UInt8(ascii: "&"): result += "&amp;".utf8
        case UInt8(ascii: ">"): result += "&gt;".utf8
        default: result.append(payload[index])
        }
        index += 1
    }
    return result
}

/// Editors write `{\an7}` to `{\an9}` where the picture's lower part has to stay free.
func isOnTop(_ payload: [UInt8]) -> Bool {
    payload.starts(with: "{\\an".utf8) && payload.count > 4 && (UInt8(ascii: "7")...UInt8(ascii: "9")).contains(payload[4])
}

private func subRipTag(_ text: ArraySlice<UInt8>) -> (kept: [UInt8], length: Int)? {
    guard text.first == UInt8(ascii: "<"), let end = text.prefix(120).firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let inside = String(decoding: text[(text.startIndex + 1)..<end], as: UTF8.self).lowercased()
    let length = end - text.startIndex + 1
    if ["i", "b", "u", "/i", "/b", "/u"].contains(inside) { return (Array("<\(inside)>".utf8), length) }
    if inside == "/font" || inside.hasPrefix("font ") { return ([], length) }
    return nil
}
