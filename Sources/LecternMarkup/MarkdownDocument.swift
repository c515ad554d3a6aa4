import CCmark

/// A Markdown source on its way through cmark-gfm.
struct MarkdownDocument {
    private let source: Bytes
    private let features: lectern_features
    /// The source with markers, when it needs any.
    private let marked: [UInt8]?

    init(_ source: Bytes) {
        self.source = source
        features = Self.withText(source) { lectern_look($0, $1) }
        marked = EmphasisMarkers.add(to: source)
    }

    /// Whether `EmphasisMarkers` stand in the tree's text.
    var holdsMarkers: Bool { marked != nil }

    /// Ids that the author wrote cost a second walk over the tree.
    var mayHoldFixedIDs: Bool { features.ids }

    /// Hands over the tree, which lives during the call, and the lines of `$$` that open nothing.
    func parse(_ body: (_ root: Node, _ unclosed: [Int]) -> Void) {
        if let marked {
            marked.withUnsafeBufferPointer { parse($0, body) }
        } else {
            parse(source, body)
        }
    }

    private func parse(_ source: Bytes, _ body: (Node, [Int]) -> Void) {
        Self.withText(source) { text, count in
            guard var root = lectern_markdown_parse(text, count, features, nil, 0) else { return }
            // A line of prose may start with "$$" ("$$ is the shell's process"). Only the end of its container shows that
            // no formula follows, so it is read again as text; the next such line may have hidden in what it swallowed.
            var plainLines: [Int32] = []
            var lonely: [Int] = []
            while features.display_maths, plainLines.count < Self.mostPlainLines {
                let unclosed = unclosedFormulas(root, &lonely)
                if unclosed.isEmpty { break }
                plainLines = (plainLines + unclosed).sorted()
                guard let next = lectern_markdown_parse(text, count, features, plainLines, plainLines.count) else { return }
                root = next
            }
            body(root, lonely.sorted())
        }
    }

    /// An empty buffer has no address; C wants one.
    private static func withText<Result>(_ source: Bytes, _ body: (UnsafePointer<CChar>, Int) -> Result) -> Result {
        guard let address = source.baseAddress else { return body("", 0) }
        return address.withMemoryRebound(to: CChar.self, capacity: source.count) { body($0, source.count) }
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
}
