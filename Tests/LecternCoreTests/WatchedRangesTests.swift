import LecternCore
import Testing

@Suite struct WatchedRangesTests {
    private func union(_ ranges: [Range<Int>]) -> WatchedRanges { ranges.reduce(into: WatchedRanges()) { $0.insert($1) } }

    @Test func `what is seen twice counts once, what is skipped does not count`() {
        #expect(union([0..<10, 5..<20, 290..<300]).seconds == 30)
        #expect(union([0..<10, 10..<20]).text == "0-20")
        #expect(union([50..<60, 0..<10, 20..<30, 8..<55]).text == "0-60")
        #expect(union([]).text == "" && union([5..<5]).text == "")
    }

    @Test func `any order of any ranges gives the seconds that a set of seconds gives`() {
        var numbers = SplitMix(seed: 7)
        for _ in 1...300 {
            let ranges = (0..<20).map { _ -> Range<Int> in
                let start = Int.random(in: 0..<200, using: &numbers)
                return start..<start + Int.random(in: 0..<30, using: &numbers)
            }
            let expected = ranges.reduce(into: Set<Int>()) { $0.formUnion($1) }
            let got = union(ranges)
            #expect(got.seconds == expected.count)
            #expect(got == union(ranges.shuffled(using: &numbers)))
            #expect(WatchedRanges(text: got.text) == got)
        }
    }

    @Test func `a row stays bounded, and nothing lies beyond a day`() {
        let many = union((0..<5000).map { $0 * 4..<$0 * 4 + 2 })
        #expect(many.ranges.count <= WatchedRanges.limitRanges)
        #expect(union([-5..<3, 86_390..<Int.max]).text == "0-3,86390-86400")
        #expect(union([Int.max - 1..<Int.max]).seconds == 0)
    }

    @Test(arguments: ["0-", "-1-5", "5-0", "0-5;6-7", "0-5,5-7", "7-9,0-5", "a-b", "0-5,", "00-5", " 0-5", "0-99999999999999999999"])
    func `a text that was not written here is not read`(text: String) {
        #expect(WatchedRanges(text: text) == nil)
    }
}

/// A fixed sequence of numbers, so that a failure can be seen again (Vigna's splitmix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
