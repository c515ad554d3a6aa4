/// Reads of a file's bytes that may ask for any place: nil where there is nothing.
struct Bytes {
    let all: [UInt8]

    init(_ all: [UInt8]) {
        self.all = all
    }

    var count: Int { all.count }

    func has(_ magic: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, offset <= count - magic.count else { return false }
        for (index, byte) in magic.enumerated() where all[offset + index] != byte { return false }
        return true
    }

    func has(_ magic: StaticString, at offset: Int) -> Bool {
        magic.withUTF8Buffer { has(Array($0), at: offset) }
    }

    /// An unsigned number of `size` bytes, at most 4; the most significant byte first.
    func big(_ size: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset <= count - size else { return nil }
        return all[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
    }

    /// The least significant byte first.
    func little(_ size: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset <= count - size else { return nil }
        return all[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
