/// Reads code of a language that has words, strings and comments, from left to right, once.
struct CodeLexer {
    let syntax: Syntax
    let code: Bytes
    let end: Int
    var index: Int
    /// The strings whose interpolations we are inside, outermost first.
    var openStrings: [OpenString] = []
    /// What the last word asked of the next.
    var expected: TokenClass?
    /// Whether a value may start here, and so a regular expression.
    var valueMayStart = true
    /// Opened in this line, in their order.
    var heredocs: [Heredoc] = []
    var heredocsWithoutEnd = 0

    struct OpenString {
        var rule: StringRule
        /// Of brackets that were opened inside the interpolation.
        var depth = 0
        var isRaw = false
        var interpolates = true
        /// Swift's number of `#`.
        var hashes = 0
    }

    /// Deeper interpolations than a person writes are read as one string.
    static let deepestInterpolation = 16

    init(_ syntax: Syntax, _ code: Bytes, _ range: Range<Int>? = nil) {
        self.syntax = syntax
        self.code = code
        index = range?.lowerBound ?? 0
        end = range?.upperBound ?? code.count
    }

    mutating func run(to writer: inout CodeWriter) {
        while index < end {
            let byte = code[index]
            if byte <= 0x20 {
                index += 1
                if byte == 0x0A, !heredocs.isEmpty { heredocTexts(&writer) }
            } else if isNameStart(byte) {
                name(&writer)
            } else if isDigit(byte) || isFraction {
                number(&writer)
            } else if byte == 0x3C && heredocOpening(&writer) || comment(&writer) || string(&writer) || sigil(&writer) || regex(&writer) {
                continue
            } else {
                bracketOrOperator(byte, &writer)
            }
        }
    }

    // MARK: Names

    mutating func name(_ writer: inout CodeWriter) {
        let start = index
        while index < end, isNamePart(code[index]) { index += 1 }
        if index < end, index - start <= 3, prefixedString(start, &writer) { return }

        let isMember = start > 0 && code[start - 1] == 0x2E && !(start > 1 && code[start - 2] == 0x2E)
        let word = Word(code[start..<index], lowercased: syntax.ignoresCase)
        if !isMember, let word, let tokenClass = syntax.words[word] {
            writer.add(start..<index, tokenClass)
            expected = syntax.functionWords.contains(word) ? .function : syntax.typeWords.contains(word) ? .type : nil
            valueMayStart = tokenClass == .keyword
            return
        }
        defer {
            expected = nil
            valueMayStart = false
        }
        if let expected {
            writer.add(start..<index, expected)
        } else if index < end, code[index] == 0x28 {
            writer.add(start..<index, .function)
        } else if syntax.macros, index + 1 < end, code[index] == 0x21, code[index + 1] != 0x3D {
            index += 1
            writer.add(start..<index, .function)
        } else if syntax.capitalizedTypes, (0x41...0x5A).contains(code[start]) {
            let isShouted = index - start > 1 && !code[start..<index].contains { (0x61...0x7A).contains($0) }
            writer.add(start..<index, isShouted ? .constant : .type)
        }
    }

    mutating func number(_ writer: inout CodeWriter) {
        let start = index
        let isHex = code[index] == 0x30 && index + 1 < end && code[index + 1] | 0x20 == 0x78
        index += 1
        while index < end {
            let byte = code[index]
            if isNamePart(byte) && byte < 0x80 && byte != 0x2D && byte != 0x24 {
                index += 1
            } else if byte == 0x2E, index + 1 < end, isDigit(code[index + 1]) {
                index += 1
            } else if byte == 0x2B || byte == 0x2D, !isHex, code[index - 1] | 0x20 == 0x65, index + 1 < end, isDigit(code[index + 1]) {
                index += 1
            } else {
                break
            }
        }
        writer.add(start..<index, .number)
        valueMayStart = false
        expected = nil
    }

    /// `.5`, but not the end of `0...5`.
    var isFraction: Bool {
        code[index] == 0x2E && index + 1 < end && isDigit(code[index + 1]) && (index == 0 || code[index - 1] != 0x2E)
    }

    // MARK: Comments

    mutating func comment(_ writer: inout CodeWriter) -> Bool {
        for mark in syntax.lineComments where starts(with: mark) {
            if syntax.commentsNeedSpace, index > 0, code[index - 1] > 0x20, code[index - 1] != 0x3B { continue }
            let start = index
            while index < end, code[index] != 0x0A { index += 1 }
            writer.add(start..<index, .comment)
            return true
        }
        for mark in syntax.blockComments where starts(with: mark.open) {
            let start = index
            index += mark.open.count
            var depth = 1
            while index < end, depth > 0 {
                if starts(with: mark.close) {
                    depth -= 1
                    index += mark.close.count
                } else if mark.nests, starts(with: mark.open) {
                    depth += 1
                    index += mark.open.count
                } else {
                    index += 1
                }
            }
            writer.add(start..<index, .comment)
            return true
        }
        return false
    }

