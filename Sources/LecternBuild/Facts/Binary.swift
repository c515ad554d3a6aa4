/// Writes values one after another, as compact bytes that a `BinaryReader` of the same version reads in the same order.
struct BinaryWriter {
    private(set) var bytes: [UInt8] = []

    init() {}

    /// - Parameter capacity: about how many bytes will come.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func write(_ value: Int) {
        // Zigzag, then seven bits a byte, the low ones first.
        var rest = UInt(bitPattern: (value << 1) ^ (value >> (Int.bitWidth - 1)))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func write(_ value: String) {
        var value = value
        value.withUTF8 { text in
            write(text.count)
            bytes.append(contentsOf: text)
        }
    }

    mutating func write(_ value: [UInt8]) {
        write(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func write(_ value: String?) {
        write(value != nil)
        if let value { write(value) }
    }

    mutating func write(_ value: Int?) {
        write(value != nil)
        if let value { write(value) }
    }

    mutating func write<Value>(_ values: [Value], each: (inout BinaryWriter, Value) -> Void) {
        write(values.count)
        for value in values { each(&self, value) }
    }

    mutating func write(_ values: [String]) { write(values) { $0.write($1) } }
}

/// Reads what a `BinaryWriter` wrote. Anything else throws, and never reads outside its bytes.
struct BinaryReader {
    struct Damaged: Error {}

    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }
    /// How many bytes are read.
    var offset: Int { at }

    mutating func int() throws(Damaged) -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while true {
            guard at < bytes.count, shift < 64 else { throw Damaged() }
            let byte = bytes[at]
            at += 1
            value |= UInt(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return Int(bitPattern: value >> 1) ^ -Int(bitPattern: value & 1)
    }

    mutating func bool() throws(Damaged) -> Bool {
        guard at < bytes.count else { throw Damaged() }
        defer { at += 1 }
        return bytes[at] != 0
    }

    private mutating func span() throws(Damaged) -> Range<Int> {
        let count = try int()
        guard count >= 0, count <= bytes.count - at else { throw Damaged() }
        defer { at += count }
        return at..<(at + count)
    }

    mutating func string() throws(Damaged) -> String {
        let span = try span()
        return bytes.withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[span]), as: UTF8.self) }
    }

    mutating func blob() throws(Damaged) -> [UInt8] { Array(bytes[try span()]) }

    mutating func skip() throws(Damaged) { _ = try span() }

    mutating func optionalString() throws(Damaged) -> String? { try bool() ? try string() : nil }

    mutating func optionalInt() throws(Damaged) -> Int? { try bool() ? try int() : nil }

    mutating func list<Value>(_ each: (inout BinaryReader) throws(Damaged) -> Value) throws(Damaged) -> [Value] {
        let count = try int()
        guard count >= 0, count <= bytes.count - at else { throw Damaged() }
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try each(&self)) }
        return values
    }

    mutating func strings() throws(Damaged) -> [String] { try list { reader throws(Damaged) in try reader.string() } }
}
