import FlyingFox
import Glibc
import LecternBuild
import LecternContent
import LecternCore

/// What the preview tells the terminal.
public struct PreviewEvents: Sendable {
    /// The first build has ended, well or not, and http://localhost:PORT/ can be opened.
    public var ready: @Sendable (_ port: UInt16) -> Void
    /// A build has ended, in this many seconds.
    public var built: @Sendable (_ report: BuildReport, _ seconds: Double) -> Void
    /// A line of the companion.
    public var companion: @Sendable (_ line: String) -> Void

    public init(
        ready: @escaping @Sendable (UInt16) -> Void, built: @escaping @Sendable (BuildReport, Double) -> Void,
        companion: @escaping @Sendable (String) -> Void
    ) {
        self.ready = ready
        self.built = built
        self.companion = companion
    }
}

/// Builds a site, serves it to this machine, and builds again whenever a file changes. Returns only when it cannot go on.
///
/// - Parameters:
///   - options: `output` and `baseURL` are chosen here: the preview leaves the site's own output alone.
///   - port: the one to listen on; when it is taken, the next free one of ten.
///   - companion: started beside it for a site that sells; nil: the pages alone.
/// - Throws: a `Problem` when there is no site or no free port.
public func preview(
    _ options: BuildOptions, port: UInt16, launch: WorkerLaunch?, companion: CompanionLaunch?, progress: Progress,
    events: PreviewEvents
) async throws(Problem) {
    let folder = try SiteFolder(options.site)
    let place = try LoopbackPort(from: port)
    // A folder for each port: two previews of one site, one of them with drafts, do not undo each other's work.
    let home = folder.cache + "/preview/\(place.port)"
    try makeFolder(home)
    var asked = options
    asked.output = home + "/site"
    asked.baseURL = "http://localhost:\(place.port)/"
    var shop: PreviewCompanion?
    if let companion {
        let made = try PreviewCompanion(companion, sitePort: place.port, home: home, tell: events.companion)
        asked.companion = made.address
        asked.secret = made.secret
        shop = made
    }

    let state = PreviewState()
    let running = try await serve(PreviewServer(output: home + "/site", state: state), at: place)
    // A thread of its own: building blocks, and cmark must not be used by two threads.
    BuilderThread { [asked, shop] in
        var shop = shop
        var watch = FolderWatch(watchedFolders(of: folder), ignoring: [folder.output])
        while true {
            let start = monotonicSeconds()
            var report = build(asked, launch: launch, progress: progress)
            if watch?.missesFolders != false { report.problems.append(unwatched) }
            events.built(report, monotonicSeconds() - start)
            // There is a catalogue from the first good build on.
            if report.sells, !report.failed {
                shop?.run()
                shop = nil
            }
            let told = Semaphore()
            Task { [report] in
                await state.took(report)
                told.signal()
            }
            told.wait()
            if watch == nil { return }
            watch?.waitForChange(settleMilliseconds: 15)
        }
    }.start()

    await state.firstBuild()
    events.ready(place.port)
    do { try await running.value } catch {
        throw Problem(.error, "the preview stopped: \(error)", file: "")
    }
}

/// All that the site is made of, and the site's folder itself, where any of them may yet be made. They are named besides,
/// since one of them may be a link.
private func watchedFolders(of folder: SiteFolder) -> [String] {
    let parts = (folder.places + [folder.layoutsFolder]).map { folder.root + "/" + $0 }
    return folder.onlyCourse == nil ? [folder.root] + parts : parts
}

/// inotify(7): /proc/sys/fs/inotify/max_user_watches and max_user_instances.
private let unwatched = Problem(
    .warning, "not every folder can be watched, so some edits will go unseen: the system has no watches left", file: "",
    help: ["sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512", "then start the preview again"])

/// Starts listening on 127.0.0.1 and, where there is one, on ::1: a browser may take "localhost" for either.
private func serve(_ pages: PreviewServer, at place: LoopbackPort) async throws(Problem) -> Task<Void, any Error> {
    do {
        let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: place.port), logger: .disabled, handler: pages)
        let running = Task { try await server.run() }
        if place.hasIPv6 {
            let second = HTTPServer(address: .loopback(port: place.port), logger: .disabled, handler: pages)
            Task { try await second.run() }
            try await second.waitUntilListening()
        }
        try await server.waitUntilListening()
        return running
    } catch {
        throw Problem(.error, "port \(place.port) cannot be listened on: \(error)", file: "", help: ["choose another: --port 9000"])
    }
}

func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
