import ArgumentParser
import Glibc
import LecternCore

/// The commands of the companion stand in a program of their own, so that `lectern build` starts without a server and a
/// database in it. Here they are only listed, and handed on.
enum CompanionCommands {
    static let all: [any ParsableCommand.Type] = [Serve.self, Orders.self, Learners.self, Backup.self, Restore.self]

    /// Goes over to the companion when the first word is one of its commands; comes back when it is not.
    /// - Throws: when the companion's program is not there.
    static func handOn(_ arguments: [String]) throws(Problem) {
        let words = Array(arguments.dropFirst())
        guard let word = words.first == "help" ? words.dropFirst().first : words.first,
            all.contains(where: { $0.configuration.commandName == word })
        else { return }
        try start(words)
    }

    private static func start(_ words: [String]) throws(Problem) {
        guard let own = realpath("/proc/self/exe", nil) else { throw Problem(.error, "this program cannot find itself in /proc", file: "") }
        defer { free(own) }
        let path = String(cString: own)
        let program = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/lectern-companion"
        var pointers = ([String(program)] + words).map { strdup($0) } + [nil]
        execv(String(program), &pointers)
        let why = errno == ENOENT ? "it is not there" : String(cString: strerror(errno))
        throw Problem(
            .error, "the companion's program \(program) cannot be started: \(why)", file: "",
            help: ["it belongs beside lectern: copy lectern-companion there, or run bin/lectern from Lectern's own folder, which builds it"])
    }

    private struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "serve", abstract: "Runs the companion: sign-in, purchase, enrollment checks, beacons.")
    }

    private struct Orders: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "orders", abstract: "Lists, shows, confirms, refunds and reconciles orders.")
    }

    private struct Learners: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "learners", abstract: "Lists, shows, enrolls, imports, exports and forgets learners.")
    }

    private struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "backup", abstract: "Copies the companion's data while it runs.")
    }

    private struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "restore", abstract: "Brings a backup back, or checks that it could be.")
    }
}
