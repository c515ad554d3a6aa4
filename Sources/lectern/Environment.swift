import Glibc
import LecternBuild
import LecternCore

/// What the program learns from outside: clock, processors, variables. Read here, handed down as values.
enum Environment {
    static var now: Moment { Moment(seconds: Int64(time(nil))) }

    /// reproducible-builds.org, "SOURCE_DATE_EPOCH": seconds since 1970 in decimal.
    static var sourceDateEpoch: Moment? {
        getenv("SOURCE_DATE_EPOCH").flatMap { Int64(String(cString: $0)) }.map { Moment(seconds: $0) }
    }

    /// "zh" for a terminal that speaks Chinese (POSIX, LC_ALL before LC_MESSAGES before LANG), else "en".
    static var language: String {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
            return value.hasPrefix("zh") ? "zh" : "en"
        }
        return "en"
    }

    static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// True when a person reads what is written to standard error.
    static var isTerminal: Bool { isatty(2) == 1 }

    /// This very program, to be started again as a worker.
    static var worker: WorkerLaunch? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return WorkerLaunch(executable: String(cString: path), arguments: ["worker"])
    }
}
