import CCmark
import LecternCore

/// A node of cmark's tree, alive until the next parse.
typealias Node = OpaquePointer

/// Walks cmark's tree and appends the page's bytes. The walk holds its place in a variable, never on the stack, so that
/// no depth of nesting can overflow it.
struct PageWriter {
    var page = MarkdownPage()
    let file: String
    let firstLine: Int
    let options: MarkdownRenderer.Options
    let hooks: MarkdownHooks
    let tools: MarkupTools

    var anchors: Anchors
    /// Of the block or text that was entered last, in the creator's file.
    var line: Int
    /// Lines that formulas in the current block took, which cmark does not count.
    var uncountedLines = 0
    /// Bytes of the next text that stand in one unbreakable span with the formula before it.
    var heldBytes = 0
    var paragraphTextStart = 0
    var heading: (anchor: String, level: Int)?
    var callouts: Set<Node> = []
    var calloutTitle: Node?
    var taskLabelIsOpen = false
    let mayHoldFixedIDs: Bool
    let holdsMarkers: Bool
    var table = TableState()
    var footnotes = FootnoteState()
    var toldOfDepth = false
    var toldOfMissingMaths = false
    var toldOfMissingDiagrams = false

    /// Browsers stop nesting at 512 elements; nobody reads text at a tenth of it.
    static let deepestNesting = 100

    init(
        file: String, firstLine: Int, options: MarkdownRenderer.Options, hooks: MarkdownHooks, tools: MarkupTools, sourceCount: Int,
        mayHoldFixedIDs: Bool, holdsMarkers: Bool
    ) {
        self.file = file
        self.firstLine = firstLine
        self.options = options
        self.hooks = hooks
        self.tools = tools
        anchors = Anchors(prefix: options.idPrefix)
        line = firstLine
        self.mayHoldFixedIDs = mayHoldFixedIDs
        self.holdsMarkers = holdsMarkers
        page.html.reserveCapacity(sourceCount * 2 + 256)
        page.text.reserveCapacity(sourceCount + 64)
    }

    mutating func write(_ root: Node, unclosedFormulas: [Int]) {
        for unclosed in unclosedFormulas {
            warn("$$ opens a formula that no $$ closes", line: firstLine - 1 + unclosed)
        }
        if mayHoldFixedIDs { reserveFixedIDs(root) }
        var node = root
        var depth = 0
        walk: while true {
            if enter(node, depth: depth) == .inside {
                if let child = cmark_node_first_child(node) {
                    node = child
                    depth += 1
                    continue
                }
                leave(node, depth: depth)
            }
            while true {
                if node == root { break walk }
                if let next = cmark_node_next(node) {
                    node = next
                    break
                }
                guard let parent = cmark_node_parent(node) else { break walk }
                node = parent
                depth -= 1
                leave(node, depth: depth)
            }
        }
        closeFootnotes()
        page.anchors = anchors.all
        if holdsMarkers { removeMarkers() }
        if let reason = tools.cache.failure {
            page.problems.append(Problem(.warning, "the cache of formulas and diagrams cannot be written: \(reason)", file: ""))
        }
    }

    private mutating func removeMarkers() {
        EmphasisMarkers.remove(from: &page.html)
        EmphasisMarkers.remove(from: &page.text)
        page.title = page.title.map(EmphasisMarkers.removed)
        page.description = page.description.map(EmphasisMarkers.removed)
        for index in page.headings.indices { page.headings[index].title = EmphasisMarkers.removed(from: page.headings[index].title) }
    }

    /// A URL or a name as the author wrote it.
    func written(_ text: UnsafePointer<CChar>?) -> String {
        let text = String(decoding: bytes(text), as: UTF8.self)
        return holdsMarkers ? EmphasisMarkers.removed(from: text) : text
    }

    /// Code as the author wrote it.
    func written(_ code: Bytes) -> [UInt8] {
        var code = [UInt8](code)
        if holdsMarkers { EmphasisMarkers.remove(from: &code) }
        return code
    }

    enum Step { case inside, past }

