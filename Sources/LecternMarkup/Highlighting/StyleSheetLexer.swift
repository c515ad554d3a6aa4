/// CSS, and SCSS as far as it looks like it.
enum StyleSheetLexer {
    static func run(_ code: Bytes, _ range: Range<Int>, to writer: inout CodeWriter) {
        let end = range.upperBound
        var index = range.lowerBound
        /// Past the ":" of a declaration, before its ";".
        var isInValue = false
        while index < end {
            let byte = code[index]
            let start = index
            if byte == 0x2F, index + 1 < end, code[index + 1] == 0x2A || code[index + 1] == 0x2F {
                let isBlock = code[index + 1] == 0x2A
                index += 2
                while index < end {
                    if isBlock, code[index] == 0x2F, code[index - 1] == 0x2A, index > start + 2 {
                        index += 1
                        break
                    }
                    if !isBlock, code[index] == 0x0A { break }
                    index += 1
                }
                writer.add(start..<index, .comment)
            } else if byte == 0x22 || byte == 0x27 {
                index += 1
                while index < end, code[index] != byte, code[index] != 0x0A { index += code[index] == 0x5C ? 2 : 1 }
                index = min(end, index + 1)
                writer.add(start..<index, .string)
            } else if byte == 0x40 || byte == 0x24 || byte == 0x21 {
                index += 1
                while index < end, isNamePart(code[index]) { index += 1 }
                writer.add(start..<index, byte == 0x24 ? .variable : .keyword)
            } else if byte == 0x23 || byte == 0x2E, index + 1 < end, isNamePart(code[index + 1]), !(byte == 0x2E && isDigit(code[index + 1])) {
                index += 1
                while index < end, isNamePart(code[index]) { index += 1 }
                writer.add(start..<index, isInValue ? .number : .type)
            } else if isDigit(byte) || (byte == 0x2E || byte == 0x2D) && index + 1 < end && isDigit(code[index + 1]) {
                index += 1
                while index < end, isDigit(code[index]) || (0x61...0x7A).contains(code[index] | 0x20) || code[index] == 0x2E || code[index] == 0x25 { index += 1 }
                writer.add(start..<index, .number)
            } else if isNamePart(byte) {
                while index < end, isNamePart(code[index]) { index += 1 }
                name(code, start..<index, end, &isInValue, &writer)
            } else {
                if byte == 0x3B || byte == 0x7B || byte == 0x7D { isInValue = false }
                index += 1
            }
        }
    }

    private static func name(_ code: Bytes, _ range: Range<Int>, _ end: Int, _ isInValue: inout Bool, _ writer: inout CodeWriter) {
        let after = range.upperBound
        if range.count > 2, code[range.lowerBound] == 0x2D, code[range.lowerBound + 1] == 0x2D {
            writer.add(range, .variable)
            if !isInValue, after < end, code[after] == 0x3A { isInValue = true }
            return
        }
        if after < end, code[after] == 0x28 {
            writer.add(range, .function)
            return
        }
        if isInValue { return }
        // "color: red" is a declaration, "a:hover {" a selector.
        if after < end, code[after] == 0x3A {
            let rest = code[after..<end]
            let stop = rest.first { $0 == 0x3B || $0 == 0x7B || $0 == 0x7D }
            if stop != 0x7B {
                writer.add(range, .attribute)
                isInValue = true
                return
            }
        }
        if range.lowerBound > 0, code[range.lowerBound - 1] == 0x3A {
            writer.add(range, .keyword)
        } else {
            writer.add(range, .tag)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || isDigit(byte) || byte >= 0x80 || byte == 0x2D || byte == 0x5F
    }
}
