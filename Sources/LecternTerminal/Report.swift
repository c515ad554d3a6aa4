import Glibc
import LecternBuild
import LecternCore

/// Prints what a build found and did.
public enum Report {
    /// Problems go to standard error, so that a pipe gets results alone.
    public static func problems(_ problems: [Problem]) {
        for problem in problems { Terminal.tell(coloured(problem) + "\n") }
    }

    /// A build's end: results on standard output, for a person or a program; what went wrong on standard error.
    public static func show(_ report: BuildReport, seconds: Double, wrote: Bool, json: Bool) throws(Problem) {
        if json { return try Terminal.write(self.json(report) + "\n") }
        problems(report.problems)
        let line = summary(report, seconds: seconds, wrote: wrote) + "\n"
        if report.isRefused || (report.failed && !wrote) { Terminal.tell(line) } else { try Terminal.write(line) }
    }

    private static func coloured(_ problem: Problem) -> String {
        let text = problem.description
        guard Environment.wantsColour else { return text }
        let word = problem.severity.rawValue + ":"
        guard let range = text.firstRange(of: word) else { return text }
        let colour = problem.severity == .error ? "31" : "33"
        return text[..<range.lowerBound] + "\u{1B}[1;\(colour)m\(word)\u{1B}[0m" + text[range.upperBound...]
    }

    private static func summary(_ report: BuildReport, seconds: Double, wrote: Bool) -> String {
        let warnings = report.problems.count { $0.severity == .warning }
        let errors = report.problems.count - warnings
        let counts = [
            errors > 0 ? "\(errors) \(errors == 1 ? "error" : "errors")" : "",
            warnings > 0 ? "\(warnings) \(warnings == 1 ? "warning" : "warnings")" : "",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
        if report.isRefused || (report.failed && !wrote) { return counts + (wrote ? ". Nothing was written: the output is as it was." : ".") }
        let what = "\(report.courses) \(report.courses == 1 ? "course" : "courses")"
        guard wrote else { return counts.isEmpty ? "\(what), no problems." : "\(what), \(counts)." }
        let files = report.written + report.removed == 0 ? "nothing changed" : "\(report.written) files written, \(report.removed) removed"
        return "\(what) in \(report.output): \(files), \(milliseconds(seconds))\(counts.isEmpty ? "" : " (\(counts))")"
    }

    private static func milliseconds(_ seconds: Double) -> String {
        seconds < 10 ? "\(Int((seconds * 1000).rounded())) ms" : "\(Int(seconds.rounded())) s"
    }

    public static var progress: Progress {
        guard Environment.isTerminal else { return .quiet }
        return Progress(
            report: { done, count, what in Terminal.tell("\r\(done) of \(count) \(what)\u{1B}[K" + (done == count ? "\r\u{1B}[K" : "")) },
            note: { Terminal.tell("\r\($0)\u{1B}[K") })
    }

    /// For programs: one object, documented in docs/build.md.
    private static func json(_ report: BuildReport) -> String {
        func quoted(_ text: String) -> String {
            var out = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": out += "\\\""
                case "\\": out += "\\\\"
                case "\n": out += "\\n"
                case let control where control.value < 0x20:
                    let hex = String(control.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                default: out.unicodeScalars.append(scalar)
                }
            }
            return out + "\""
        }
        let problems = report.problems.map { problem in
            "{\"severity\":\(quoted(problem.severity.rawValue)),\"file\":\(quoted(problem.file)),"
                + "\"line\":\(problem.line.map(String.init) ?? "null"),\"message\":\(quoted(problem.message)),"
                + "\"help\":[\(problem.help.map(quoted).joined(separator: ","))]}"
        }
        return "{\"ok\":\(!report.failed),\"output\":\(quoted(report.output)),\"courses\":\(report.courses),"
            + "\"coursesBuilt\":\(report.unitsBuilt),\"filesWritten\":\(report.written),\"filesRemoved\":\(report.removed),"
            + "\"problems\":[\(problems.joined(separator: ","))]}"
    }
}

public func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
