/// What a piece of code is; each but plain is a class of the theme.
enum TokenClass: UInt8 {
    case plain, keyword, string, comment, number, function, type, constant, attribute, variable, escape, tag, inserted, deleted
    /// What a terminal or a console shows before a command.
    case prompt

    var startTag: StaticString {
        switch self {
        case .plain: ""
        case .keyword: "<span class=\"hl-k\">"
        case .string: "<span class=\"hl-s\">"
        case .comment: "<span class=\"hl-c\">"
        case .number: "<span class=\"hl-m\">"
        case .function: "<span class=\"hl-f\">"
        case .type: "<span class=\"hl-t\">"
        case .constant: "<span class=\"hl-b\">"
        case .attribute: "<span class=\"hl-a\">"
        case .variable: "<span class=\"hl-v\">"
        case .escape: "<span class=\"hl-e\">"
        case .tag: "<span class=\"hl-g\">"
        case .inserted: "<span class=\"hl-i\">"
        case .deleted: "<span class=\"hl-d\">"
        case .prompt: "<span class=\"hl-p\">"
        }
    }
}

/// Takes classified pieces of code in their order and writes HTML; what is left out between two pieces is plain.
struct CodeWriter {
    private let code: Bytes
    private let marked: MarkedLines
    private var html: [UInt8]
    /// Not yet written: the next piece may continue it. What stands before it is written.
    private var pending = 0..<0
    private var pendingClass = TokenClass.plain
    private var line = 1
    private var markIsOpen = false
    private var isAtLineStart = true

    init(code: Bytes, marked: MarkedLines, html: [UInt8]) {
        self.code = code
        self.marked = marked
        self.html = html
    }

    mutating func add(_ range: Range<Int>, _ tokenClass: TokenClass) {
        guard range.lowerBound >= pending.upperBound, !range.isEmpty else { return }
        if tokenClass == pendingClass, range.lowerBound == pending.upperBound {
            pending = pending.lowerBound..<range.upperBound
            return
        }
        flush()
        if range.lowerBound > pending.upperBound { write(pending.upperBound..<range.lowerBound, .plain) }
        pending = range
        pendingClass = tokenClass
    }

    mutating func finish() -> [UInt8] {
        flush()
        if pending.upperBound < code.count { write(pending.upperBound..<code.count, .plain) }
        if markIsOpen { html.add("</span>") }
        return html
    }

    private mutating func flush() {
        if !pending.isEmpty { write(pending, pendingClass) }
    }

    private mutating func write(_ range: Range<Int>, _ tokenClass: TokenClass) {
        guard !marked.isEmpty else {
            writePiece(range, tokenClass)
            return
        }
        // A piece that runs over lines is cut at their ends, so that a marked line is one element.
        var start = range.lowerBound
        while start < range.upperBound {
            if isAtLineStart {
                isAtLineStart = false
                if marked.contains(line) {
                    html.add("<span class=\"hl-line\">")
                    markIsOpen = true
                }
            }
            guard let end = code[start..<range.upperBound].firstIndex(of: 0x0A) else {
                writePiece(start..<range.upperBound, tokenClass)
                return
            }
            if end > start { writePiece(start..<end, tokenClass) }
            html.append(0x0A)
            if markIsOpen {
                html.add("</span>")
                markIsOpen = false
            }
            line += 1
            isAtLineStart = true
            start = end + 1
        }
    }

    private mutating func writePiece(_ range: Range<Int>, _ tokenClass: TokenClass) {
        if tokenClass == .plain {
            html.addEscaped(Bytes(rebasing: code[range]))
        } else {
            html.add(tokenClass.startTag)
            html.addEscaped(Bytes(rebasing: code[range]))
            html.add("</span>")
        }
    }
}
