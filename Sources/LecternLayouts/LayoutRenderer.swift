/// One walk over a program.
struct LayoutRenderer {
    let program: LayoutProgram
    /// What names are looked up in, outermost first.
    private var scopes: [LayoutValue]
    private(set) var splices: [LayoutSplice]?
    private let stream: LayoutStream?
    /// Keys for which the output that is being written is left out, so that nothing inside it is spliced for them.
    private var leftOut: [Range<Int>] = []

    init(program: LayoutProgram, root: LayoutValue, splices: [LayoutSplice]?, stream: LayoutStream? = nil) {
        self.program = program
        self.splices = splices
        self.stream = stream
        scopes = [root]
        scopes.reserveCapacity(8)
    }

    mutating func renderAll(into out: inout [UInt8]) { render(0..<program.steps.count, into: &out) }

    mutating func render(_ range: Range<Int>, into out: inout [UInt8]) {
        var at = range.lowerBound
        while at < range.upperBound {
            switch program.steps[at] {
            case .bytes(let range):
                program.bytes.withUnsafeBufferPointer { out.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range])) }
                at += 1
            case .value(let slot, let escaped):
                write(value(program.slots[slot]), escaped: escaped, into: &out)
                at += 1
            case .section(let slot, let end):
                section(value(program.slots[slot]), at + 1..<end, into: &out)
                at = end
            case .inverted(let slot, let end):
                inverted(value(program.slots[slot]), at + 1..<end, into: &out)
                at = end
            }
        }
    }

    private func value(_ slot: LayoutProgram.Slot) -> LayoutValue {
        guard let first = slot.names.first else { return scopes[slot.scope] }
        var found: LayoutValue?
        var scope = slot.scope
        repeat {
            if case .fields(let fields) = scopes[scope] { found = fields.value(program.names[first]) }
            scope -= 1
        } while found == nil && slot.searches && scope >= 0
        guard var value = found else { return .missing }
        for name in slot.names.dropFirst() {
            guard case .fields(let fields) = value, let next = fields.value(program.names[name]) else { return .missing }
            value = next
        }
        return value
    }

    private func write(_ value: LayoutValue, escaped: Bool, into out: inout [UInt8]) {
        switch value {
        case .text(let text):
            if escaped { out.append(escapingHTML: text) } else { out.append(contentsOf: text.utf8) }
        case .html(let bytes):
            if escaped {
                bytes.withUnsafeBufferPointer { out.append(escapingHTML: $0) }
            } else {
                out.append(contentsOf: bytes)
            }
        case .missing, .flag, .list, .fields, .splice, .splices, .stream:
            break
        }
    }

    private mutating func section(_ value: LayoutValue, _ content: Range<Int>, into out: inout [UInt8]) {
        switch value {
        case .missing, .flag(false):
            break
        case .list(let items):
            for item in items { render(content, inside: item, into: &out) }
        case .text(let text):
            if !text.isEmpty { render(content, inside: value, into: &out) }
        case .html(let bytes):
            if !bytes.isEmpty { render(content, inside: value, into: &out) }
        case .flag, .fields:
            render(content, inside: value, into: &out)
        case .splice(let key):
            insert(content, for: key..<key + 1, inside: value, at: out.count)
        case .splices(let keys):
            insert(content, for: keys, inside: value, at: out.count)
        case .stream:
            guard let stream else { break }
            stream.items { item in
                render(content, inside: item, into: &out)
                stream.drain(&out)
            }
        }
    }

    private mutating func render(_ content: Range<Int>, inside scope: LayoutValue, into out: inout [UInt8]) {
        scopes.append(scope)
        render(content, into: &out)
        scopes.removeLast()
    }

    private mutating func inverted(_ value: LayoutValue, _ content: Range<Int>, into out: inout [UInt8]) {
        switch value {
        case .splice(let key): leaveOut(content, for: key..<key + 1, into: &out)
        case .splices(let keys): leaveOut(content, for: keys, into: &out)
        default: if value.isFalse { render(content, into: &out) }
        }
    }

    /// Content that is there for some keys only is kept beside the output.
    private mutating func insert(_ content: Range<Int>, for keys: Range<Int>, inside scope: LayoutValue, at position: Int) {
        guard let outer = splices else { return }
        let range = position..<position
        var inner: [UInt8] = []
        splices = []
        render(content, inside: scope, into: &inner)
        let nested = splices ?? []
        splices = outer
        if nested.isEmpty {
            for keys in withoutLeftOut(keys) { splices?.append(LayoutSplice(keys: keys, range: range, bytes: inner)) }
        } else {
            let spliced = SplicedBytes(bytes: inner, splices: nested)
            for key in withoutLeftOut(keys).joined() {
                splices?.append(LayoutSplice(keys: key..<key + 1, range: range, bytes: spliced.bytes(key: key)))
            }
        }
    }

    /// Content that is there for all but some keys is written, and taken away for them.
    private mutating func leaveOut(_ content: Range<Int>, for keys: Range<Int>, into out: inout [UInt8]) {
        guard splices != nil else { return render(content, into: &out) }
        let start = out.count
        // Kept in the order of positions: this one goes before those of its content.
        let places = withoutLeftOut(keys).map { keys in
            splices?.append(LayoutSplice(keys: keys, range: start..<start, bytes: []))
            return (splices?.count ?? 0) - 1
        }
        leftOut.append(keys)
        render(content, into: &out)
        leftOut.removeLast()
        for place in places { splices?[place].range = start..<out.count }
    }

    private func withoutLeftOut(_ keys: Range<Int>) -> [Range<Int>] {
        leftOut.reduce([keys]) { parts, gap in
            parts.flatMap { part in
                [part.lowerBound..<min(part.upperBound, max(part.lowerBound, gap.lowerBound)),
                 max(part.lowerBound, min(part.upperBound, gap.upperBound))..<part.upperBound]
            }.filter { !$0.isEmpty }
        }
    }
}

extension LayoutValue {
    /// Whether a section of it shows nothing; a splice counts as false here.
    var isFalse: Bool {
        switch self {
        case .missing, .flag(false), .splice, .splices: true
        case .flag, .fields, .stream: false
        case .text(let text): text.isEmpty
        case .html(let bytes): bytes.isEmpty
        case .list(let items): items.isEmpty
        }
    }
}
