import LecternCore

/// A tag, or text of one line.
struct LayoutToken {
    enum Kind: Equatable {
        case text
        case variable, unescaped, section, inverted, close, partial, parent, block
        /// Comments and changes of delimiters, which leave nothing behind.
        case silent
    }

    var kind: Kind
    /// Trimmed; empty for text.
    var name = ""
    /// Where it stands in the file.
    var range: Range<Int>
    var line: Int
}

/// Cuts a layout into tags and text, after the Mustache specification: interpolation, comments, delimiters.
struct LayoutTokens {
    private(set) var tokens: [LayoutToken] = []
    private(set) var problems: [Problem] = []

    private let source: [UInt8]
    private let file: String
    private var at = 0
    private var line = 1
    private var open = Array("{{".utf8)
    private var close = Array("}}".utf8)

    init(_ source: [UInt8], file: String) {
        self.source = source
        self.file = file
        while at < source.count {
            if matches(open, at) { readTag() } else { readText() }
        }
    }

    /// Up to the next tag or past the end of the line.
    private mutating func readText() {
        let start = at
        while at < source.count, source[at] != newline, !matches(open, at) { at += 1 }
        let endsLine = at < source.count && source[at] == newline
        if endsLine { at += 1 }
        tokens.append(LayoutToken(kind: .text, range: start..<at, line: line))
        if endsLine { line += 1 }
    }

    private mutating func readTag() {
        let start = at
        let firstLine = line
        at += open.count
        let sigil = at < source.count ? source[at] : 0
        let (kind, ending): (LayoutToken.Kind, [UInt8]) =
            switch sigil {
            case UInt8(ascii: "{"): (.unescaped, [UInt8(ascii: "}")] + close)
            case UInt8(ascii: "&"): (.unescaped, close)
            case UInt8(ascii: "#"): (.section, close)
            case UInt8(ascii: "^"): (.inverted, close)
            case UInt8(ascii: "/"): (.close, close)
            case UInt8(ascii: ">"): (.partial, close)
            case UInt8(ascii: "<"): (.parent, close)
            case UInt8(ascii: "$"): (.block, close)
            case UInt8(ascii: "!"): (.silent, close)
            case UInt8(ascii: "="): (.silent, [UInt8(ascii: "=")] + close)
            default: (.variable, close)
            }
        if kind != .variable { at += 1 }
        let content = at
        while at < source.count, !matches(ending, at) {
            if source[at] == newline { line += 1 }
            at += 1
        }
        guard at < source.count else {
            let tag = String(decoding: source[start..<min(start + 30, source.count)].prefix { $0 != newline }, as: UTF8.self)
            problems.append(
                Problem(
                    .error, "the tag \(tag) has no end", file: file, line: firstLine,
                    help: ["it ends with \(String(decoding: ending, as: UTF8.self))"]))
            return
        }
        let inside = source[content..<at]
        at += ending.count
        var token = LayoutToken(kind: kind, range: start..<at, line: firstLine)
        if sigil == UInt8(ascii: "=") {
            setDelimiters(inside, line: firstLine)
        } else if kind != .silent {
            token.name = String(decoding: inside.trimmed, as: UTF8.self)
            if !checkName(token) { token.kind = .silent }
        }
        tokens.append(token)
    }

    private mutating func setDelimiters(_ inside: ArraySlice<UInt8>, line: Int) {
        let pair = inside.split(whereSeparator: \.isSpace)
        guard pair.count == 2, !inside.contains(UInt8(ascii: "=")) else {
            problems.append(
                Problem(
                    .error, "new delimiters are two, with a space between them", file: file, line: line,
                    help: ["for example {{=<% %>=}}"]))
            return
        }
        open = Array(pair[0])
        close = Array(pair[1])
    }

    /// - Returns: whether the tag has a name that a layout can have. A closing tag is as wrong as its opening one, which
    ///   is told already.
    private mutating func checkName(_ token: LayoutToken) -> Bool {
        let problem: (message: String, help: [String])
        if token.name.isEmpty {
            problem = ("a tag without a name", [])
        } else if token.name.utf8.contains(where: { $0.isSpace || $0 == 0 }) {
            problem = (
                "\"\(token.name)\" is no name: names have no spaces",
                ["to write two braces as text, change the delimiters first: {{=<% %>=}}"]
            )
        } else if token.kind == .partial || token.kind == .parent, token.name.hasPrefix("*") {
            problem = ("\"\(token.name)\": a layout is included by its name, not by a value", [])
        } else {
            return true
        }
        if token.kind != .close {
            problems.append(Problem(.error, problem.message, file: file, line: token.line, help: problem.help))
        }
        return false
    }

    private func matches(_ bytes: [UInt8], _ position: Int) -> Bool {
        guard position + bytes.count <= source.count else { return false }
        for index in bytes.indices where source[position + index] != bytes[index] { return false }
        return true
    }
}

let newline = UInt8(ascii: "\n")

extension UInt8 {
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension ArraySlice<UInt8> {
    var trimmed: ArraySlice<UInt8> {
        var slice = drop(while: \.isSpace)
        while let last = slice.last, last.isSpace { slice.removeLast() }
        return slice
    }
}
