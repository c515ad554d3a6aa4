import ArgumentParser
import Glibc
import LecternCore

/// Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 70 our own fault (sysexits.h, EX_SOFTWARE).
@main
enum Main {
    static func main() async {
        do {
            try CompanionCommands.handOn(CommandLine.arguments)
            var command = try Lectern.parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch let problem as Problem {
            Report.problems([problem])
            exit(1)
        } catch {
            exit(tell(error))
        }
    }

    /// - Returns: the exit code.
    private static func tell(_ error: any Error) -> Int32 {
        let code = Lectern.exitCode(for: error)
        var message = Lectern.fullMessage(for: error)
        // --help and --version come as errors, too.
        if code == .success {
            do throws(Problem) { try Terminal.write(message.isEmpty ? "" : message + "\n") } catch {
                Report.problems([error])
                return 1
            }
            return 0
        }
        if code == .validationFailure, let meant = Lectern.meant(by: CommandLine.arguments.dropFirst()) { message += "\n" + meant }
        if !message.isEmpty { Terminal.tell(message + "\n") }
        if code == .validationFailure { return 2 }
        return error is ExitCode ? code.rawValue : 70
    }
}
