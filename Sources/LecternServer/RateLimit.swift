import Synchronization

/// How often something may be done: `count` times at once, and so many again in the course of `seconds`.
struct Rate: Sendable {
    let count: Int
    let seconds: Int64

    static func perHour(_ count: Int) -> Rate { Rate(count: count, seconds: 3600) }
    static func perMinute(_ count: Int) -> Rate { Rate(count: count, seconds: 60) }
}

/// Counts who did what how often, in memory, never more than a fixed amount of it: after a restart everybody begins anew,
/// and of several copies each counts for itself.
///
/// The generic cell rate algorithm: per key one number, the time at which everything done so far is paid off. Two
/// generations of keys; when the younger is full it becomes the older, and the older is forgotten. Who floods it with
/// keys makes it forget others sooner, and gains no memory and no time.
final class RateLimit<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var younger: [Key: Int64] = [:]
        var older: [Key: Int64] = [:]
    }

    private let rate: Rate
    private let keys: Int
    private let state = Mutex(State())

    /// - Parameter keys: how many are remembered, twice.
    init(_ rate: Rate, keys: Int = 50_000) {
        self.rate = rate
        self.keys = keys
    }

    /// Counts once more, if that is allowed.
    /// - Parameter nowMilliseconds: of a clock that a jump of the calendar's does not move.
    /// - Returns: the seconds to wait when it is not, at least 1.
    func waitSeconds(_ key: Key, nowMilliseconds now: Int64) -> Int? {
        // In microseconds: of sixty thousand a minute each is a millisecond, of more it would be none.
        let now = now * 1000, second = Int64(1_000_000)
        let step = max(1, rate.seconds * second / Int64(rate.count)), burst = rate.seconds * second - step
        return state.withLock { state in
            let paidOff = max(state.younger[key] ?? state.older[key] ?? now, now)
            if paidOff - now > burst { return Int((paidOff - now - burst + second - 1) / second) }
            if state.younger.count >= keys, state.younger[key] == nil {
                state.older = state.younger
                state.younger = [:]
            }
            state.younger[key] = paidOff + step
            return nil
        }
    }
}
