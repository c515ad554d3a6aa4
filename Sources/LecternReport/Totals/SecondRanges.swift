/// Seconds of a film as disjoint ranges, ascending, none touching the next: as `WatchedRanges`, in a quarter of its memory,
/// since there is one for every learner and lesson.
struct SecondRanges: Hashable, Sendable {
    /// Start and end, the end excluded, one after the other.
    private(set) var ends: [UInt32] = []

    /// Past so many pieces the smallest gap is closed.
    private static let limitEnds = 400

    init() {}

    init(ends: [UInt32]) { self.ends = ends }

    var isEmpty: Bool { ends.isEmpty }
    var furthest: Int { Int(ends.last ?? 0) }

    var seconds: Int {
        var sum = 0, at = 0
        while at < ends.count {
            sum += Int(ends[at + 1] - ends[at])
            at += 2
        }
        return sum
    }

    func forEach(_ body: (Range<Int>) -> Void) {
        var at = 0
        while at < ends.count {
            body(Int(ends[at])..<Int(ends[at + 1]))
            at += 2
        }
    }

    mutating func insert(_ lower: UInt32, _ upper: UInt32) {
        guard lower < upper else { return }
        // A film mostly goes on where it was.
        if let last = ends.last, lower >= ends[ends.count - 2] {
            if lower > last { ends.append(lower); ends.append(upper) } else if upper > last { ends[ends.count - 1] = upper }
        } else if ends.isEmpty {
            ends = [lower, upper]
        } else {
            var first = 0
            while ends[first + 1] < lower { first += 2 }
            var end = first, low = lower, high = upper
            while end < ends.count, ends[end] <= high {
                low = min(low, ends[end])
                high = max(high, ends[end + 1])
                end += 2
            }
            ends.replaceSubrange(first..<end, with: [low, high])
        }
        if ends.count > Self.limitEnds { closeSmallestGap() }
    }

    mutating func formUnion(_ other: SecondRanges) {
        var at = 0
        while at < other.ends.count {
            insert(other.ends[at], other.ends[at + 1])
            at += 2
        }
    }

    /// Calls `body` with each piece that both have.
    func common(_ lower: UInt32, _ upper: UInt32, _ body: (UInt32, UInt32) -> Void) {
        guard let last = ends.last, lower < last else { return }
        var at = 0
        while at < ends.count, ends[at] < upper {
            let low = max(lower, ends[at]), high = min(upper, ends[at + 1])
            if low < high { body(low, high) }
            at += 2
        }
    }

    private mutating func closeSmallestGap() {
        var smallest = 2
        for at in stride(from: 2, to: ends.count, by: 2) where ends[at] - ends[at - 1] < ends[smallest] - ends[smallest - 1] { smallest = at }
        ends.removeSubrange(smallest - 1...smallest)
    }
}
