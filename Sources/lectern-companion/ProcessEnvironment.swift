import Glibc
import LecternCore
import LecternCrypto

/// What the program learns from outside: clock, variables, chance. Read here, handed down as values.
enum ProcessEnvironment {
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    static var variables: [String: String] {
        var variables: [String: String] = [:]
        var at = environ
        while let entry = at.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { variables[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            at += 1
        }
        return variables
    }

    /// - Returns: bytes that nobody can guess. Ends the program when the system has none: nothing that follows would be safe.
    static func random(_ count: Int) -> [UInt8] {
        do { return try randomBytes(count) } catch { fatalError("the system gives no random bytes") }
    }

    /// As many open files as the system lets us have: each connection is one.
    /// - Returns: how many that is.
    static func raiseFileLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        let done = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0
        return Int(clamping: done ? raised.rlim_cur : limit.rlim_cur)
    }
}
