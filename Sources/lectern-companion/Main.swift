import ArgumentParser
import Glibc
import LecternCore

/// The companion and the commands on its database. `lectern serve` and the others start this program; what is printed says
/// `lectern`, which is what was typed.
@main
struct Companion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lectern", abstract: "Signs learners in, sells to them, and knows what they bought.", version: "0.1.0",
        subcommands: [
            ServeCommand.self, OrdersCommand.self, LearnersCommand.self, CouponsCommand.self, ReportCommand.self, BackupCommand.self, RestoreCommand.self,
        ])

    /// Exit codes as those of lectern: 0 done, 1 the input has problems, 2 wrong usage, 70 our own fault.
    static func main() async {
        // Files that are made hold people's data: nobody else reads them.
        umask(0o077)
        // A reader who goes away is told by write(2), not by the end of the program.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch let problem as Problem {
            Terminal.tell([problem])
            Glibc.exit(1)
        } catch let problems as Problems {
            Terminal.tell(problems.all)
            Glibc.exit(1)
        } catch {
            Glibc.exit(tell(error))
        }
    }

    /// - Returns: the exit code.
    private static func tell(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        if code == .success {
            do throws(Problem) { try Terminal.write(message.isEmpty ? "" : message + "\n") } catch {
                Terminal.tell([error])
                return 1
            }
            return 0
        }
        if !message.isEmpty { Terminal.tell(message + "\n") }
        if code == .validationFailure { return 2 }
        return error is ExitCode ? code.rawValue : 70
    }
}

/// Everything that is wrong, at once.
struct Problems: Error {
    var all: [Problem]
}
