import Glibc
import LecternBuild
import LecternCore

/// What the program learns from outside: clock, processors, variables. Read here, handed down as values.
public enum Environment {
    public static var now: Moment { Moment(seconds: Int64(time(nil))) }

    /// reproducible-builds.org, "SOURCE_DATE_EPOCH": seconds since 1970 in decimal.
    /// - Returns: nil when it is not set; a moment of nil when it says something else.
    public static var sourceDateEpoch: (text: String, moment: Moment?)? {
        guard let text = variable("SOURCE_DATE_EPOCH") else { return nil }
        return (text, Int64(text).map { Moment(seconds: $0) })
    }

    /// The site's secret where no file holds it, as on a build server.
    public static var siteSecret: SecretPlace? { variable("LECTERN_SITE_SECRET").map { .text($0, from: "LECTERN_SITE_SECRET") } }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }

    /// "zh" for a terminal that speaks Chinese (POSIX, LC_ALL before LC_MESSAGES before LANG), else "en".
    public static var language: String {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let value = variable(name) { return value.hasPrefix("zh") ? "zh" : "en" }
        }
        return "en"
    }

    public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// True when a person reads what is written to standard error.
    public static var isTerminal: Bool { isatty(2) == 1 }

    /// no-color.org: any text in NO_COLOR but the empty one switches colour off.
    public static var wantsColour: Bool { isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb" }

    /// A program of Lectern's that lies beside this one, as `lectern-companion`.
    /// - Returns: its path, whether or not it is there; nil when this program cannot find itself.
    public static func beside(_ name: String) -> String? {
        guard let program, let slash = program.lastIndex(of: "/") else { return nil }
        return String(program[...slash]) + name
    }

    /// This very program's path, with links followed.
    public static var program: String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}
