/// The seconds of a film that somebody really watched, as the union of ranges: what is seen twice counts once, what is
/// skipped does not count.
public struct WatchedRanges: Hashable, Sendable {
    /// Whole seconds, the end excluded. Ascending; none touches the next.
    public private(set) var ranges: [Range<Int>] = []

    /// A day: no film is longer, and a number beyond it is a mistake or an attack.
    public static let limitSeconds = 86_400
    /// Past this many pieces the smallest gaps are closed, so that a row never grows without bound.
    public static let limitRanges = 500

    public init() {}

    public var seconds: Int { ranges.reduce(0) { $0 + $1.count } }

    /// What lies outside a day is cut off.
    public mutating func insert(_ range: Range<Int>) {
        let range = range.clamped(to: 0..<Self.limitSeconds)
        guard !range.isEmpty else { return }
        let first = ranges.partitioningIndex { $0.upperBound >= range.lowerBound }
        var end = first, lower = range.lowerBound, upper = range.upperBound
        while end < ranges.count, ranges[end].lowerBound <= upper {
            lower = min(lower, ranges[end].lowerBound)
            upper = max(upper, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: [lower..<upper])
        if ranges.count > Self.limitRanges { closeSmallestGap() }
    }

    public mutating func formUnion(_ other: WatchedRanges) {
        for range in other.ranges { insert(range) }
    }

    private mutating func closeSmallestGap() {
        let gap = (1..<ranges.count).min {
            ranges[$0].lowerBound - ranges[$0 - 1].upperBound < ranges[$1].lowerBound - ranges[$1 - 1].upperBound
        }!
        ranges.replaceSubrange(gap - 1...gap, with: [ranges[gap - 1].lowerBound..<ranges[gap].upperBound])
    }
}

// As text: `0-60,75-90`, the end excluded. What a database keeps.
extension WatchedRanges {
    public var text: String { ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") }

    /// - Returns: nil for anything that `text` would not have written.
    public init?(text: String) {
        for piece in text.split(separator: ",", omittingEmptySubsequences: true) {
            let ends = piece.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let lower = Int(ends[0]), let upper = Int(ends[1]), lower >= 0, lower < upper else { return nil }
            insert(lower..<upper)
        }
        guard self.text == text else { return nil }
    }
}

extension Array {
    /// The first index of a sorted array from which on a condition holds.
    fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
