import Testing

@testable import LecternReport

struct ShareTests {
    /// Wilson's interval for 10 of 20 at 95 %: (0.5 + 1.9207/20 ± 1.96·√(0.0125 + 0.9604/400)) / (1 + 3.8415/20), by hand 0.2993 to 0.7007.
    @Test func `an interval of ten of twenty is Wilson's`() {
        let share = Share(10, of: 20)
        #expect(abs(share.low - 0.2993) < 0.0001)
        #expect(abs(share.high - 0.7007) < 0.0001)
    }

    /// None of ten: the upper bound is z²/(n + z²) = 3.8415/13.8415 = 0.2775.
    @Test func `none of ten may still be a quarter`() {
        #expect(Share(0, of: 10).low == 0)
        #expect(abs(Share(0, of: 10).high - 0.2775) < 0.0001)
        #expect(Share(0, of: 0).high == 1)
    }

    /// Fisher's tea: 4 of 4 cups right out of 8, 4 with milk first: 1/70. Three or more: 17/70.
    @Test func `a lady tasting tea`() {
        #expect(abs(fisherAtLeast(4, of: 4, allHits: 4, of: 8) - 1.0 / 70) < 1e-12)
        #expect(abs(fisherAtLeast(3, of: 4, allHits: 4, of: 8) - 17.0 / 70) < 1e-12)
    }

    /// Two heads or more of three: 4/8. Nine or more of ten: 11/1024.
    @Test func `the binomial tail`() {
        #expect(abs(binomialAtLeast(2, of: 3, 0.5) - 0.5) < 1e-12)
        #expect(abs(binomialAtLeast(9, of: 10, 0.5) - 11.0 / 1024) < 1e-12)
        #expect(abs(standardErrors(chance: 0.025) - 1.96) < 0.001)
    }
}
