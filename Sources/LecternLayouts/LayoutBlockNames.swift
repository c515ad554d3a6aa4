/// The blocks that a layout has, with those of all that it includes.
struct LayoutBlockNames {
    private(set) var names: Set<String> = []
    private var seen: Set<String> = []

    init(of name: String, in trees: [String: LayoutTree]) { visit(name, trees) }

    private mutating func visit(_ name: String, _ trees: [String: LayoutTree]) {
        guard seen.insert(name).inserted, let tree = trees[name] ?? trees[name + ".html"] else { return }
        visit(tree.nodes, trees)
    }

    private mutating func visit(_ nodes: [LayoutNode], _ trees: [String: LayoutTree]) {
        for node in nodes {
            switch node.kind {
            case .section(_, _, let content):
                visit(content, trees)
            case .partial(let name, _):
                visit(name, trees)
            case .parent(let name, _, let arguments):
                visit(name, trees)
                for block in arguments { visit(block.nodes, trees) }
            case .block(let block):
                names.insert(block.name)
                visit(block.nodes, trees)
            case .text, .variable:
                break
            }
        }
    }
}
