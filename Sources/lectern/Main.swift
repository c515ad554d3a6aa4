import ArgumentParser
import Glibc

/// Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 70 our own fault (sysexits.h, EX_SOFTWARE).
@main
enum Main {
    static func main() async {
        do {
            var command = try Lectern.parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand { try await waiting.run() } else { try command.run() }
        } catch {
            let code = Lectern.exitCode(for: error)
            let message = Lectern.fullMessage(for: error)
            if !message.isEmpty, code == .success { Terminal.write(Array((message + "\n").utf8)) } else if !message.isEmpty { Terminal.tell(message + "\n") }
            exit(code == .validationFailure ? 2 : code.rawValue == 1 && !(error is ExitCode) ? 70 : code.rawValue)
        }
    }
}