    /// Writes what stands before a node's children. `.past`: all is written, children included, and `leave` is not called.
    private mutating func enter(_ node: Node, depth: Int) -> Step {
        let start = Int(cmark_node_get_start_line(node))
        let kind = lectern_node_kind(node)
        if start > 0 { line = firstLine - 1 + start + uncountedLines }
        if depth > Self.deepestNesting { warnOfDepth() }
        switch kind {
        case .text:
            text(bytes(cmark_node_get_literal(node)))
            return .past
        case .softBreak:
            softBreak(before: cmark_node_next(node))
            return .past
        case .lineBreak:
            page.html.add("<br>\n")
            page.text.append(0x20)
            return .past
        case .code:
            code(node)
            return .past
        case .htmlInline:
            rawHTML(bytes(cmark_node_get_literal(node)))
            return .past
        case .htmlBlock:
            htmlBlock(node)
            return .past
        case .image:
            image(node)
            return .past
        case .footnoteReference:
            footnoteReference(node)
            return .past
        case .maths:
            inlineMaths(node)
            return .past
        case .shortcode:
            shortcode(node)
            return .past
        case .mathsBlock:
            uncountedLines = 0
            mathsBlock(node)
            return .past
        case .codeBlock:
            uncountedLines = 0
            codeBlock(node)
            return .past
        case .thematicBreak:
            page.html.add("<hr>\n")
            return .past
        case .heading:
            uncountedLines = 0
            line = firstLine - 1 + start
            return openHeading(node)
        case .paragraph:
            uncountedLines = 0
            line = firstLine - 1 + start
            return openParagraph(node)
        case .footnoteDefinition: openFootnote()
        case .document, .other: break
        default:
            if depth <= Self.deepestNesting { open(node, kind) }
        }
        return .inside
    }

    private mutating func leave(_ node: Node, depth: Int) {
        let kind = lectern_node_kind(node)
        switch kind {
        case .heading: closeHeading()
        case .paragraph: closeParagraph(node)
        case .footnoteDefinition: closeFootnote(node)
        case .document, .other: break
        default:
            if depth <= Self.deepestNesting { close(node, kind) }
        }
    }

    /// Containers, of blocks and of text: past the deepest nesting their content stays and their tags do not.
    private mutating func open(_ node: Node, _ kind: LecternKind) {
        switch kind {
        case .emphasis: page.html.add("<em>")
        case .strong: page.html.add("<strong>")
        case .strikethrough: page.html.add("<del>")
        case .link: openLink(node)
        case .list: openList(node)
        case .item: openItem(node)
        case .blockQuote: openQuote(node)
        case .table: openTable(node)
        case .tableRow: openRow(node)
        case .tableCell: openCell(node)
        default: break
        }
    }

    private mutating func close(_ node: Node, _ kind: LecternKind) {
        switch kind {
        case .emphasis: page.html.add("</em>")
        case .strong: page.html.add("</strong>")
        case .strikethrough: page.html.add("</del>")
        case .link: page.html.add("</a>")
        case .list: page.html.add(cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "</ol>\n" : "</ul>\n")
        case .item: page.html.add("</li>\n")
        case .blockQuote: closeQuote(node)
        case .table: closeTable()
        case .tableRow: closeRow()
        case .tableCell: closeCell()
        default: break
        }
    }

    private mutating func warnOfDepth() {
        guard !toldOfDepth else { return }
        toldOfDepth = true
        warn("more than \(Self.deepestNesting) levels stand inside each other here; the inner ones are shown flat")
    }

    mutating func warn(_ message: String, line: Int? = nil, help: [String] = []) {
        page.problems.append(Problem(.warning, message, file: file, line: line ?? self.line, help: help))
    }

    mutating func fail(_ message: String, line: Int? = nil, help: [String] = []) {
        page.problems.append(Problem(.error, message, file: file, line: line ?? self.line, help: help))
    }

    /// Ends a block in the text for search.
    mutating func endTextLine() {
        if let last = page.text.last, last != 0x0A { page.text.append(0x0A) }
    }
}
