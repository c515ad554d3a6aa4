import Foundation

/// Chance that is the same for the same seed, everywhere (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 ..< 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
    mutating func chance(_ p: Double) -> Bool { unit() < p }
    mutating func whole(_ range: Range<Int>) -> Int { range.lowerBound + Int(unit() * Double(range.count)) }
    mutating func exponential(mean: Double) -> Double { -mean * log(1 - unit()) }
    mutating func normal() -> Double { (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit()) }

    mutating func pick<Item>(_ items: [(item: Item, weight: Double)]) -> Item {
        var rest = unit() * items.reduce(0) { $0 + $1.weight }
        for (item, weight) in items {
            rest -= weight
            if rest < 0 { return item }
        }
        return items[items.count - 1].item
    }

    mutating func name(_ count: Int = 16) -> String {
        let letters = Array("0123456789abcdef")
        var bits = next(), text = ""
        for place in 0..<count {
            if place % 16 == 0, place > 0 { bits = next() }
            text.append(letters[Int(bits & 15)])
            bits >>= 4
        }
        return text
    }
}
