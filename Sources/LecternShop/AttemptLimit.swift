import LecternCore
import Synchronization

/// How often something may be tried for one address: in memory, and never more of it than a fixed amount. After a restart
/// everybody begins anew.
final class AttemptLimit: Sendable {
    private let count: Int
    private let seconds: Int64
    private let keys: Int
    private let times = Mutex<[String: [Int64]]>([:])

    /// - Parameter keys: when so many are known, those whose time is over are forgotten; if none is, the others are as well,
    ///   so that a flood of addresses costs no memory.
    init(_ count: Int, inSeconds seconds: Int64, keys: Int = 20_000) {
        self.count = count
        self.seconds = seconds
        self.keys = keys
    }

    /// Counts one more.
    func take(_ key: String, now: Instant) throws(Refusal) {
        let wait = times.withLock { times -> Int64? in
            let since = now.milliseconds - seconds * 1000
            // A clock that was set back: times that lie ahead are no reason to lock anybody out.
            var own = (times[key] ?? []).filter { $0 > since && $0 <= now.milliseconds }
            if own.count >= count { return own[0] - since }
            if times.count >= keys, times[key] == nil {
                times = times.filter { $0.value.contains { $0 > since } }
                if times.count >= keys { times.removeAll() }
            }
            own.append(now.milliseconds)
            times[key] = own
            return nil
        }
        if let wait { throw .tooMany(Int((wait + 999) / 1000)) }
    }

    /// It went well: what was counted does not matter any more.
    func forgive(_ key: String) { _ = times.withLock { $0.removeValue(forKey: key) } }
}
