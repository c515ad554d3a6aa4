import LecternCore

/// Reads the members of an event's detail where it lies, without making values of those that nobody asks for. What is not
/// the JSON that we wrote ends the reading; what was read until then counts.
struct DetailReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    enum Value {
        /// Between its quotes. `isEscaped`: has to be decoded.
        case text(UnsafeRawBufferPointer, isEscaped: Bool)
        case other(UnsafeRawBufferPointer)
    }

    /// The next member; nil at the end.
    mutating func next() -> (name: UnsafeRawBufferPointer, value: Value)? {
        skip()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "{") || bytes[at] == UInt8(ascii: ",") else { return nil }
        at += 1
        skip()
        guard let (name, _) = quoted() else { return nil }
        skip()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { return nil }
        at += 1
        skip()
        guard at < bytes.count else { return nil }
        if bytes[at] == UInt8(ascii: "\"") {
            guard let (text, isEscaped) = quoted() else { return nil }
            return (name, .text(text, isEscaped: isEscaped))
        }
        let start = at
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard quoted() != nil else { return nil }
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","):
                if depth == 0 { return (name, .other(UnsafeRawBufferPointer(rebasing: bytes[start..<at]))) }
                if bytes[at] != UInt8(ascii: ",") { depth -= 1 }
            default: break
            }
            at += 1
        }
        return nil
    }

    private mutating func quoted() -> (UnsafeRawBufferPointer, Bool)? {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
        at += 1
        let start = at
        var isEscaped = false
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\") {
                isEscaped = true
                at += 1
            }
            at += 1
        }
        guard at < bytes.count else { return nil }
        defer { at += 1 }
        return (UnsafeRawBufferPointer(rebasing: bytes[start..<at]), isEscaped)
    }

    private mutating func skip() { while at < bytes.count, bytes[at] == 0x20 { at += 1 } }
}

extension DetailReader.Value {
    /// As a person wrote it; nil when it is no text.
    var text: String? {
        switch self {
        case .text(let bytes, false): String(decoding: bytes, as: UTF8.self)
        case .text(let bytes, true):
            (try? JSON([UInt8(ascii: "\"")] + Array(bytes) + [UInt8(ascii: "\"")]))?.text ?? String(decoding: bytes, as: UTF8.self)
        case .other: nil
        }
    }

    /// Its own bytes: what is equal is the same value, since one program wrote them all.
    var bytes: UnsafeRawBufferPointer {
        switch self {
        case .text(let bytes, _), .other(let bytes): bytes
        }
    }

    /// What is no number is 0.
    var whole: UInt32 { UInt32(clamping: Int64(number)) }

    var number: Double {
        guard case .other(let bytes) = self, bytes.count <= 24 else { return 0 }
        var value = 0.0, scale = 0.0
        for byte in bytes {
            if byte == UInt8(ascii: "."), scale == 0 { scale = 1; continue }
            guard (0x30...0x39).contains(byte) else { return Double(String(decoding: bytes, as: UTF8.self)).map { min(max($0, 0), 1e9) } ?? 0 }
            value = value * 10 + Double(byte - 0x30)
            scale *= 10
        }
        return min(scale > 1 ? value / scale : value, 1e9)
    }

    var isTrue: Bool { bytes.count == 4 && bytes[0] == UInt8(ascii: "t") }
}

extension UnsafeRawBufferPointer {
    func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for at in 0..<count where self[at] != word.utf8Start[at] { return false }
        return true
    }
}
