import LecternCore

/// Reads one layout file: its tags matched, its standalone lines taken away. Names are not looked at here.
///
/// - Returns: the tree, as good as it could be read, and what is wrong with the file.
func readLayout(_ bytes: [UInt8], file: String) -> (tree: LayoutTree, problems: [Problem]) {
    var source = bytes
    if source.starts(with: [0xEF, 0xBB, 0xBF]) { source.removeFirst(3) }
    var reader = LayoutReader(source, file: file)
    reader.checkUTF8()
    let nodes = reader.nodes(reader.tokens.indices)
    return (LayoutTree(file: file, nodes: nodes), reader.problems)
}

private struct LayoutReader {
    let source: [UInt8]
    let file: String
    let tokens: [LayoutToken]
    let pairs: LayoutPairs
    let lines: LayoutLines
    var problems: [Problem]

    init(_ source: [UInt8], file: String) {
        let scanned = LayoutTokens(source, file: file)
        self.source = source
        self.file = file
        tokens = scanned.tokens
        pairs = LayoutPairs(tokens, file: file)
        lines = LayoutLines(tokens, source: source, closing: pairs.closing, arguments: pairs.arguments)
        problems = scanned.problems + pairs.problems
    }

    mutating func checkUTF8() {
        guard !source.isValidUTF8 else { return }
        var line = 1
        for part in source.split(separator: newline, omittingEmptySubsequences: false) {
            if !part.isValidUTF8 { break }
            line += 1
        }
        problems.append(
            Problem(.error, "this is not UTF-8", file: file, line: line, help: ["save the file with the encoding UTF-8"]))
    }

    mutating func nodes(_ range: Range<Int>) -> [LayoutNode] {
        var nodes: [LayoutNode] = []
        var at = range.lowerBound
        while at < range.upperBound {
            let close = pairs.closing[at]
            if let kind = kind(at, close) {
                nodes.append(LayoutNode(kind: kind, line: tokens[at].line, startsLine: lines.startsLine(at)))
            }
            at = (close ?? at) + 1
        }
        return nodes
    }

    /// What stands at a token; nil for what leaves nothing behind, and for an opening tag that is never closed.
    private mutating func kind(_ at: Int, _ close: Int?) -> LayoutNode.Kind? {
        let token = tokens[at]
        switch token.kind {
        case .text:
            return lines.isRemoved[at] ? nil : .text(Array(source[token.range]))
        case .variable, .unescaped:
            return .variable(LayoutPath(token.name), escaped: token.kind == .variable)
        case .section, .inverted:
            guard let close else { return nil }
            return .section(LayoutPath(token.name), inverted: token.kind == .inverted, nodes(at + 1..<close))
        case .partial:
            let isAlone = lines.isClearLeft(at) && lines.isClearRight(at)
            return .partial(token.name, indentation: isAlone ? lines.indentation(at) : nil)
        case .parent:
            guard let close else { return nil }
            let isAlone = lines.isClearLeft(at) && lines.isClearRight(close)
            return .parent(
                token.name, indentation: isAlone ? lines.indentation(at) : nil, arguments: arguments(of: at, until: close))
        case .block:
            guard let close else { return nil }
            return .block(block(at, close))
        case .close, .silent:
            return nil
        }
    }

    /// The blocks directly inside a parent's tag.
    private mutating func arguments(of parent: Int, until close: Int) -> [LayoutBlock] {
        var blocks: [LayoutBlock] = []
        var stray: LayoutToken?
        var at = parent + 1
        while at < close {
            let token = tokens[at]
            let end = pairs.closing[at]
            if token.kind == .block, let end {
                blocks.append(block(at, end))
            } else if token.kind != .silent, token.kind != .text || !source[token.range].allSatisfy(\.isSpace) {
                stray = stray ?? token
            }
            at = (end ?? at) + 1
        }
        if let stray {
            problems.append(
                Problem(
                    .warning, "this is inside {{< \(tokens[parent].name)}} but in none of its blocks, so it is not shown",
                    file: file, line: stray.line, help: ["put it between {{$name}} and {{/name}}"]))
        }
        return blocks
    }

    private mutating func block(_ open: Int, _ close: Int) -> LayoutBlock {
        let isArgument = pairs.arguments.contains(open)
        let isEmptyLine = !isArgument && close == open + 1 && lines.isClearLeft(open) && lines.isClearRight(close)
        let opensLine = isEmptyLine || (lines.isClearRight(open) && (isArgument || lines.isClearLeft(open)))
        let endsLine = lines.isClearLeft(close) && (isArgument || lines.isClearRight(close))
        var indentation = lines.indentation(open)
        if opensLine, let ofContent = lines.indentation(from: tokens[open].range.upperBound, to: tokens[close].range.lowerBound) {
            indentation = ofContent
        }
        return LayoutBlock(
            name: tokens[open].name, line: tokens[open].line, nodes: nodes(open + 1..<close), opensLine: opensLine,
            endsLine: endsLine, lineEnd: isEmptyLine || endsLine ? lines.lineEnd(close) : [], indentation: indentation)
    }
}

extension Collection<UInt8> {
    var isValidUTF8: Bool { String(validating: self, as: UTF8.self) != nil }
}
