/// What a cue says, without its markup.
struct CueText {
    var text: String
    var voice: String?
    /// `line` is counted from 0 within the cue.
    var complaints: [(line: Int, what: String, help: String)] = []
}

private let tagNames: Set<String> = ["c", "i", "b", "u", "ruby", "rt", "v", "lang"]

/// Takes the tags and character references out of a cue's payload, as W3C WebVTT "cue text" defines them. What stands in
/// `<rt>` (how a character is read aloud) is left out.
func readCueText(_ markup: [UInt8]) -> CueText {
    var result = CueText(text: "")
    var plain: [UInt8] = []
    var open: [String] = []
    var line = 0
    var index = 0
    while index < markup.count {
        let byte = markup[index]
        if byte == UInt8(ascii: "<") {
            guard let end = markup[index...].firstIndex(of: UInt8(ascii: ">")),
                let tag = Tag(markup[(index + 1)..<end])
            else {
                result.complaints.append((line, "a \"<\" that begins no tag hides the text after it", "write &lt;"))
                plain.append(byte)
                index += 1
                continue
            }
            let isKnown = tagNames.contains(tag.name)
            if !isKnown, !tag.isTime {
                result.complaints.append(
                    (line, "<\(tag.closes ? "/" : "")\(tag.name)> is not a tag of captions", "remove it, or write &lt; for \"<\""))
            } else if isKnown, !tag.closes {
                open.append(tag.name)
                if tag.name == "v", result.voice == nil, !tag.annotation.isEmpty { result.voice = tag.annotation }
            } else if isKnown {
                if let last = open.lastIndex(of: tag.name) {
                    open.removeSubrange(last...)
                } else {
                    result.complaints.append((line, "</\(tag.name)> closes nothing", "remove it"))
                }
            }
            line += markup[index..<end].count { $0 == UInt8(ascii: "\n") }
            index = end + 1
            continue
        }
        if byte == UInt8(ascii: "\n") { line += 1 }
        if byte == UInt8(ascii: "&"), let reference = readReference(markup[index...]) {
            if !open.contains("rt") { plain += reference.bytes }
            index += reference.length
            continue
        }
        if !open.contains("rt") { plain.append(byte) }
        index += 1
    }
    // A voice may stay open to the cue's end.
    for name in open where name != "v" {
        result.complaints.append((line, "<\(name)> is not closed", "write </\(name)> where it ends"))
    }
    result.text = tidy(plain)
    return result
}

private struct Tag {
    var name: String
    var closes: Bool
    var isTime: Bool
    var annotation: String

    init?(_ inside: ArraySlice<UInt8>) {
        closes = inside.first == UInt8(ascii: "/")
        let body = closes ? inside.dropFirst() : inside
        let nameEnd = body.firstIndex { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ".")].contains($0) }
        let first = body.first ?? 0
        isTime = !closes && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        guard isTime || first.isLetter else { return nil }
        name = String(decoding: body[..<(nameEnd ?? body.endIndex)], as: UTF8.self)
        let space = body.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") }
        annotation = space.map { tidy(Array(body[$0...])) } ?? ""
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}

/// Lines trimmed, runs of spaces made one, empty lines dropped.
private func tidy(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n").map { line in
        line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
}

/// `&amp;` and its like; a bare `&` is text.
private func readReference(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
    guard let end = text.prefix(10).firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let name = String(decoding: text[(text.startIndex + 1)..<end], as: UTF8.self)
    let length = end - text.startIndex + 1
    if let known = characterReferences[name] { return (Array(known.utf8), length) }
    guard name.hasPrefix("#") else { return nil }
    let number = name.dropFirst()
    let isHexadecimal = number.first == "x" || number.first == "X"
    guard let value = UInt32(isHexadecimal ? number.dropFirst() : number, radix: isHexadecimal ? 16 : 10), value > 0,
        let scalar = Unicode.Scalar(value)
    else { return nil }
    return (Array(String(scalar).utf8), length)
}

private let characterReferences = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "lrm": "\u{200E}", "rlm": "\u{200F}",
]
