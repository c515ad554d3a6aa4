/// One difference between a rendered layout and the same layout rendered for one of `keys`: there, `bytes` stand
/// in the place of `range`.
public struct LayoutSplice: Sendable, Equatable {
    public var keys: Range<Int>
    /// Positions in the output; empty where something is inserted.
    public var range: Range<Int>
    /// Empty where something is left out.
    public var bytes: [UInt8]

    public init(keys: Range<Int>, range: Range<Int>, bytes: [UInt8]) {
        self.keys = keys
        self.range = range
        self.bytes = bytes
    }
}

/// Something rendered once that differs in a few places for each of many keys: the outline of a course, which marks
/// another lesson on each lesson's page.
public struct SplicedBytes: Sendable {
    /// What is shown to a key that no splice names.
    public let bytes: [UInt8]
    private let splices: [LayoutSplice]
    /// The splices of key k, in the order of their positions: `order[starts[k]..<starts[k + 1]]`.
    private let order: [Int32]
    private let starts: [Int32]

    /// - Parameter splices: as `LayoutSet.render` returned them for these bytes. Keys below 0 are ignored.
    public init(bytes: [UInt8], splices: [LayoutSplice]) {
        self.bytes = bytes
        self.splices = splices
        let keyCount = max(0, splices.reduce(0) { max($0, $1.keys.upperBound) })
        var counts = [Int32](repeating: 0, count: keyCount + 1)
        for splice in splices { for key in splice.keys where key >= 0 { counts[key + 1] += 1 } }
        for key in 0..<keyCount { counts[key + 1] += counts[key] }
        starts = counts
        var order = [Int32](repeating: 0, count: Int(counts[keyCount]))
        for (index, splice) in splices.enumerated() {
            for key in splice.keys where key >= 0 {
                order[Int(counts[key])] = Int32(index)
                counts[key] += 1
            }
        }
        self.order = order
    }

    /// The bytes as they are for this key.
    public func append(key: Int, to out: inout [UInt8]) {
        var done = 0
        bytes.withUnsafeBufferPointer { all in
            if key >= 0, key + 1 < starts.count {
                for index in order[Int(starts[key])..<Int(starts[key + 1])] {
                    let splice = splices[Int(index)]
                    out.append(contentsOf: UnsafeBufferPointer(rebasing: all[done..<splice.range.lowerBound]))
                    out.append(contentsOf: splice.bytes)
                    done = splice.range.upperBound
                }
            }
            out.append(contentsOf: UnsafeBufferPointer(rebasing: all[done...]))
        }
    }

    public func bytes(key: Int) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 256)
        append(key: key, to: &out)
        return out
    }
}
