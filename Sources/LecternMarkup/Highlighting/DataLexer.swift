/// Formats that hold data and no program: JSON, YAML, INI and TOML, diffs.
enum DataLexer {
    static func json(_ code: Bytes, to writer: inout CodeWriter) {
        var index = 0
        while index < code.count {
            let start = index
            let byte = code[index]
            if byte == 0x22 {
                index = stringEnd(code, index)
                var after = index
                while after < code.count, code[after] <= 0x20 { after += 1 }
                writer.add(start..<index, after < code.count && code[after] == 0x3A ? .attribute : .string)
            } else if byte == 0x2F, index + 1 < code.count, code[index + 1] == 0x2F {
                index = lineEnd(code, index)
                writer.add(start..<index, .comment)
            } else if isDigit(byte) || byte == 0x2D {
                index += 1
                while index < code.count, isDigit(code[index]) || [0x2E, 0x65, 0x45, 0x2B, 0x2D].contains(code[index]) { index += 1 }
                writer.add(start..<index, .number)
            } else if isLetter(byte) {
                while index < code.count, isLetter(code[index]) { index += 1 }
                writer.add(start..<index, .constant)
            } else {
                index += 1
            }
        }
    }

    static func yaml(_ code: Bytes, to writer: inout CodeWriter) {
        var index = 0
        /// The indent of the key whose block of text (`|`, `>`) we are in.
        var textIndent: Int?
        while index < code.count {
            let end = lineEnd(code, index)
            var start = index
            while start < end, code[start] == 0x20 { start += 1 }
            defer { index = end + 1 }
            if let indent = textIndent {
                if start == end || start - index > indent {
                    writer.add(start..<end, .string)
                    continue
                }
                textIndent = nil
            }
            let indent = start - index
            while start + 1 < end, code[start] == 0x2D, code[start + 1] == 0x20 {
                start += 2
                while start < end, code[start] == 0x20 { start += 1 }
            }
            if start < end, code[start] == 0x23 {
                writer.add(start..<end, .comment)
                continue
            }
            if end - start >= 3, code[start..<end].starts(with: "---".utf8) || code[start..<end].starts(with: "...".utf8) {
                writer.add(start..<end, .keyword)
                continue
            }
            if let colon = keyEnd(code, start..<end) {
                writer.add(start..<colon, .attribute)
                start = colon + 1
            }
            while start < end, code[start] == 0x20 { start += 1 }
            if start < end, code[start] == 0x7C || code[start] == 0x3E {
                textIndent = indent
                writer.add(start..<end, .keyword)
                continue
            }
            yamlValue(code, start..<end, &writer)
        }
    }

    private static func yamlValue(_ code: Bytes, _ range: Range<Int>, _ writer: inout CodeWriter) {
        var index = range.lowerBound
        while index < range.upperBound {
            let start = index
            let byte = code[index]
            if byte == 0x23, index == range.lowerBound || code[index - 1] == 0x20 {
                writer.add(index..<range.upperBound, .comment)
                return
            }
            if byte == 0x22 || byte == 0x27 {
                index = min(stringEnd(code, index), range.upperBound)
                writer.add(start..<index, .string)
            } else if byte == 0x26 || byte == 0x2A || byte == 0x21 {
                while index < range.upperBound, code[index] > 0x20, code[index] != 0x2C { index += 1 }
                writer.add(start..<index, .variable)
            } else if [0x5B, 0x5D, 0x7B, 0x7D, 0x2C].contains(byte) || byte <= 0x20 {
                index += 1
            } else {
                while index < range.upperBound, ![0x2C, 0x5D, 0x7D].contains(code[index]), !(code[index] == 0x23 && code[index - 1] == 0x20) { index += 1 }
                var wordEnd = index
                while wordEnd > start, code[wordEnd - 1] <= 0x20 { wordEnd -= 1 }
                if let colon = keyEnd(code, start..<wordEnd) {
                    writer.add(start..<colon, .attribute)
                    index = colon + 1
                    continue
                }
                writer.add(start..<wordEnd, scalarClass(code[start..<wordEnd]))
            }
        }
    }

    /// `[section]`, `key = value`, `# comment`.
    static func settings(_ code: Bytes, to writer: inout CodeWriter) {
        var index = 0
        while index < code.count {
            let end = lineEnd(code, index)
            defer { index = end + 1 }
            var start = index
            while start < end, code[start] <= 0x20 { start += 1 }
            guard start < end else { continue }
            if code[start] == 0x23 || code[start] == 0x3B {
                writer.add(start..<end, .comment)
            } else if code[start] == 0x5B {
                writer.add(start..<end, .type)
            } else if let equals = code[start..<end].firstIndex(where: { $0 == 0x3D || $0 == 0x3A }) {
                var keyEnd = equals
                while keyEnd > start, code[keyEnd - 1] <= 0x20 { keyEnd -= 1 }
                writer.add(start..<keyEnd, .attribute)
                yamlValue(code, (equals + 1)..<end, &writer)
            } else {
                yamlValue(code, start..<end, &writer)
            }
        }
    }

    static func diff(_ code: Bytes, to writer: inout CodeWriter) {
        var index = 0
        while index < code.count {
            let end = lineEnd(code, index)
            defer { index = end + 1 }
            guard index < end else { continue }
            let line = code[index..<end]
            switch code[index] {
            case 0x2B where line.starts(with: "+++".utf8), 0x2D where line.starts(with: "---".utf8): writer.add(index..<end, .keyword)
            case 0x2B: writer.add(index..<end, .inserted)
            case 0x2D: writer.add(index..<end, .deleted)
            case 0x40: writer.add(index..<end, .keyword)
            default: break
            }
        }
    }

    // MARK: Parts

    /// The ":" behind a key, which a space or the line's end follows.
    private static func keyEnd(_ code: Bytes, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        guard index < range.upperBound else { return nil }
        if code[index] == 0x22 || code[index] == 0x27 { index = min(stringEnd(code, index), range.upperBound) }
        while index < range.upperBound {
            let byte = code[index]
            if byte == 0x3A, index + 1 == range.upperBound || code[index + 1] == 0x20 { return index }
            if byte == 0x22 || byte == 0x27 || byte == 0x7B || byte == 0x5B || (byte == 0x23 && code[index - 1] == 0x20) { return nil }
            index += 1
        }
        return nil
    }

    private static func scalarClass(_ text: Slice<Bytes>) -> TokenClass {
        if ["true", "false", "null", "yes", "no", "on", "off", "~"].contains(where: { text.elementsEqual($0.utf8) }) { return .constant }
        if let first = text.first, isDigit(first) || first == 0x2D, text.dropFirst().allSatisfy({ isDigit($0) || [0x2E, 0x65, 0x2D, 0x3A, 0x5F, 0x54, 0x5A, 0x78].contains($0) }) {
            return .number
        }
        return .string
    }

    private static func stringEnd(_ code: Bytes, _ start: Int) -> Int {
        var index = start + 1
        while index < code.count, code[index] != code[start], code[index] != 0x0A { index += code[index] == 0x5C && code[start] == 0x22 ? 2 : 1 }
        return min(code.count, index + 1)
    }

    private static func lineEnd(_ code: Bytes, _ start: Int) -> Int {
        code[start...].firstIndex(of: 0x0A) ?? code.count
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
