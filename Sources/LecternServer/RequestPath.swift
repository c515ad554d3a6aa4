/// The path of a request, cut at its slashes before anything is decoded, so that the `%2F` of an id stays within it.
struct RequestPath: Sendable, Equatable {
    /// Decoded. Never empty, `.` or `..`, and without control characters.
    let segments: [String]

    /// - Parameters:
    ///   - path: as it was sent, without its query.
    ///   - base: `/api/`.
    /// - Returns: nil for what is not below the base, or is no path that any route has.
    init?(_ path: Substring, below base: String) {
        guard path.hasPrefix(base) else { return nil }
        var segments: [String] = []
        for part in path.utf8.dropFirst(base.utf8.count).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let text = percentDecoded(part), !text.isEmpty, text != ".", text != "..", isPlain(text) else { return nil }
            segments.append(text)
        }
        self.segments = segments
    }
}

/// The query of a request: `items=python%2Cswift&currency=CNY`.
struct RequestQuery: Sendable {
    private var values: [(name: String, value: String)] = []

    /// - Throws: `invalid-field` for what is not percent-encoded UTF-8, holds control characters, names something twice, or has
    ///   more than 16 names: each is compared with all before it.
    init(_ query: Substring?) throws(Refused) {
        guard let query, !query.isEmpty else { return }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(halves[0], plusIsSpace: true),
                let value = percentDecoded(halves.count > 1 ? halves[1] : pair.suffix(0), plusIsSpace: true), isPlain(value)
            else { throw .invalidField("query") }
            guard values.count < 16 else { throw .invalidField("query") }
            if values.contains(where: { $0.name == name }) { throw .invalidField(name) }
            values.append((name, value))
        }
    }

    subscript(name: String) -> String? { values.first { $0.name == name }?.value }
}

/// - Returns: nil for a `%` without two hexadecimal digits, and for what is no UTF-8.
func percentDecoded(_ bytes: Substring.UTF8View, plusIsSpace: Bool = false) -> String? {
    func digit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let byte) where (0x30...0x39).contains(byte): byte - 0x30
        case .some(let byte) where (0x41...0x46).contains(byte): byte - 0x37
        case .some(let byte) where (0x61...0x66).contains(byte): byte - 0x57
        default: nil
        }
    }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var rest = bytes.makeIterator()
    while let byte = rest.next() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = digit(rest.next()), let low = digit(rest.next()) else { return nil }
            out.append(high << 4 | low)
        case UInt8(ascii: "+") where plusIsSpace: out.append(0x20)
        default: out.append(byte)
        }
    }
    return String(validating: out, as: UTF8.self)
}

/// Whether a text holds no control characters, NUL among them.
func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