    // MARK: Marks

    mutating func sigil(_ writer: inout CodeWriter) -> Bool {
        let byte = code[index]
        let start = index
        if byte == 0x40, let tokenClass = syntax.at, index + 1 < end, isNameStart(code[index + 1]) {
            index += 1
            while index < end, isNamePart(code[index]) || code[index] == 0x2E { index += 1 }
            writer.add(start..<index, tokenClass)
            return true
        }
        if byte == 0x23, let tokenClass = syntax.hash, index + 1 < end {
            var nameStart = index + 1
            while nameStart < end, code[nameStart] == 0x20 { nameStart += 1 }
            if nameStart < end, code[nameStart] == 0x5B {
                // Rust's #[derive(…)] up to its bracket.
                index = nameStart
                while index < end, code[index] != 0x5D, code[index] != 0x0A { index += 1 }
                if index < end, code[index] == 0x5D { index += 1 }
            } else if nameStart < end, isNameStart(code[nameStart]) || code[nameStart] == 0x21 {
                index = nameStart + 1
                while index < end, isNamePart(code[index]) { index += 1 }
            } else {
                return false
            }
            writer.add(start..<index, tokenClass)
            return true
        }
        if byte == 0x24, syntax.dollarVariables, let variableEnd = dollarVariableEnd(index) {
            index = variableEnd
            writer.add(start..<index, .variable)
            valueMayStart = false
            return true
        }
        return false
    }

    /// The end of `$name`, `${…}`, `$1` or `$?`.
    func dollarVariableEnd(_ start: Int) -> Int? {
        guard start + 1 < end else { return nil }
        let next = code[start + 1]
        if next == 0x7B {
            return code[start..<end].firstIndex(of: 0x7D).map { $0 + 1 }
        }
        if isNameStart(next) {
            var position = start + 1
            while position < end, isNamePart(code[position]), code[position] != 0x2D { position += 1 }
            return position
        }
        return isDigit(next) || [0x40, 0x2A, 0x23, 0x3F, 0x21, 0x24].contains(next) ? start + 2 : nil
    }

    mutating func regex(_ writer: inout CodeWriter) -> Bool {
        guard syntax.hasRegex, code[index] == 0x2F, valueMayStart, index + 1 < end, code[index + 1] > 0x20 else { return false }
        var position = index + 1
        var isInClass = false
        while position < end, code[position] != 0x0A {
            let byte = code[position]
            if byte == 0x5C {
                position += 1
            } else if byte == 0x5B {
                isInClass = true
            } else if byte == 0x5D {
                isInClass = false
            } else if byte == 0x2F, !isInClass {
                position += 1
                while position < end, isNamePart(code[position]) { position += 1 }
                writer.add(index..<position, .string)
                index = position
                valueMayStart = false
                return true
            }
            position += 1
        }
        return false
    }

    mutating func bracketOrOperator(_ byte: UInt8, _ writer: inout CodeWriter) {
        let start = index
        index += 1
        valueMayStart = byte != 0x29 && byte != 0x5D && byte != 0x7D
        if byte != 0x26, byte != 0x2A { expected = nil }
        guard let string = openStrings.last else { return }
        let close = string.rule.interpolationClose
        if byte == close {
            if string.depth == 0 {
                writer.add(start..<index, .escape)
                openStrings.removeLast()
                readString(string, from: index, &writer)
            } else {
                openStrings[openStrings.count - 1].depth -= 1
            }
        } else if byte == (close == 0x29 ? 0x28 : 0x7B) {
            openStrings[openStrings.count - 1].depth += 1
        }
    }

    // MARK: Bytes

    @inline(__always)
    func starts(with text: [UInt8], at position: Int) -> Bool {
        guard position + text.count <= end else { return false }
        for offset in text.indices where code[position + offset] != text[offset] { return false }
        return true
    }

    @inline(__always)
    func starts(with text: [UInt8]) -> Bool { starts(with: text, at: index) }

    @inline(__always)
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    @inline(__always)
    func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte >= 0x80
            || (!syntax.nameLetters.isEmpty && byte != 0x2D && syntax.nameLetters.contains(byte))
    }

    @inline(__always)
    func isNamePart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte >= 0x80 || isDigit(byte)
            || (!syntax.nameLetters.isEmpty && syntax.nameLetters.contains(byte))
    }
}
