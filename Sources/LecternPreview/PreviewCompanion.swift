import Glibc
import LecternBuild
import LecternCore

/// How the companion's program is started.
public struct CompanionLaunch: Sendable {
    /// Absolute.
    public var executable: String

    public init(executable: String) { self.executable = executable }
}

/// The companion of a preview: the real program with pretend payments, mail that is shown on a page, and a database of
/// its own beside the preview's pages, so that a purchase made yesterday is still there today.
struct PreviewCompanion: Sendable {
    private let launch: CompanionLaunch
    private let sitePort: UInt16
    private let port: UInt16
    private let home: String
    private let secretFile: String
    private let tell: @Sendable (String) -> Void

    /// - Parameters:
    ///   - home: the preview's own folder.
    /// - Throws: a `Problem` when no port is free or the folder cannot be written.
    init(_ launch: CompanionLaunch, sitePort: UInt16, home: String, tell: @escaping @Sendable (String) -> Void) throws(Problem) {
        self.launch = launch
        self.sitePort = sitePort
        self.home = home
        self.tell = tell
        port = try LoopbackPort(from: sitePort + 1).port
        // Never the site's own: everybody on this machine is let in here, and what is published is sealed with that one.
        secretFile = home + "/pretend.secret"
        if access(secretFile, F_OK) != 0 { try writeNewSecret(secretFile) }
    }

    /// Where it answers. Another port of the same host is the same site to a browser: cookies go along.
    var address: String { "http://localhost:\(port)/api/" }

    var secret: SecretPlace { .file(secretFile) }

    /// Starts it, and starts it anew whenever it ends, as long as this program lives.
    func run() {
        BuilderThread {
            var failures: UInt32 = 0
            while failures < 5 {
                let began = monotonicSeconds()
                do throws(ProgramFailure) {
                    let program = try SideProgram(Program(path: launch.executable), arguments)
                    while let line = program.nextLine() { tell(line) }
                } catch { tell("\(error)") }
                // It was up for a while: what ended it is another matter than what ended it before.
                if monotonicSeconds() - began > 10 { failures = 0 }
                failures += 1
                sleep(failures)
            }
            tell("The companion does not stay up: sign-in and checkout are not there. The pages are.")
        }.start()
    }

    private var arguments: [String] {
        [
            "serve", "--preview", "--site", "http://localhost:\(sitePort)/", "--port", String(port), "--catalogue",
            home + "/site/catalogue.json", "--data", home + "/companion", "--secret-file", secretFile,
        ]
    }
}
