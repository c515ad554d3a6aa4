import Glibc
import LecternBuild
import LecternCore
import LecternCrypto

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
    ///   - secret: the site's own where it has one.
    /// - Throws: a `Problem` when no port is free or the folder cannot be written.
    init(
        _ launch: CompanionLaunch, sitePort: UInt16, home: String, secret: String, tell: @escaping @Sendable (String) -> Void
    ) throws(Problem) {
        self.launch = launch
        self.sitePort = sitePort
        self.home = home
        self.tell = tell
        port = try LoopbackPort(from: sitePort + 1).port
        secretFile = access(secret, F_OK) == 0 ? secret : try pretendSecret(in: home)
    }

    /// Where it answers. Another port of the same host is the same site to a browser: cookies go along.
    var address: String { "http://localhost:\(port)/api/" }

    var secret: SecretPlace { .file(secretFile) }

    /// Starts it, and starts it anew whenever it ends, as long as this program lives.
    func run() {
        BuilderThread {
            var failures: UInt32 = 0
            while failures < 5 {
                do throws(ProgramFailure) {
                    let program = try SideProgram(Program(path: launch.executable), arguments)
                    while let line = program.nextLine() {
                        tell(line)
                        failures = 0
                    }
                } catch { tell("\(error)") }
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

/// A site without a secret is sold in its preview under one that is the preview's alone.
private func pretendSecret(in home: String) throws(Problem) -> String {
    let path = home + "/pretend.secret"
    if access(path, F_OK) == 0 { return path }
    let text: String
    do throws(NoRandomness) { text = try SiteSecret.random().fileText } catch {
        throw Problem(.error, "no secret could be made for the preview: \(error)", file: "")
    }
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Problem(.error, "\(path) cannot be written: \(String(cString: strerror(errno)))", file: "") }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count else {
        unlink(path)
        throw Problem(.error, "\(path) cannot be written: \(String(cString: strerror(errno)))", file: "")
    }
    return path
}
