import LecternCore

/// What is wrong in a text, first of all.
struct TextFault: Equatable {
    var offset: Int
    /// A character that no page may hold; nil: the bytes are not UTF-8 (RFC 3629), or a NUL.
    var refused: UInt32?
}

/// - Parameter refusing: whether characters that no page may hold are faults.
func firstFault(in bytes: [UInt8], refusing: Bool = true) -> TextFault? {
    bytes.withUnsafeBufferPointer { bytes in
        var at = 0
        let count = bytes.count
        while at < count {
            let byte = bytes[at]
            if byte < 0x80 {
                if byte < 0x20 || byte == 0x7F {
                    if byte == 0 { return TextFault(offset: at) }
                    if refusing, isRefused(UInt32(byte)) { return TextFault(offset: at, refused: UInt32(byte)) }
                }
                at += 1
                continue
            }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            guard byte >= 0xC2, byte <= 0xF4, at + length <= count else { return TextFault(offset: at) }
            let second = bytes[at + 1]
            let low: UInt8 = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80
            let high: UInt8 = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF
            guard second >= low, second <= high else { return TextFault(offset: at) }
            for next in 2..<max(length, 2) where bytes[at + next] & 0xC0 != 0x80 { return TextFault(offset: at) }
            // Only these can begin one that is refused.
            if refusing, byte == 0xC2 || byte == 0xEF || byte >= 0xF0 {
                var scalar = UInt32(byte) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
                for next in 1..<length { scalar = scalar << 6 | UInt32(bytes[at + next] & 0x3F) }
                if isRefused(scalar) { return TextFault(offset: at, refused: scalar) }
            }
            at += length
        }
        return nil
    }
}

/// Control characters and noncharacters, which neither HTML (WHATWG HTML, "Preprocessing the input stream") nor XML lets
/// a page or feed hold. Tab, line feed and carriage return are white space.
func isRefused(_ scalar: UInt32) -> Bool {
    if scalar < 0xA0 { return scalar < 0x20 ? scalar != 0x09 && scalar != 0x0A && scalar != 0x0D : scalar >= 0x7F }
    return scalar & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar)
}

func refusal(of scalar: UInt32, file: String, line: Int) -> Problem {
    let hex = String(scalar, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    return Problem(
        .error, "this line holds the character \(code), which shows nothing and no page may hold", file: file, line: line,
        help: ["delete it, or write the line anew: it often comes along when text is copied from another program"])
}

extension YAMLNode {
    /// Such characters come into a value by an escape: `"\\x0B"`.
    func firstRefusal(file: String) -> Problem? {
        switch kind {
        case .scalar(let text, _):
            text.unicodeScalars.first { isRefused($0.value) }.map { refusal(of: $0.value, file: file, line: line) }
        case .sequence(let items): items.lazy.compactMap { $0.firstRefusal(file: file) }.first
        case .mapping(let entries): entries.lazy.compactMap { $0.value.firstRefusal(file: file) }.first
        }
    }
}
