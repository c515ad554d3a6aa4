import CYAML
import LecternCore

/// A YAML 1.1 value with the line it starts on, counted from 1 in the file it came from.
public struct YAMLNode: Sendable {
    public indirect enum Kind: Sendable {
        /// `plain` is false for a quoted or block text, which is never a number, a date or a truth value.
        case scalar(String, plain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    public struct Entry: Sendable {
        public let key: String
        public let line: Int
        public let value: YAMLNode
    }

    public var kind: Kind
    public var line: Int

    public init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }

    public subscript(key: String) -> YAMLNode? { entries?.last { $0.key == key }?.value }

    public var entries: [Entry]? { if case .mapping(let entries) = kind { entries } else { nil } }
    public var items: [YAMLNode]? { if case .sequence(let items) = kind { items } else { nil } }

    /// The text of a scalar; nil for nothing (`key:` alone, `~`, `null`), sequences and mappings.
    public var text: String? {
        guard case .scalar(let text, let plain) = kind, !isNull(text, plain) else { return nil }
        return text
    }

    public var isNull: Bool { if case .scalar(let text, let plain) = kind { isNull(text, plain) } else { false } }

    /// `true yes on` and `false no off`, as YAML 1.1 and Hugo's users write them.
    public var flag: Bool? {
        guard case .scalar(let text, plain: true) = kind else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: return nil
        }
    }

    public var integer: Int? { if case .scalar(let text, plain: true) = kind { Int(text) } else { nil } }

    /// A finite decimal number: `3`, `3.14`, `-1e3`.
    public var number: Double? {
        guard case .scalar(let text, plain: true) = kind, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private func isNull(_ text: String, _ plain: Bool) -> Bool { plain && (text.isEmpty || text == "~" || text == "null") }
}

/// What one YAML text may cost: a bomb or a mistake gets an error instead of the machine.
enum YAMLLimit {
    static let bytes = 1 << 20
    static let nodes = 50_000
    static let depth = 50
}

/// Reads one YAML document.
///
/// - Parameter firstLine: the line of the file on which `text` starts.
/// - Returns: an empty mapping for an empty text.
/// - Throws: a `Problem` with the line where reading stopped: a syntax error, a key that is given twice, more than
///   50,000 values (aliases counted as often as they are used), more than 50 levels.
public func readYAML(_ text: UnsafeBufferPointer<UInt8>, file: String, firstLine: Int = 1) throws(Problem) -> YAMLNode {
    guard text.count <= YAMLLimit.bytes else {
        throw Problem(.error, "this YAML is \(text.count / 1024) KiB; at most 1,024 KiB are read", file: file, line: firstLine)
    }
    var reader = YAMLReader(file: file, firstLine: firstLine)
    return try reader.read(text)
}

public func readYAML(_ text: [UInt8], file: String, firstLine: Int = 1) throws(Problem) -> YAMLNode {
    let result: Result<YAMLNode, Problem> = text.withUnsafeBufferPointer { bytes in
        do throws(Problem) { return .success(try readYAML(bytes, file: file, firstLine: firstLine)) } catch { return .failure(error) }
    }
    return try result.get()
}

/// Builds nodes from libyaml's events, without recursion.
private struct YAMLReader {
    /// A sequence or mapping whose end has not come. A struct, changed in its place: a copy for each value would make a
    /// long list cost the square of its length.
    private struct Open {
        let isMapping: Bool
        let line: Int
        let anchor: String?
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        /// The key whose value comes next.
        var key: YAMLNode?
        /// Lines of the keys so far.
        var keys: [String: Int] = [:]

        init(isMapping: Bool, line: Int, anchor: String?) {
            self.isMapping = isMapping
            self.line = line
            self.anchor = anchor
        }
    }

    let file: String
    let firstLine: Int
    private var open: [Open] = []
    private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
    private var nodes = 0
    private var root: YAMLNode?

    init(file: String, firstLine: Int) {
        self.file = file
        self.firstLine = firstLine
    }

    mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(Problem) -> YAMLNode {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw Problem(.error, "out of memory", file: file) }
        defer { yaml_parser_delete(&parser) }
        yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxProblem(parser) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { break }
            try take(event)
        }
        return root ?? YAMLNode(.mapping([]), line: firstLine)
    }

    private mutating func take(_ event: yaml_event_t) throws(Problem) {
        let line = Int(event.start_mark.line) + firstLine
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let node = YAMLNode(.scalar(text, plain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line: line)
            if scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE, let refusal = node.firstRefusal(file: file) { throw refusal }
            try count(1, line)
            try place(node, anchor: string(scalar.anchor), size: 1)
        case YAML_SEQUENCE_START_EVENT:
            try push(Open(isMapping: false, line: line, anchor: string(event.data.sequence_start.anchor)))
        case YAML_MAPPING_START_EVENT:
            try push(Open(isMapping: true, line: line, anchor: string(event.data.mapping_start.anchor)))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            let level = open.removeLast()
            let node = YAMLNode(level.isMapping ? .mapping(level.entries) : .sequence(level.items), line: level.line)
            try place(node, anchor: level.anchor, size: level.anchor == nil ? 0 : size(node))
        case YAML_ALIAS_EVENT:
            let name = string(event.data.alias.anchor) ?? ""
            guard let (node, size) = anchors[name] else {
                throw Problem(
                    .error, "bad YAML: *\(name) names no anchor above it", file: file, line: line,
                    help: ["a text that starts with * needs quotes: \"*\(name)\""])
            }
            try count(size, line)
            try place(node, anchor: nil, size: size)
        case YAML_DOCUMENT_START_EVENT where root != nil:
            throw Problem(.error, "a second YAML document starts here; only one is read", file: file, line: line)
        default: break
        }
    }

    private mutating func push(_ level: Open) throws(Problem) {
        try count(1, level.line)
        guard open.count < YAMLLimit.depth else {
            throw Problem(.error, "YAML nested deeper than \(YAMLLimit.depth) levels", file: file, line: level.line)
        }
        open.append(level)
    }

    private mutating func count(_ added: Int, _ line: Int) throws(Problem) {
        nodes += added
        guard nodes <= YAMLLimit.nodes else {
            throw Problem(.error, "this YAML holds more than 50,000 values, its aliases counted", file: file, line: line)
        }
    }

    private mutating func place(_ node: YAMLNode, anchor: String?, size: Int) throws(Problem) {
        if let anchor { anchors[anchor] = (node, size) }
        let top = open.count - 1
        guard top >= 0 else {
            root = node
            return
        }
        guard open[top].isMapping else {
            open[top].items.append(node)
            return
        }
        guard let key = open[top].key else {
            open[top].key = node
            return
        }
        guard case .scalar(let name, _) = key.kind else {
            throw Problem(.error, "a key must be a plain word", file: file, line: key.line)
        }
        if let earlier = open[top].keys.updateValue(key.line, forKey: name) {
            throw Problem(.error, "\"\(name)\" is given twice", file: file, line: key.line, help: ["first on line \(earlier)"])
        }
        open[top].entries.append(.init(key: name, line: key.line, value: node))
        open[top].key = nil
    }

    private func size(_ node: YAMLNode) -> Int {
        switch node.kind {
        case .scalar: 1
        case .sequence(let items): items.reduce(1) { min($0 + size($1), YAMLLimit.nodes + 1) }
        case .mapping(let entries): entries.reduce(1) { min($0 + 1 + size($1.value), YAMLLimit.nodes + 1) }
        }
    }

    private func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func syntaxProblem(_ parser: yaml_parser_t) -> Problem {
        let what = parser.problem.map { String(cString: $0) } ?? "not YAML"
        let line = Int(parser.problem_mark.line) + firstLine
        var help: [String] = []
        let context = parser.context.map { String(cString: $0) } ?? ""
        if context.contains("quoted scalar"), what.contains("end of stream") || what.contains("document indicator") {
            // Everything below the quote was read as its text: the line to mend is the one that it starts on.
            return Problem(
                .error, "bad YAML: the quote that opens here is never closed", file: file,
                line: Int(parser.context_mark.line) + firstLine,
                help: ["close it, or write a quote inside a text in quotes of the other kind: 'say \"hello\"'"])
        }
        if what.contains("mapping values are not allowed") {
            help = ["a text with a colon in it needs quotes: title: \"Python: the basics\""]
        } else if what.contains("cannot start any token") {
            help = ["YAML is indented with spaces, and a text that starts with @, `, % or a tab needs quotes"]
        } else if what.contains("did not find expected key") || what.contains("block") {
            help = ["check the indentation of this line, and quotes that are not closed above it"]
        }
        return Problem(.error, "bad YAML: \(what)", file: file, line: line, help: help)
    }
}
