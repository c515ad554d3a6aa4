import Glibc
import LecternContent
import LecternCore

/// How to start this program again as a worker: the executable and its arguments.
///
/// Workers are processes and not threads, since cmark-gfm edits a global table in every parse; a process also contains
/// a crash, and gives its memory back.
public struct WorkerLaunch: Sendable {
    public var executable: String
    public var arguments: [String]

    public init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }
}

/// Messages over a pipe: eight bytes of length, the lowest first, then as many bytes. The highest bit of the length says
/// that it is a note: something to be told to a person, and no answer.
enum Frame {
    static let limitBytes = 1 << 30
    private static let noteBit: UInt64 = 1 << 63

    static func write(_ bytes: [UInt8], isNote: Bool = false, to descriptor: Int32) -> Bool {
        var head = (UInt64(bytes.count) | (isNote ? noteBit : 0)).littleEndian
        return withUnsafeBytes(of: &head) { writeAll($0, to: descriptor) } && bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    }

    /// - Returns: nil at the end of the pipe, or for a message that is cut short; no bytes when it was a note.
    static func read(from descriptor: Int32, note: (String) -> Void = { _ in }) -> [UInt8]? {
        guard let (bytes, isNote) = readAny(from: descriptor) else { return nil }
        guard isNote else { return bytes }
        note(String(decoding: bytes, as: UTF8.self))
        return []
    }

    private static func readAny(from descriptor: Int32) -> (bytes: [UInt8], isNote: Bool)? {
        var head: UInt64 = 0
        guard withUnsafeMutableBytes(of: &head, { readAll($0, from: descriptor) }) else { return nil }
        let isNote = UInt64(littleEndian: head) & noteBit != 0
        let count = UInt64(littleEndian: head) & ~noteBit
        guard count <= UInt64(limitBytes) else { return nil }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
            isWhole = readAll(UnsafeMutableRawBufferPointer(buffer), from: descriptor)
            filled = isWhole ? Int(count) : 0
        }
        return isWhole ? (bytes, isNote) : nil
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    private static func readAll(_ bytes: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = Glibc.read(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }
}

/// A few worker processes that build units, one at a time each.
struct WorkerPool {
    private struct Worker {
        var process: pid_t
        var toWorker: Int32
        var fromWorker: Int32
        var busyWith: Int?
    }

    private var workers: [Worker] = []

    /// - Parameter setup: what each worker is told first.
    /// - Throws: when no process can be started.
    init(_ launch: WorkerLaunch, count: Int, setup: [UInt8]) throws(Problem) {
        // A worker that died must not end this process when it is written to.
        signal(SIGPIPE, SIG_IGN)
        for _ in 0..<count {
            let worker = try Self.start(launch)
            workers.append(worker)
            _ = Frame.write(setup, to: worker.toWorker)
        }
    }

    private static func start(_ launch: WorkerLaunch) throws(Problem) -> Worker {
        var requests: [Int32] = [0, 0]
        var results: [Int32] = [0, 0]
        guard pipe(&requests) == 0, pipe(&results) == 0 else {
            throw Problem(.error, "no pipe to a worker: \(String(cString: strerror(errno)))", file: "")
        }
        for end in requests + results { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, requests[0], 0)
        posix_spawn_file_actions_adddup2(&actions, results[1], 1)
        var arguments = ([launch.executable] + launch.arguments).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, launch.executable, &actions, nil, &arguments, environ)
        close(requests[0])
        close(results[1])
        guard code == 0 else {
            throw Problem(.error, "no worker could be started: \(String(cString: strerror(code)))", file: "", help: ["--jobs 1 needs none"])
        }
        return Worker(process: process, toWorker: requests[1], fromWorker: results[0], busyWith: nil)
    }

