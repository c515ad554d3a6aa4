import LecternCore

/// Unfolds one page's layout, with all that it includes, into a program, and checks every name on the way.
struct LayoutCompiler {
    private(set) var program = LayoutProgram()
    private(set) var problems: [Problem] = []
    /// Names of all files that the page is made of.
    private(set) var included: Set<String> = []

    private let trees: [String: LayoutTree]
    private let page: String
    /// Shapes of what names are looked up in, outermost first.
    private var scopes: [LayoutShape]
    /// The files that are being unfolded, the page first.
    private var chain: [String] = []
    /// No bytes are joined to a step before this one: a section begins or ends here.
    private var barrier = 0
    /// The next line's indentation is there already.
    private var isIndented = false
    private var gaveUp = false

    /// How often a layout is unfolded inside itself. Shapes are finite, so more than that never ends; with data of an
    /// unknown shape it is the depth of the tree that can be shown.
    static let nesting = 10
    /// Of a page with all that it includes; the tags of all layouts of the theme together are fewer than a thousand.
    static let stepLimit = 20_000

    /// Where nodes are unfolded.
    private struct Place {
        var file: String
        var name: String
        /// Goes before each line.
        var indentation: [UInt8] = []
        /// White space that each line loses first.
        var dedent = 0
        var arguments: [String: Argument] = [:]

        /// The indentation of something that stands behind `spaces` here.
        func inner(_ spaces: [UInt8]) -> [UInt8] { indentation + spaces.dropFirst(dedent) }
    }

    /// What a layout puts into a block of its parent.
    private struct Argument {
        var block: LayoutBlock
        var file: String
        var name: String
    }

    /// - Parameter trees: all layouts, by name: "lesson.html".
    init(_ page: String, shape: LayoutShape, trees: [String: LayoutTree]) {
        self.trees = trees
        self.page = page
        scopes = [shape]
        guard let tree = trees[page] else { return }
        unfold(page, tree, Place(file: tree.file, name: page))
    }

    private mutating func unfold(_ name: String, _ tree: LayoutTree, _ place: Place) {
        included.insert(name)
        chain.append(name)
        unfold(tree.nodes, place)
        chain.removeLast()
    }

    private mutating func unfold(_ nodes: [LayoutNode], _ place: Place) {
        for node in nodes where !gaveUp { unfold(node, place) }
    }

    private mutating func unfold(_ node: LayoutNode, _ place: Place) {
        switch node.kind {
        case .text(let bytes):
            guard node.startsLine else { return emit(bytes) }
            let spaces = bytes.prefix { $0 == 0x20 || $0 == 0x09 }.count
            indent(place)
            emit(bytes[min(spaces, place.dedent)...])
        case .variable(let path, let escaped):
            if node.startsLine { indent(place) }
            guard let (slot, shape) = resolve(path, node, place) else { return }
            check(shape, of: path, escaped: escaped, node, place)
            emit(.value(slot, escaped: escaped))
        case .section(let path, let inverted, let content):
            if node.startsLine, let first = content.first, !first.startsLine { indent(place) }
            section(path, inverted, content, node, place)
        case .partial(let name, let indentation):
            if node.startsLine, indentation == nil { indent(place) }
            include(name, [], indentation, node, place)
        case .parent(let name, let indentation, let arguments):
            if node.startsLine, indentation == nil { indent(place) }
            include(name, arguments, indentation, node, place)
        case .block(let block):
            if node.startsLine, !block.opensLine { indent(place) }
            unfold(block, place)
        }
    }

    private mutating func section(
        _ path: LayoutPath, _ inverted: Bool, _ content: [LayoutNode], _ node: LayoutNode, _ place: Place
    ) {
        // Where the name is wrong, its content is still read, with any name in it.
        let (slot, shape) = resolve(path, node, place) ?? (addSlot(scope: 0, searches: false, [""]), .any)
        let start = program.steps.count
        emit(inverted ? .inverted(slot, end: 0) : .section(slot, end: 0))
        barrier = program.steps.count
        if !inverted { scopes.append(shape.ofItems) }
        unfold(content, place)
        if !inverted { scopes.removeLast() }
        barrier = program.steps.count
        program.steps[start] = inverted ? .inverted(slot, end: barrier) : .section(slot, end: barrier)
    }

    private mutating func include(
        _ name: String, _ arguments: [LayoutBlock], _ indentation: [UInt8]?, _ node: LayoutNode, _ place: Place
    ) {
        guard let fileName = [name + ".html", name].first(where: { trees[$0] != nil }), let tree = trees[fileName] else {
            return reportUnknownLayout(name, node, place)
        }
        guard program.steps.count < Self.stepLimit else { return reportTooLarge(node, place) }
        guard chain.count(where: { $0 == fileName }) < Self.nesting else { return reportEndless(fileName, node, place) }
        var inner = Place(file: tree.file, name: fileName, arguments: place.arguments)
        if let indentation { inner.indentation = place.inner(indentation) }
        for block in arguments where inner.arguments[block.name] == nil {
            inner.arguments[block.name] = Argument(block: block, file: place.file, name: place.name)
        }
        if !arguments.isEmpty {
            let known = LayoutBlockNames(of: fileName, in: trees).names
            for block in arguments where !known.contains(block.name) { reportUnknownBlock(block, of: fileName, known, place) }
        }
        unfold(fileName, tree, inner)
    }

