import LecternCore

/// Which closing tag belongs to which opening one.
struct LayoutPairs {
    /// Of each token that opens something and is closed, the index of the closing token.
    private(set) var closing: [Int: Int] = [:]
    /// The blocks that stand directly inside a parent's tag.
    private(set) var arguments: Set<Int> = []
    private(set) var problems: [Problem] = []

    /// Tags are followed by recursion, so a file of nothing but opening tags must not use up the stack.
    static let depthLimit = 64

    init(_ tokens: [LayoutToken], file: String) {
        var open: [Int] = []
        for (at, token) in tokens.enumerated() {
            switch token.kind {
            case .section, .inverted, .parent, .block:
                if token.kind == .block, let outer = open.last, tokens[outer].kind == .parent { arguments.insert(at) }
                open.append(at)
                if open.count == Self.depthLimit + 1 { reportDepth(token, file) }
            case .close:
                if let match = open.lastIndex(where: { tokens[$0].name == token.name }) {
                    for unclosed in open[(match + 1)...] { reportUnclosed(tokens[unclosed], file, before: token) }
                    if match < Self.depthLimit { closing[open[match]] = at }
                    open.removeSubrange(match...)
                } else {
                    reportStray(token, file, inside: open.last.map { tokens[$0] })
                }
            case .text, .variable, .unescaped, .partial, .silent:
                break
            }
        }
        for unclosed in open { reportUnclosed(tokens[unclosed], file, before: nil) }
    }

    private mutating func reportUnclosed(_ token: LayoutToken, _ file: String, before closing: LayoutToken?) {
        let place = closing.map { "before {{/\($0.name)}} on line \($0.line)" } ?? "before the end of the file"
        problems.append(
            Problem(
                .error, "\(token.tag) is never closed", file: file, line: token.line,
                help: ["write {{/\(token.name)}} \(place)"]))
    }

    private mutating func reportDepth(_ token: LayoutToken, _ file: String) {
        problems.append(
            Problem(
                .error, "\(token.tag) is the \(Self.depthLimit + 1)th tag inside another", file: file, line: token.line,
                help: ["\(Self.depthLimit) are read: move the inner ones into a partial"]))
    }

    private mutating func reportStray(_ token: LayoutToken, _ file: String, inside open: LayoutToken?) {
        problems.append(
            Problem(
                .error, "{{/\(token.name)}} closes nothing", file: file, line: token.line,
                help: open.map { ["open here: \($0.tag) of line \($0.line)"] } ?? []))
    }
}

extension LayoutToken {
    /// As it is written, with the usual delimiters: `{{#course}}`.
    var tag: String {
        let sigil =
            switch kind {
            case .section: "#"
            case .inverted: "^"
            case .parent: "< "
            case .partial: "> "
            case .block: "$"
            case .close: "/"
            default: ""
            }
        return "{{" + sigil + name + "}}"
    }
}
