/// Finds the tags in a piece of raw HTML, as a browser's tokenizer would where it matters here: comments and the insides
/// of `<script>` and `<style>` hold no tags, a quoted value may hold `>`.
struct HTMLTags {
    struct Tag {
        /// Lower case.
        var name: String
        var isClosing: Bool
        var attributes: [Attribute]
        /// Of the "<".
        var start: Int
        /// Of the first `">"` and after.
        var end: Int

        subscript(_ name: String) -> Attribute? { attributes.first { $0.name == name } }
    }

    struct Attribute {
        /// Lower case.
        var name: String
        /// `&amp;` resolved; "" when there is none.
        var value: String
        /// Of the value as written, without its quotes; empty when there is none.
        var range: Range<Int>
        var isQuoted: Bool
    }

    private let bytes: Bytes
    private var index = 0

    init(_ bytes: Bytes) {
        self.bytes = bytes
    }

    mutating func next() -> Tag? {
        while let start = find(0x3C, from: index) {
            if starts(with: "<!--", at: start) {
                index = end(of: "-->", from: start + 4)
                continue
            }
            var position = start + 1
            let isClosing = position < bytes.count && bytes[position] == 0x2F
            if isClosing { position += 1 }
            guard position < bytes.count, isLetter(bytes[position]) else {
                index = start + 1
                continue
            }
            let nameStart = position
            while position < bytes.count, !isSpace(bytes[position]), bytes[position] != 0x2F, bytes[position] != 0x3E { position += 1 }
            let name = lowercased(nameStart..<position)
            let (attributes, end) = attributes(from: position)
            index = end
            if !isClosing, name == "script" || name == "style" { index = self.end(of: "</" + name, from: end, inclusive: false) }
            return Tag(name: name, isClosing: isClosing, attributes: attributes, start: start, end: end)
        }
        index = bytes.count
        return nil
    }

    private func attributes(from start: Int) -> (attributes: [Attribute], end: Int) {
        var out: [Attribute] = []
        var position = start
        while position < bytes.count {
            if isSpace(bytes[position]) || bytes[position] == 0x2F {
                position += 1
                continue
            }
            if bytes[position] == 0x3E { return (out, position + 1) }
            let nameStart = position
            position += 1
            while position < bytes.count, !isSpace(bytes[position]), ![0x3D, 0x3E, 0x2F].contains(bytes[position]) { position += 1 }
            let name = lowercased(nameStart..<position)
            var afterName = position
            while afterName < bytes.count, isSpace(bytes[afterName]) { afterName += 1 }
            guard afterName < bytes.count, bytes[afterName] == 0x3D else {
                out.append(Attribute(name: name, value: "", range: position..<position, isQuoted: false))
                continue
            }
            position = afterName + 1
            while position < bytes.count, isSpace(bytes[position]) { position += 1 }
            guard position < bytes.count else { break }
            let quote = bytes[position]
            let valueStart: Int
            if quote == 0x22 || quote == 0x27 {
                valueStart = position + 1
                position = find(quote, from: valueStart) ?? bytes.count
            } else {
                valueStart = position
                while position < bytes.count, !isSpace(bytes[position]), bytes[position] != 0x3E { position += 1 }
            }
            let range = valueStart..<position
            out.append(Attribute(name: name, value: value(range), range: range, isQuoted: valueStart > 0 && bytes[valueStart - 1] == quote && (quote == 0x22 || quote == 0x27)))
            if position < bytes.count, bytes[position] == quote, quote != 0x3E { position += 1 }
        }
        return (out, bytes.count)
    }

    private func value(_ range: Range<Int>) -> String {
        let text = String(decoding: bytes[range], as: UTF8.self)
        return text.contains("&amp;") ? text.split(separator: "&amp;", omittingEmptySubsequences: false).joined(separator: "&") : text
    }

    private func lowercased(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self).lowercased()
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        start <= bytes.count ? bytes[start...].firstIndex(of: byte) : nil
    }

    /// Past the next `text` (any case), or the end of all.
    private func end(of text: String, from start: Int, inclusive: Bool = true) -> Int {
        let length = text.utf8.count
        var position = start
        while position + length <= bytes.count {
            if starts(with: text, at: position) { return inclusive ? position + length : position }
            position += 1
        }
        return bytes.count
    }

    private func starts(with text: String, at position: Int) -> Bool {
        guard position + text.utf8.count <= bytes.count else { return false }
        return zip(bytes[position...], text.utf8).allSatisfy { ($0 | (isLetter($0) ? 0x20 : 0)) == $1 }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
