/// How a language opens a text that begins on the next line and ends at a line of its label.
struct HeredocRule: Sendable {
    var open: [UInt8]
    /// What may stand between the mark and the label, and says that the end may be indented: `-`, `~`.
    var marks: [UInt8] = []
    /// Ruby's `<<` alone is an operator.
    var needsMark = false
    /// Spaces may stand before the label.
    var allowsSpace = false
    /// The end may be indented without a mark, and code may follow it: PHP.
    var endsLoosely = false
    /// `$name` in the text is a variable.
    var dollarVariables = false
}

extension CodeLexer {
    /// A text that was opened and begins on the next line.
    struct Heredoc {
        var label: [UInt8]
        var mayBeIndented: Bool
        var expands: Bool
    }

    /// What has no end is an operator after all. So many times the end is looked for in vain, and so many texts are opened
    /// in one line: hostile code stays cheap.
    private static let vainSearches = 8
    private static let mostInALine = 4

    /// Reads `<<-'END'`; the text itself waits for the line's end.
    mutating func heredocOpening(_ writer: inout CodeWriter) -> Bool {
        guard let rule = syntax.heredoc, heredocsWithoutEnd < Self.vainSearches, heredocs.count < Self.mostInALine, starts(with: rule.open),
            index == 0 || code[index - 1] != 0x3C
        else { return false }
        var position = index + rule.open.count
        let mark = position < end && rule.marks.contains(code[position])
        if mark { position += 1 } else if rule.needsMark { return false }
        if rule.allowsSpace { while position < end, code[position] == 0x20 { position += 1 } }
        let quote = position < end && (code[position] == 0x22 || code[position] == 0x27) ? code[position] : nil
        if quote != nil { position += 1 }
        let labelStart = position
        guard position < end, isNameStart(code[position]) else { return false }
        while position < end, isNamePart(code[position]), code[position] != 0x2D { position += 1 }
        let label = Array(code[labelStart..<position])
        if let quote {
            guard position < end, code[position] == quote else { return false }
            position += 1
        }
        // Behind the label nothing is left of it.
        if position < end, isNamePart(code[position]) { return false }
        let heredoc = Heredoc(label: label, mayBeIndented: mark || rule.endsLoosely, expands: rule.dollarVariables && quote != 0x27)
        guard let lineEnd = code[position..<end].firstIndex(of: 0x0A), endOfHeredoc(heredoc, from: lineEnd + 1) != nil else {
            heredocsWithoutEnd += 1
            return false
        }
        writer.add(index..<position, .string)
        index = position
        heredocs.append(heredoc)
        valueMayStart = false
        expected = nil
        return true
    }

    /// Reads the texts that were opened in the line which ends before `index`.
    mutating func heredocTexts(_ writer: inout CodeWriter) {
        for heredoc in heredocs {
            // Of two with one label, the second may lack its end.
            guard let close = endOfHeredoc(heredoc, from: index) else { break }
            var start = index
            if heredoc.expands {
                while index < close {
                    if code[index] == 0x5C {
                        index += 2
                    } else if code[index] == 0x24, let variableEnd = dollarVariableEnd(index), variableEnd <= close {
                        writer.add(start..<index, .string)
                        writer.add(index..<variableEnd, .variable)
                        (index, start) = (variableEnd, variableEnd)
                    } else {
                        index += 1
                    }
                }
            }
            index = close
            writer.add(start..<index, .string)
        }
        heredocs = []
    }

    /// - Returns: behind the label of its last line.
    private func endOfHeredoc(_ heredoc: Heredoc, from start: Int) -> Int? {
        var line = start
        while line < end {
            var position = line
            if heredoc.mayBeIndented { while position < end, code[position] == 0x20 || code[position] == 0x09 { position += 1 } }
            if starts(with: heredoc.label, at: position) {
                let close = position + heredoc.label.count
                if close == end || code[close] == 0x0A || code[close] == 0x0D { return close }
                if syntax.heredoc?.endsLoosely == true, !isNamePart(code[close]) { return close }
            }
            while line < end, code[line] != 0x0A { line += 1 }
            line += 1
        }
        return nil
    }
}
