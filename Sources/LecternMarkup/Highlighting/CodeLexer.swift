/// Reads code of a language that has words, strings and comments, from left to right, once.
struct CodeLexer {
    private let syntax: Syntax
    private let code: Bytes
    private let end: Int
    private var index: Int
    /// The strings whose interpolations we are inside, outermost first.
    private var openStrings: [OpenString] = []
    /// What the last word asked of the next.
    private var expected: TokenClass?
    /// Whether a value may start here, and so a regular expression.
    private var valueMayStart = true

    private struct OpenString {
        var rule: StringRule
        /// Of brackets that were opened inside the interpolation.
        var depth = 0
        var isRaw = false
        var interpolates = true
        /// Swift's number of `#`.
        var hashes = 0
    }

    /// Deeper interpolations than a person writes are read as one string.
    private static let deepestInterpolation = 16

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
            } else if isNameStart(byte) {
                name(&writer)
            } else if isDigit(byte) || isFraction {
                number(&writer)
            } else if comment(&writer) || string(&writer) || sigil(&writer) || regex(&writer) {
                continue
            } else {
                bracketOrOperator(byte, &writer)
            }
        }
    }

    // MARK: Names

    private mutating func name(_ writer: inout CodeWriter) {
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

    private mutating func number(_ writer: inout CodeWriter) {
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
    private var isFraction: Bool {
        code[index] == 0x2E && index + 1 < end && isDigit(code[index + 1]) && (index == 0 || code[index - 1] != 0x2E)
    }

    // MARK: Comments

    private mutating func comment(_ writer: inout CodeWriter) -> Bool {
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

    // MARK: Strings

    private mutating func string(_ writer: inout CodeWriter) -> Bool {
        if syntax.hasHashStrings, code[index] == 0x23, hashString(&writer) { return true }
        guard let rule = syntax.strings.first(where: { starts(with: $0.open) }) else { return false }
        if syntax.hasLifetimes, rule.open == [0x27], isLifetime {
            let start = index
            index += 1
            while index < end, isNamePart(code[index]) { index += 1 }
            writer.add(start..<index, .variable)
            return true
        }
        let start = index
        index += rule.open.count
        readString(OpenString(rule: rule, interpolates: rule.interpolationPrefixes.isEmpty), from: start, &writer)
        return true
    }

    /// `f"…"`, `rb'…'`, `r#"…"#`, `R"x(…)x"`: the letters from `start` have been read.
    private mutating func prefixedString(_ start: Int, _ writer: inout CodeWriter) -> Bool {
        let prefix = code[start..<index]
        guard !syntax.stringPrefixes.isEmpty, prefix.allSatisfy({ syntax.stringPrefixes.contains($0) }) else { return false }
        let isRaw = prefix.contains { $0 | 0x20 == 0x72 }
        if syntax.hasRawStrings, isRaw {
            var open = index
            while open < end, code[open] == 0x23 { open += 1 }
            guard open < end, code[open] == 0x22 else { return false }
            var close: [UInt8] = [0x22]
            if syntax.macros {
                close += code[index..<open]
            } else {
                guard let parenthesis = code[open..<min(end, open + 20)].firstIndex(of: 0x28) else { return false }
                close = [0x29] + code[(open + 1)..<parenthesis] + close
            }
            index = open + 1
            while index < end, !starts(with: close) { index += 1 }
            index = min(end, index + close.count)
            writer.add(start..<index, .string)
            valueMayStart = false
            return true
        }
        guard let rule = syntax.strings.first(where: { starts(with: $0.open) }) else { return false }
        index += rule.open.count
        let interpolates = rule.interpolationPrefixes.isEmpty || prefix.contains { rule.interpolationPrefixes.contains($0) }
        readString(OpenString(rule: rule, isRaw: isRaw, interpolates: interpolates), from: start, &writer)
        return true
    }

    private mutating func hashString(_ writer: inout CodeWriter) -> Bool {
        var open = index
        while open < end, code[open] == 0x23 { open += 1 }
        let hashes = open - index
        guard let rule = syntax.strings.first(where: { starts(with: $0.open, at: open) }) else { return false }
        let start = index
        let marks = [UInt8](repeating: 0x23, count: hashes)
        index = open + rule.open.count
        var string = OpenString(rule: rule, hashes: hashes)
        string.rule.close += marks
        if !rule.interpolation.isEmpty { string.rule.interpolation = [0x5C] + marks + [0x28] }
        readString(string, from: start, &writer)
        return true
    }

    /// Reads on to the string's end, or into an interpolation.
    private mutating func readString(_ string: OpenString, from start: Int, _ writer: inout CodeWriter) {
        let rule = string.rule
        var start = start
        valueMayStart = false
        expected = nil
        while index < end {
            let byte = code[index]
            if string.interpolates, !rule.interpolation.isEmpty, starts(with: rule.interpolation), openStrings.count < Self.deepestInterpolation {
                // "{{" stands for a brace.
                if rule.interpolation == [0x7B], index + 1 < end, code[index + 1] == 0x7B {
                    index += 2
                    continue
                }
                writer.add(start..<index, rule.tokenClass)
                writer.add(index..<(index + rule.interpolation.count), .escape)
                index += rule.interpolation.count
                openStrings.append(string)
                valueMayStart = true
                return
            }
            if starts(with: rule.close) {
                if rule.doubles, starts(with: rule.close, at: index + rule.close.count) {
                    index += rule.close.count * 2
                    continue
                }
                index += rule.close.count
                break
            }
            if byte == 0x5C, rule.escapes, index + 1 < end, string.hashes == 0 || hashesFollow(string.hashes) {
                if string.isRaw {
                    index = min(end, index + 2)
                    continue
                }
                writer.add(start..<index, rule.tokenClass)
                let escape = index
                index += 2 + string.hashes
                while index < end, code[index] & 0xC0 == 0x80 { index += 1 }
                // "\u{1F600}"
                if index < end, code[index] == 0x7B, code[index - 1] == 0x75 {
                    while index < end, code[index] != 0x7D, code[index] > 0x20 { index += 1 }
                    if index < end, code[index] == 0x7D { index += 1 }
                }
                index = min(index, end)
                writer.add(escape..<index, .escape)
                start = index
                continue
            }
            if byte == 0x24, rule.dollarVariables, let variableEnd = dollarVariableEnd(index) {
                writer.add(start..<index, rule.tokenClass)
                writer.add(index..<variableEnd, .variable)
                index = variableEnd
                start = index
                continue
            }
            if byte == 0x0A, !rule.runsOverLines { break }
            index += 1
        }
        writer.add(start..<index, rule.tokenClass)
    }

    private func hashesFollow(_ count: Int) -> Bool {
        index + count < end && code[(index + 1)...(index + count)].allSatisfy { $0 == 0x23 }
    }

    /// `'a` without a closing quote is a lifetime, `'a'` a character.
    private var isLifetime: Bool {
        guard index + 2 < end, isNameStart(code[index + 1]), code[index + 1] < 0x80 else { return false }
        return code[index + 2] != 0x27
    }

    // MARK: Marks

    private mutating func sigil(_ writer: inout CodeWriter) -> Bool {
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
    private func dollarVariableEnd(_ start: Int) -> Int? {
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

    private mutating func regex(_ writer: inout CodeWriter) -> Bool {
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

    private mutating func bracketOrOperator(_ byte: UInt8, _ writer: inout CodeWriter) {
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
    private func starts(with text: [UInt8], at position: Int) -> Bool {
        guard position + text.count <= end else { return false }
        for offset in text.indices where code[position + offset] != text[offset] { return false }
        return true
    }

    @inline(__always)
    private func starts(with text: [UInt8]) -> Bool { starts(with: text, at: index) }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    @inline(__always)
    private func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte >= 0x80
            || (!syntax.nameLetters.isEmpty && byte != 0x2D && syntax.nameLetters.contains(byte))
    }

    @inline(__always)
    private func isNamePart(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F || byte >= 0x80 || isDigit(byte)
            || (!syntax.nameLetters.isEmpty && syntax.nameLetters.contains(byte))
    }
}