    /// Has every request worked on; results come in the order in which they are ready.
    ///
    /// - Parameters:
    ///   - note: called with what workers have to say meanwhile.
    ///   - lost: called with the index of a request whose worker died over it.
    mutating func run(
        _ requests: [UnitRequest], note: (String) -> Void, done: (UnitResult) throws(Problem) -> Void, lost: (Int) throws(Problem) -> Void
    ) throws(Problem) {
        var next = 0
        func hand(_ index: Int) {
            guard next < requests.count else { return }
            if Frame.write(requests[next].encoded(), to: workers[index].toWorker) {
                workers[index].busyWith = next
                next += 1
            } else {
                bury(index)
            }
        }
        for index in workers.indices { hand(index) }
        while workers.contains(where: { $0.busyWith != nil }) {
            let polled = workers.indices.filter { workers[$0].busyWith != nil }.map { index in
                (index, pollfd(fd: workers[index].fromWorker, events: Int16(POLLIN), revents: 0))
            }
            var descriptors = polled.map(\.1)
            guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { continue }
            for slot in polled.indices where descriptors[slot].revents != 0 {
                let index = polled[slot].0
                let bytes = Frame.read(from: workers[index].fromWorker, note: note)
                if bytes?.isEmpty == true { continue }
                let request = workers[index].busyWith
                workers[index].busyWith = nil
                if let bytes, let result = try? UnitResult(bytes) {
                    try done(result)
                    hand(index)
                } else {
                    bury(index)
                    if let request { try lost(request) }
                }
            }
        }
        // Every worker died before the last request was handed out.
        while next < requests.count {
            try lost(next)
            next += 1
        }
    }

    private mutating func bury(_ index: Int) {
        guard workers[index].process != 0 else { return }
        close(workers[index].toWorker)
        close(workers[index].fromWorker)
        kill(workers[index].process, SIGKILL)
        waitpid(workers[index].process, nil, 0)
        workers[index].process = 0
        workers[index].toWorker = -1
        workers[index].fromWorker = -1
    }

    mutating func stop() {
        for worker in workers where worker.process != 0 {
            close(worker.toWorker)
            close(worker.fromWorker)
            waitpid(worker.process, nil, 0)
        }
        workers = []
    }
}

/// The worker's side: reads its setup and then requests from standard input until that ends.
public func runWorker() -> Int32 {
    // A build that is killed must not leave us at work on its films.
    Program.endWithParent()
    guard let setup = Frame.read(from: 0), let told = try? WorkerSetup(setup) else { return 2 }
    do throws(Problem) {
        let folder = try SiteFolder(told.options.site)
        let rules = SiteRules(folder: folder, options: told.options)
        let loaded = rules.context()
        let tools = BuildTools(site: loaded.site, isWorker: true) { _ = Frame.write(Array($0.utf8), isNote: true, to: 1) }
        let output = try UnitOutput(told.staging, cache: folder.cache)
        var isFirst = true
        while let bytes = Frame.read(from: 0) {
            guard let request = try? UnitRequest(bytes) else { return 2 }
            let result = work(request, context: loaded.site, tools: tools, output: output)
            guard Frame.write(result.encoded(), to: 1) else { return 70 }
            // Whoever has a drawing program running draws for the home page too: another would be started for that alone, while
            // all wait. What goes wrong is told when the home page asks for it.
            if isFirst { for language in loaded.site.settings.languages { _ = try? tools.cards.card(loaded.site.homeCard(language)) } }
            isFirst = false
        }
        return 0
    } catch {
        return 70
    }
}

/// What every worker is told first.
struct WorkerSetup {
    var options: BuildOptions
    /// nil: nothing is written.
    var staging: StagingFolders?

    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        out.write(options.site)
        out.write(options.drafts)
        out.write(options.skipsMedia)
        out.write(options.keepsGoing)
        out.write(options.baseURL)
        out.write(options.companion)
        out.write(Int(options.now.seconds))
        options.secret.write(to: &out)
        out.write(staging != nil)
        if let staging {
            out.write(staging.live)
            out.write(staging.staging)
            out.write(staging.twin)
            out.write(staging.shown)
        }
        return out.bytes
    }
}

extension WorkerSetup {
    init(_ bytes: [UInt8]) throws(BinaryReader.Damaged) {
        var reader = BinaryReader(bytes)
        let site = try reader.string()
        let drafts = try reader.bool()
        let (skipsMedia, keepsGoing) = (try reader.bool(), try reader.bool())
        let baseURL = try reader.optionalString()
        let companion = try reader.optionalString()
        options = BuildOptions(now: Moment(seconds: Int64(try reader.int())))
        options.site = site
        options.drafts = drafts
        options.skipsMedia = skipsMedia
        options.keepsGoing = keepsGoing
        options.baseURL = baseURL
        options.companion = companion
        options.secret = try SecretPlace(&reader)
        if try reader.bool() {
            staging = StagingFolders(
                live: try reader.optionalString(), staging: try reader.string(), twin: try reader.optionalString(),
                shown: try reader.string())
        }
    }
}
