/// Strings with prefixes, raw strings, and code inside of strings.
extension CodeLexer {
    mutating func string(_ writer: inout CodeWriter) -> Bool {
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
    mutating func prefixedString(_ start: Int, _ writer: inout CodeWriter) -> Bool {
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
    mutating func readString(_ string: OpenString, from start: Int, _ writer: inout CodeWriter) {
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
}
