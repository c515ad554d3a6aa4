import ArgumentParser
import Glibc
import LecternCore

extension AsyncParsableCommand {
    /// Runs what the command line asks for, and tells what went wrong.
    ///
    /// Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 70 our own fault (sysexits.h, EX_SOFTWARE).
    /// - Parameters:
    ///   - before: does what comes before the command line is read.
    ///   - hint: what to say below a complaint about wrong usage; nil says nothing.
    public static func runAndExit(before: @Sendable () throws(Problem) -> Void = {}, hint: @Sendable () -> String? = { nil }) async {
        do {
            try before()
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch let problem as Problem {
            Report.problems([problem])
            Glibc.exit(1)
        } catch {
            Glibc.exit(tell(error, hint: hint))
        }
    }

    /// - Returns: the exit code.
    private static func tell(_ error: any Error, hint: () -> String?) -> Int32 {
        let code = exitCode(for: error)
        var message = fullMessage(for: error)
        // --help and --version come as errors, too.
        if code == .success {
            do throws(Problem) { try Terminal.write(message.isEmpty ? "" : message + "\n") } catch {
                Report.problems([error])
                return 1
            }
            return 0
        }
        if code == .validationFailure, let hint = hint() { message += "\n" + hint }
        if !message.isEmpty { Terminal.tell(message + "\n") }
        if code == .validationFailure { return 2 }
        return error is ExitCode ? code.rawValue : 70
    }
}
