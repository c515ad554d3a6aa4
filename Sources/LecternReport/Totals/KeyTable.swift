/// From 64-bit keys to the places of an array, 0, 1, 2 … in the order in which keys came. Open addressing in two flat arrays:
/// millions of keys in a few dozen bytes each, and it is rebuilt from its keys as fast as memory is read.
struct KeyTable: Sendable {
    /// By place.
    private(set) var keys: ContiguousArray<UInt64> = []
    /// Place + 1; 0 is free. As many as a power of two.
    private var slots: ContiguousArray<UInt32>
    private var mask: Int

    init() { (slots, mask) = (ContiguousArray(repeating: 0, count: 64), 63) }

    init(keys: ContiguousArray<UInt64>) {
        var size = 64
        while size * 2 < keys.count * 3 { size *= 2 }
        self.keys = keys
        (slots, mask) = (ContiguousArray(repeating: 0, count: size), size - 1)
        fill()
    }

    var count: Int { keys.count }

    subscript(key: UInt64) -> Int? {
        var at = start(key)
        while slots[at] != 0 {
            let place = Int(slots[at]) - 1
            if keys[place] == key { return place }
            at = (at + 1) & mask
        }
        return nil
    }

    /// - Returns: the key's place, and whether it is new.
    mutating func place(_ key: UInt64) -> (place: Int, isNew: Bool) {
        var at = start(key)
        while slots[at] != 0 {
            let place = Int(slots[at]) - 1
            if keys[place] == key { return (place, false) }
            at = (at + 1) & mask
        }
        keys.append(key)
        slots[at] = UInt32(keys.count)
        if keys.count * 3 > slots.count * 2 {
            (slots, mask) = (ContiguousArray(repeating: 0, count: slots.count * 2), slots.count * 2 - 1)
            fill()
        }
        return (keys.count - 1, true)
    }

    private mutating func fill() {
        for (place, key) in keys.enumerated() {
            var at = start(key)
            while slots[at] != 0 { at = (at + 1) & mask }
            slots[at] = UInt32(place + 1)
        }
    }

    /// Keys that are pairs of small numbers would otherwise stand in one corner.
    private func start(_ key: UInt64) -> Int { Int(truncatingIfNeeded: mixed(key) >> 20) & mask }
}

/// Each bit of the result depends on each of the number.
func mixed(_ number: UInt64) -> UInt64 {
    var x = number
    x = (x ^ (x >> 32)) &* 0xD6E8_FEB8_6659_FD93
    x = (x ^ (x >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return x ^ (x >> 32)
}

/// A number for a text, the same on every machine and in every run, since it is kept. Nothing secret hangs on it: whoever
/// finds two visits with one number makes the report count them as one.
func number(of bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    // Mixed first: seeds are small numbers, and so are short texts.
    var h = mixed(seed &+ 0x9E37_79B9_7F4A_7C15) ^ UInt64(bytes.count)
    var at = 0
    while at + 8 <= bytes.count {
        h = mixed(h ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
        at += 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
        rest = rest << 8 | UInt64(bytes[at])
        at += 1
    }
    return mixed(h ^ rest ^ 0xA5)
}

func number(of text: String, seed: UInt64 = 0) -> UInt64 {
    var text = text
    return text.withUTF8 { number(of: UnsafeRawBufferPointer($0), seed: seed) }
}
