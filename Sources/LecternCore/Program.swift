import CProgram
import Glibc

/// A program of the operating system, run without a shell: `ffprobe`, `dot`, `cwebp`.
public struct Program: Sendable, Hashable {
    /// Absolute.
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// Looks for an executable file the way a shell does.
    /// - Parameter searchPath: folders with `:` between them; default: `PATH` of the environment.
    /// - Returns: nil when it is not installed.
    public static func find(_ name: String, searchPath: String? = getenv("PATH").map { String(cString: $0) }) -> Program? {
        for folder in (searchPath ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            var info = stat()
            if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 { return Program(path: path) }
        }
        return nil
    }

    /// From now on this process is killed when the one that started it ends, however that happens.
    public static func endWithParent() { lectern_end_with_parent() }

    /// What one run may cost. Past any of them the program is killed and the run fails.
    public struct Limits: Sendable {
        public var seconds: Double
        public var outputBytes: Int
        /// Of address space; nil leaves it open (V8 and other virtual machines reserve far more than they use).
        public var memoryBytes: Int?

        public init(seconds: Double, outputBytes: Int = 4 << 20, memoryBytes: Int? = nil) {
            self.seconds = seconds
            self.outputBytes = outputBytes
            self.memoryBytes = memoryBytes
        }
    }

    public enum Status: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    public struct Output: Sendable {
        public var status: Status
        public var bytes: [UInt8]
        /// The end of what it wrote to standard error, at most 8 KiB.
        public var complaint: [UInt8]

        public var succeeded: Bool { status == .exited(0) }
        /// The last line of `complaint` that says something, for a message; the status when it said nothing.
        public var lastComplaint: String {
            let lines = complaint.split { $0 == 0x0A || $0 == 0x0D }.filter { $0.contains { $0 > 0x20 } }
            if let last = lines.last { return String(decoding: last, as: UTF8.self) }
            return switch status {
            case .exited(let code): "exit status \(code)"
            case .killed(let signal): "ended by signal \(signal)"
            }
        }
    }

    /// Runs the program to its end.
    ///
    /// It sees a small environment: `PATH`, `HOME`, `TMPDIR`, where fonts and caches are, `LC_ALL=C.UTF-8` and
    /// `TZ=UTC`, so that two machines set up in two languages write the same bytes.
    /// - Parameter input: what it reads on standard input; a program that stops reading early is no error.
    /// It never outlives us: a build that is killed leaves no encoder at work.
    /// - Parameter environment: added to the above.
    /// - Parameter heard: called with what came on standard output so far; what it takes away is not in the result.
    /// - Throws: `ProgramFailure` when it did not start, or was killed for passing a limit. A program that ends with an
    ///   error is no throw: see `Output.status`.
    public func run(
        _ arguments: [String], input: [UInt8] = [], folder: String? = nil, environment: [String: String] = [:],
        limits: Limits = Limits(seconds: 60), heard: (inout [UInt8]) -> Void = { _ in }
    ) throws(ProgramFailure) -> Output {
        let child = try ChildProcess(
            self, arguments, folder: folder, environment: environment, memoryBytes: limits.memoryBytes, endsWithUs: true)
        let deadline = Deadline(seconds: limits.seconds)
        var streams = ChildStreams(child, unwritten: input, endsInput: true)
        while streams.isOpen {
            try streams.move(until: deadline)
            heard(&streams.output)
            guard streams.output.count <= limits.outputBytes else {
                throw .tooMuchOutput(program: child.name, limitBytes: limits.outputBytes)
            }
        }
        guard let status = child.wait(until: deadline) else { throw .timedOut(program: child.name, seconds: limits.seconds) }
        return Output(status: status, bytes: streams.output, complaint: streams.complaint)
    }
}

public enum ProgramFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case didNotStart(program: String, reason: String)
    case timedOut(program: String, seconds: Double)
    case tooMuchOutput(program: String, limitBytes: Int)
    /// A conversation ended before its answer; `complaint` is the last that it wrote to standard error.
    case ended(program: String, complaint: String)

    public var description: String {
        switch self {
        case .didNotStart(let program, let reason): "\(program) did not start: \(reason)"
        case .timedOut(let program, let seconds): "\(program) took longer than \(seconds) s and was stopped"
        case .tooMuchOutput(let program, let limit): "\(program) wrote more than \(limit) bytes and was stopped"
        case .ended(let program, let complaint): "\(program) ended early: \(complaint)"
        }
    }
}
