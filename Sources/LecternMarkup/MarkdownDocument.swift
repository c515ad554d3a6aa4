import CCmark

/// A Markdown source on its way through cmark-gfm.
struct MarkdownDocument {
    private let source: Bytes
    /// The source with markers, when it needs any.
    private let marked: [UInt8]?

    init(_ source: Bytes) {
        self.source = source
        marked = EmphasisMarkers.add(to: source)
    }

    /// Whether `EmphasisMarkers` stand in the tree's text.
    var holdsMarkers: Bool { marked != nil }

    /// A cheap look for what only a few pages have, which costs those a second walk.
    var mayHoldFixedIDs: Bool {
        contains("{#") || contains("id=") || contains("ID=") || contains("name=")
    }

    /// Hands over the tree, which lives during the call, and the lines of `$$` that open nothing.
    func parse(_ body: (_ root: Node, _ unclosed: [Int]) -> Void) {
        if let marked {
            marked.withUnsafeBufferPointer { parse($0, body) }
        } else {
            parse(source, body)
        }
    }

    private func parse(_ source: Bytes, _ body: (Node, [Int]) -> Void) {
        guard let address = source.baseAddress else {
            if let root = lectern_markdown_parse("", 0, nil, 0) { body(root, []) }
            return
        }
        address.withMemoryRebound(to: CChar.self, capacity: source.count) { text in
            guard var root = lectern_markdown_parse(text, source.count, nil, 0) else { return }
            // A line of prose may start with "$$" ("$$ is the shell's process"). Only the end of its container shows that
            // no formula follows, so it is read again as text; the next such line may have hidden in what it swallowed.
            var plainLines: [Int32] = []
            var lonely: [Int] = []
            while contains("$$"), plainLines.count < Self.mostPlainLines {
                let unclosed = unclosedFormulas(root, &lonely)
                if unclosed.isEmpty { break }
                plainLines = (plainLines + unclosed).sorted()
                guard let next = lectern_markdown_parse(text, source.count, plainLines, plainLines.count) else { return }
                root = next
            }
            body(root, lonely.sorted())
        }
    }

    /// Each round reads the document again.
    private static let mostPlainLines = 20

    /// - Parameter lonely: gets the lines that hold nothing but "$$", which no prose does.
    private func unclosedFormulas(_ root: Node, _ lonely: inout [Int]) -> [Int32] {
        var out: [Int32] = []
        var node = root
        while true {
            if lectern_node_kind(node) == .mathsBlock, !lectern_maths_block_is_closed(node) {
                out.append(cmark_node_get_start_line(node))
                if bytes(cmark_node_get_literal(node)).first == 0x0A { lonely.append(Int(cmark_node_get_start_line(node))) }
            }
            if let child = cmark_node_first_child(node) {
                node = child
                continue
            }
            while cmark_node_next(node) == nil {
                guard let parent = cmark_node_parent(node) else { return out }
                node = parent
            }
            node = cmark_node_next(node)
        }
    }

    private func contains(_ text: StaticString) -> Bool {
        guard let address = source.baseAddress else { return false }
        return lectern_contains(address, source.count, text.utf8Start, text.utf8CodeUnitCount)
    }
}