    private mutating func unfold(_ block: LayoutBlock, _ place: Place) {
        guard let argument = place.arguments[block.name] else {
            return unfold(block.nodes, place)
        }
        let content = argument.block
        var inner = Place(
            file: argument.file, name: argument.name, indentation: place.inner(block.indentation),
            dedent: content.opensLine ? content.indentation.count : 0, arguments: place.arguments)
        // A block of the same name inside the content is the content's own.
        inner.arguments[block.name] = nil
        if block.opensLine, !content.opensLine, !content.nodes.isEmpty { indent(inner) }
        isIndented = !block.opensLine && content.opensLine
        unfold(content.nodes, inner)
        isIndented = false
        if block.opensLine, !content.endsLine, !content.nodes.isEmpty { emit(block.lineEnd) }
    }

    private mutating func indent(_ place: Place) {
        if !isIndented { emit(place.indentation) }
        isIndented = false
    }

    private mutating func emit(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        let start = program.bytes.count
        program.bytes.append(contentsOf: bytes)
        if program.steps.count > barrier, case .bytes(let range) = program.steps[program.steps.count - 1] {
            program.steps[program.steps.count - 1] = .bytes(range.lowerBound..<program.bytes.count)
        } else {
            program.steps.append(.bytes(start..<program.bytes.count))
        }
    }

    private mutating func emit(_ step: LayoutProgram.Step) { program.steps.append(step) }
}

// MARK: Names

extension LayoutCompiler {
    private mutating func resolve(
        _ path: LayoutPath, _ node: LayoutNode, _ place: Place
    ) -> (slot: Int, LayoutShape)? {
        switch LayoutResolution(path, in: scopes) {
        case .found(let scope, let searches, let shape):
            return (addSlot(scope: scope, searches: searches, path.names), shape)
        case .unknown(let message, let help):
            report(.error, message, help, node.line, place)
            return nil
        }
    }

    private mutating func addSlot(scope: Int, searches: Bool, _ names: [String]) -> Int {
        let start = program.names.count
        program.names += names.map { LayoutName($0) }
        program.slots.append(.init(scope: scope, searches: searches, names: start..<program.names.count))
        return program.slots.count - 1
    }

    private mutating func check(_ shape: LayoutShape, of path: LayoutPath, escaped: Bool, _ node: LayoutNode, _ place: Place) {
        let name = path.text
        switch shape {
        case .html where escaped:
            report(.error, "\"\(name)\" is HTML, and {{\(name)}} would show its tags", ["write {{{\(name)}}}"], node.line, place)
        case .text where !escaped:
            report(
                .warning, "\"\(name)\" is text, and is written here without escaping", ["write {{\(name)}}"], node.line, place)
        case .flag:
            report(.error, "\"\(name)\" is a yes or no, not a text", ["write {{#\(name)}}yes{{/\(name)}}"], node.line, place)
        case .list:
            report(.error, "\"\(name)\" is a list", ["write {{#\(name)}}…{{/\(name)}}, once for each"], node.line, place)
        case .fields(let fields):
            let help = fields.keys.sorted().prefix(12).map { name == "." ? $0 : "\(name).\($0)" }.joined(separator: ", ")
            report(.error, "\"\(name)\" has parts, and is no text itself", ["its parts: \(help)"], node.line, place)
        case .text, .html, .any:
            break
        }
    }
}

// MARK: Problems

extension LayoutCompiler {
    private mutating func report(
        _ severity: Problem.Severity, _ message: String, _ help: [String], _ line: Int, _ place: Place
    ) {
        let includer = place.name == page ? [] : ["as part of \(page)"]
        problems.append(Problem(severity, message, file: place.file, line: line, help: help + includer))
    }

    private mutating func reportUnknownLayout(_ name: String, _ node: LayoutNode, _ place: Place) {
        let near = nearest(layoutName(name), among: trees.keys.map(layoutName).sorted()).map { ["did you mean \($0)?"] }
        let help = near ?? ["put a file \(name).html into layouts/, or see the list: lectern layouts"]
        report(.error, "there is no layout \"\(name)\"", help, node.line, place)
    }

    private mutating func reportUnknownBlock(_ block: LayoutBlock, of name: String, _ known: Set<String>, _ place: Place) {
        let near = nearest(block.name, among: known.sorted()).map { ["did you mean \($0)?"] }
        let help = near ?? (known.isEmpty ? [] : ["its blocks: \(known.sorted().joined(separator: ", "))"])
        report(.error, "\(name) has no block \"\(block.name)\"", help, block.line, place)
    }

    private mutating func reportEndless(_ name: String, _ node: LayoutNode, _ place: Place) {
        // Where the shape is not known, the data may well end sooner: what lies deeper is left out.
        if scopes.contains(where: \.isAny) { return }
        gaveUp = true
        report(
            .error, "\(name) includes itself without an end", ["layouts here: \(circle(to: name).joined(separator: " → "))"],
            node.line, place)
    }

    private mutating func reportTooLarge(_ node: LayoutNode, _ place: Place) {
        gaveUp = true
        report(
            .error, "\(page) becomes too large with all that it includes", ["look for layouts that include each other"],
            node.line, place)
    }

    /// From one unfolding of a layout to the next.
    private func circle(to name: String) -> [String] {
        guard let last = chain.lastIndex(of: name) else { return [name] }
        return chain[last...] + [name]
    }
}

extension LayoutShape {
    /// What a section of it looks names up in.
    var ofItems: LayoutShape {
        if case .list(let item) = self { item } else { self }
    }

    fileprivate var isAny: Bool {
        if case .any = self { true } else { false }
    }
}

/// As a tag names it: "lesson" for "lesson.html".
func layoutName(_ file: String) -> String { file.hasSuffix(".html") ? String(file.dropLast(5)) : file }
