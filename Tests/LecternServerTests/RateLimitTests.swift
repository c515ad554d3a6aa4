import Testing

@testable import LecternServer

struct RateLimitTests {
    @Test func `five in an hour, then a wait that is told`() {
        let limit = RateLimit<String>(.perHour(5))
        for _ in 0..<5 { #expect(limit.waitSeconds("a", nowMilliseconds: 1000) == nil) }
        #expect(limit.waitSeconds("a", nowMilliseconds: 1000) == 720)
        #expect(limit.waitSeconds("b", nowMilliseconds: 1000) == nil)
        #expect(limit.waitSeconds("a", nowMilliseconds: 1000 + 719_000) == 1)
        #expect(limit.waitSeconds("a", nowMilliseconds: 1000 + 720_000) == nil)
        #expect(limit.waitSeconds("a", nowMilliseconds: 1000 + 720_000) == 720)
    }

    @Test func `more than one in a millisecond are counted, too`() {
        let limit = RateLimit<Int>(.perMinute(100_000))
        for _ in 0..<100_000 { #expect(limit.waitSeconds(1, nowMilliseconds: 0) == nil) }
        #expect(limit.waitSeconds(1, nowMilliseconds: 0) == 1)
        for _ in 0..<5 { #expect(limit.waitSeconds(1, nowMilliseconds: 3) == nil) }
        #expect(limit.waitSeconds(1, nowMilliseconds: 3) == 1)
    }

    @Test func `a refused try does not lengthen the wait`() {
        let limit = RateLimit<Int>(.perMinute(1))
        #expect(limit.waitSeconds(1, nowMilliseconds: 0) == nil)
        for _ in 0..<100 { #expect(limit.waitSeconds(1, nowMilliseconds: 30_000) == 30) }
        #expect(limit.waitSeconds(1, nowMilliseconds: 60_000) == nil)
    }

    @Test func `a flood of others makes it forget, and never grow`() {
        let limit = RateLimit<Int>(.perHour(1), keys: 10)
        #expect(limit.waitSeconds(0, nowMilliseconds: 0) == nil)
        for key in 1...9 { #expect(limit.waitSeconds(key, nowMilliseconds: 0) == nil) }
        #expect(limit.waitSeconds(0, nowMilliseconds: 0) != nil)
        for key in 100...1000 { #expect(limit.waitSeconds(key, nowMilliseconds: 0) == nil) }
        #expect(limit.waitSeconds(0, nowMilliseconds: 0) == nil)
    }
}
