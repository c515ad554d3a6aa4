import ArgumentParser
import Glibc
import LecternCore
import LecternTerminal

/// The preview and the commands of the companion stand in programs of their own, so that `lectern build` and each of its
/// workers start without a server and a database in them. Here they are only listed, and handed on.
enum HandedOnCommands {
    static let preview: any ParsableCommand.Type = Preview.self
    static let companion: [any ParsableCommand.Type] = [Serve.self, Orders.self, Learners.self, Coupons.self, Report.self, Backup.self, Restore.self]

    /// Goes over to another program when the first word is one of its commands; comes back when it is not.
    /// - Throws: when that program is not there.
    static func handOn(_ arguments: [String]) throws(Problem) {
        let words = Array(arguments.dropFirst())
        guard let word = words.first == "help" ? words.dropFirst().first : words.first else { return }
        if word == preview.configuration.commandName { return try start("lectern-preview", words) }
        if companion.contains(where: { $0.configuration.commandName == word }) { try start("lectern-companion", words) }
    }

    private static func start(_ name: String, _ words: [String]) throws(Problem) {
        guard let program = Environment.beside(name) else { throw Problem(.error, "this program cannot find itself in /proc", file: "") }
        var pointers = ([program] + words).map { strdup($0) } + [nil]
        execv(program, &pointers)
        let why = errno == ENOENT ? "it is not there" : String(cString: strerror(errno))
        throw Problem(
            .error, "the program \(program) cannot be started: \(why)", file: "",
            help: ["it belongs beside lectern: copy \(name) there, or run bin/lectern from Lectern's own folder, which builds it"])
    }

    private struct Preview: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "preview", abstract: "Shows the site in your browser and follows your edits.")
    }

    private struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "serve", abstract: "Runs the companion: sign-in, purchase, enrollment checks, beacons.")
    }

    private struct Orders: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "orders", abstract: "Lists, shows, confirms, refunds, reconciles and exports orders.")
    }

    private struct Learners: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "learners", abstract: "Lists, shows, enrolls, imports, exports and forgets learners.")
    }

    private struct Coupons: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "coupons", abstract: "Adds, lists and ends coupons.")
    }

    private struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "report", abstract: "Says what sold, what was watched, and what to mend.")
    }

    private struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "backup", abstract: "Copies the companion's data while it runs.")
    }

    private struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "restore", abstract: "Brings a backup back, or checks that it could be.")
    }
}
