import CProgram
import Glibc

/// A started program and our ends of its three streams. Killed and reaped when it is forgotten.
final class ChildProcess {
    let name: String
    private(set) var input: Int32
    let output: Int32
    let errors: Int32
    private let pid: pid_t
    private var status: Program.Status?

    /// - Parameter endsWithUs: it is killed with the thread that calls this, which must wait for it.
    init(
        _ program: Program, _ arguments: [String], folder: String?, environment: [String: String], memoryBytes: Int?, endsWithUs: Bool
    ) throws(ProgramFailure) {
        name = program.path.split(separator: "/").last.map(String.init) ?? program.path
        var streams: [Int32] = [-1, -1, -1]
        var child: pid_t = 0
        let failure = withCStrings([program.path] + arguments) { argv in
            withCStrings(Self.environment(environment)) { envp in
                withOptionalCString(folder) { folder in
                    let how = lectern_start(folder: folder, memory_bytes: memoryBytes ?? 0, ends_with_us: endsWithUs ? 1 : 0)
                    return lectern_spawn(program.path, argv, envp, how, &streams, &child)
                }
            }
        }
        guard failure == 0 else { throw .didNotStart(program: name, reason: String(cString: strerror(failure))) }
        (input, output, errors, pid) = (streams[0], streams[1], streams[2], child)
    }

    private static func environment(_ more: [String: String]) -> [String] {
        var variables = ["LC_ALL": "C.UTF-8", "TZ": "UTC"]
        let kept = [
            "PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
        ]
        for name in kept {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables.merging(more) { _, new in new }.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
    }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// - Returns: nil when the program still runs at the deadline.
    func wait(until deadline: Deadline) -> Program.Status? {
        var pause: Int32 = 0
        while status == nil {
            if let ended = reap(WNOHANG) { return ended }
            // Its streams are closed, so it is on its way out: the first look nearly always finds it gone.
            guard !deadline.isPast else { return nil }
            _ = poll(nil, 0, pause)
            pause = min(pause + 1, 20)
        }
        return status
    }

    private func reap(_ options: Int32) -> Program.Status? {
        var word: Int32 = 0
        var got: pid_t
        repeat { got = waitpid(pid, &word, options) } while got < 0 && errno == EINTR
        guard got != 0 else { return nil }
        // POSIX's WIFEXITED and WEXITSTATUS, which are macros and so out of Swift's reach. When somebody else has taken
        // the status away (`got < 0`), nothing is known, and that is no success.
        status = got < 0 ? .exited(-1) : word & 0x7F == 0 ? .exited(word >> 8 & 0xFF) : .killed(signal: word & 0x7F)
        return status
    }

    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            _ = reap(0)
        }
        closeInput()
        close(output)
        close(errors)
    }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString(body)
}

private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
}
