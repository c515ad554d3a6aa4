/// A value in CBOR (RFC 8949), of the kinds that WebAuthn uses (CTAP 2, section 8): definite lengths alone, no floating
/// point, no tags, small and shallow. What comes here was made by a stranger's browser.
public indirect enum CBOR: Hashable, Sendable {
    case unsigned(UInt64)
    /// -1 - n, as CBOR writes it: `negative(6)` is -7.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map([CBOR: CBOR])
    case flag(Bool)
    case null

    /// Reads one value from the front of some bytes.
    /// - Returns: the value, and how many bytes it took; nil for anything else than this subset, for numbers not in their
    ///   shortest form, for a map that has a key twice, for more than 8 levels or 512 values.
    public static func read(_ bytes: [UInt8], from start: Int = 0) -> (value: CBOR, end: Int)? {
        var reader = Reader(bytes: bytes, at: start)
        guard start <= bytes.count, let value = reader.value(depth: 0) else { return nil }
        return (value, reader.at)
    }

    public subscript(_ key: String) -> CBOR? { if case .map(let map) = self { map[.text(key)] } else { nil } }

    /// A value by its number, as COSE keys have them: `key[-2]`.
    public subscript(_ number: Int) -> CBOR? {
        guard case .map(let map) = self else { return nil }
        return map[number >= 0 ? .unsigned(UInt64(number)) : .negative(UInt64(-1 - number))]
    }

    public var number: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .negative(let value): Int(exactly: value).map { -1 - $0 }
        default: nil
        }
    }

    public var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    private struct Reader {
        let bytes: [UInt8]
        var at: Int
        var values = 0

        mutating func value(depth: Int) -> CBOR? {
            values += 1
            guard depth < 8, values <= 512, let head = take(1)?.first else { return nil }
            let kind = head >> 5, small = head & 31
            if kind == 7 {
                switch small {
                case 20: return .flag(false)
                case 21: return .flag(true)
                case 22: return .null
                default: return nil
                }
            }
            guard let number = argument(small) else { return nil }
            switch kind {
            case 0: return .unsigned(number)
            case 1: return .negative(number)
            case 2: return count(number).flatMap { take($0) }.map { .bytes(Array($0)) }
            case 3:
                guard let text = count(number).flatMap({ take($0) }) else { return nil }
                return String(validating: text, as: UTF8.self).map { .text($0) }
            case 4:
                guard let count = count(number) else { return nil }
                var items: [CBOR] = []
                for _ in 0..<count {
                    guard let item = value(depth: depth + 1) else { return nil }
                    items.append(item)
                }
                return .array(items)
            case 5:
                guard let count = count(number) else { return nil }
                var map: [CBOR: CBOR] = [:]
                for _ in 0..<count {
                    guard let key = value(depth: depth + 1), let item = value(depth: depth + 1), map.updateValue(item, forKey: key) == nil
                    else { return nil }
                }
                return .map(map)
            default: return nil
            }
        }

        /// The number behind a head: 0 to 23 stand in it, larger ones in 1, 2, 4 or 8 bytes.
        private mutating func argument(_ small: UInt8) -> UInt64? {
            guard small >= 24 else { return UInt64(small) }
            guard small <= 27, let more = take(1 << Int(small - 24)) else { return nil }
            let value = more.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let least: UInt64 = [24, 1 << 8, 1 << 16, 1 << 32][Int(small - 24)]
            return value >= least ? value : nil
        }

        /// A length is at most as long as what is left: an array of four thousand million things is refused before it is made.
        private func count(_ number: UInt64) -> Int? { number <= UInt64(bytes.count - at) ? Int(number) : nil }

        private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count <= bytes.count - at else { return nil }
            defer { at += count }
            return bytes[at..<at + count]
        }
    }
}
