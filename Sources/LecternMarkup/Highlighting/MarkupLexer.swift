/// HTML and XML, with the scripts and styles inside.
enum MarkupLexer {
    static func run(_ code: Bytes, to writer: inout CodeWriter) {
        let end = code.count
        var index = 0
        while index < end {
            if code[index] == 0x26 {
                let limit = min(end, index + 12)
                if let close = code[index..<limit].firstIndex(of: 0x3B), close > index + 1 {
                    writer.add(index..<(close + 1), .escape)
                    index = close + 1
                } else {
                    index += 1
                }
                continue
            }
            guard code[index] == 0x3C, index + 1 < end else {
                index += 1
                continue
            }
            if starts(code, index, "<!--") {
                let close = find(code, "-->", from: index).map { $0 + 3 } ?? end
                writer.add(index..<close, .comment)
                index = close
                continue
            }
            let start = index
            var position = index + 1
            if [0x2F, 0x21, 0x3F].contains(code[position]) { position += 1 }
            let nameStart = position
            while position < end, isNamePart(code[position]) { position += 1 }
            guard position > nameStart else {
                index += 1
                continue
            }
            writer.add(start..<position, .tag)
            let name = String(decoding: code[nameStart..<position], as: UTF8.self).lowercased()
            index = attributes(code, position, &writer)
            if nameStart == start + 1, name == "script" || name == "style" {
                let close = find(code, "</" + name, from: index) ?? end
                if name == "style" {
                    StyleSheetLexer.run(code, index..<close, to: &writer)
                } else {
                    var lexer = CodeLexer(Languages.javaScript, code, index..<close)
                    lexer.run(to: &writer)
                }
                index = close
            }
        }
    }

    /// - Returns: past the tag's end.
    private static func attributes(_ code: Bytes, _ start: Int, _ writer: inout CodeWriter) -> Int {
        var index = start
        while index < code.count {
            let byte = code[index]
            if byte == 0x3E {
                writer.add(index..<(index + 1), .tag)
                return index + 1
            }
            if byte == 0x22 || byte == 0x27 {
                let close = code[(index + 1)...].firstIndex(of: byte).map { $0 + 1 } ?? code.count
                writer.add(index..<close, .string)
                index = close
            } else if byte == 0x2F || byte == 0x3F {
                if index + 1 < code.count, code[index + 1] == 0x3E {
                    writer.add(index..<(index + 2), .tag)
                    return index + 2
                }
                index += 1
            } else if isNamePart(byte) || byte == 0x40 {
                let name = index
                while index < code.count, isNamePart(code[index]) || code[index] == 0x40 { index += 1 }
                let isValue = name > 0 && code[name - 1] == 0x3D
                writer.add(name..<index, isValue ? .string : .attribute)
            } else {
                index += 1
            }
        }
        return index
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte >= 0x80 || [0x2D, 0x5F, 0x3A, 0x2E].contains(byte)
    }

    private static func starts(_ code: Bytes, _ index: Int, _ text: String) -> Bool {
        code[index...].starts(with: text.utf8)
    }

    private static func find(_ code: Bytes, _ text: String, from start: Int) -> Int? {
        var index = start
        while let next = code[index...].firstIndex(of: text.utf8.first!) {
            if starts(code, next, text) { return next }
            index = next + 1
        }
        return nil
    }
}
