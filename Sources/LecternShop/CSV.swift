/// A table of texts (RFC 4180), as spreadsheets and other platforms write it: separated by commas, semicolons or tabs, fields
/// in quotes where they have to be, lines ended in any way, perhaps a byte order mark.
struct CSV: Sendable {
    struct Row: Sendable {
        /// Where it begins, counted from 1.
        var line: Int
        var fields: [String]
    }

    enum Refusal: Error, Equatable {
        case isNotUTF8(line: Int)
        /// A quote that nothing closes, or that stands in the middle of a field.
        case isBrokenQuote(line: Int)
    }

    /// Rows with nothing in them are left out.
    let rows: [Row]

    init(_ bytes: [UInt8]) throws(Refusal) {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        let separator = Self.separator(of: bytes)
        var rows: [Row] = [], fields: [String] = [], field: [UInt8] = []
        var line = 1, rowLine = 1, at = 0, wasQuoted = false
        func endField() throws(Refusal) {
            guard let text = String(validating: field, as: UTF8.self) else { throw .isNotUTF8(line: line) }
            fields.append(wasQuoted ? text : Self.trimmed(text))
            (field, wasQuoted) = ([], false)
        }
        func endRow() throws(Refusal) {
            try endField()
            if fields.contains(where: { !$0.isEmpty }) { rows.append(Row(line: rowLine, fields: fields)) }
            fields = []
        }
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\"") where field.allSatisfy({ $0 == 0x20 }) && !wasQuoted:
                (field, wasQuoted) = ([], true)
                let start = line
                while true {
                    guard at < bytes.count else { throw .isBrokenQuote(line: start) }
                    if bytes[at] == UInt8(ascii: "\"") {
                        guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
                        at += 1
                    }
                    if bytes[at] == 0x0A { line += 1 }
                    field.append(bytes[at])
                    at += 1
                }
                at += 1
            case separator: try endField()
            case 0x0D, 0x0A:
                if byte == 0x0D, at < bytes.count, bytes[at] == 0x0A { at += 1 }
                try endRow()
                line += 1
                rowLine = line
            case _ where wasQuoted:
                guard byte == 0x20 else { throw .isBrokenQuote(line: line) }
            default: field.append(byte)
            }
        }
        try endRow()
        self.rows = rows
    }

    /// Whichever of the three the first line has most of, outside quotes.
    private static func separator(of bytes: [UInt8]) -> UInt8 {
        var counts: [UInt8: Int] = [:], isQuoted = false
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { break }
            counts[byte, default: 0] += 1
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? candidates[0]
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
