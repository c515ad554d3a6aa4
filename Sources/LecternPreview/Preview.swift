import FlyingFox
import Glibc
import LecternBuild
import LecternContent
import LecternCore

/// What the preview tells the terminal.
public struct PreviewEvents: Sendable {
    /// The site can be opened at this address.
    public var ready: @Sendable (_ address: String) -> Void
    /// A build has ended, in this many seconds.
    public var built: @Sendable (_ report: BuildReport, _ seconds: Double) -> Void

    public init(ready: @escaping @Sendable (String) -> Void, built: @escaping @Sendable (BuildReport, Double) -> Void) {
        self.ready = ready
        self.built = built
    }
}

/// Builds a site, serves it to this machine, and builds again whenever a file changes. Returns only when it cannot go on.
///
/// - Parameters:
///   - options: `output` and `baseURL` are chosen here: the preview leaves the site's own output alone.
///   - port: the one to listen on; when it is taken, the next free one of ten.
/// - Throws: a `Problem` when there is no site or no free port.
public func preview(
    _ options: BuildOptions, port: UInt16, launch: WorkerLaunch?, events: PreviewEvents
) async throws(Problem) {
    let folder = try SiteFolder(options.site)
    let free = try freePort(from: port)
    var options = options
    options.output = folder.cache + "/preview/site"
    options.baseURL = "http://localhost:\(free)/"
    try makeFolder(folder.cache + "/preview")
    let state = PreviewState()
    let server = HTTPServer(
        address: .loopback(port: free), logger: .disabled,
        handler: PreviewServer(output: options.output ?? "", root: "/", state: state))
    let running = Task { try await server.run() }
    let watched = [folder.root + "/" + (folder.onlyCourse ?? ""), folder.root + "/layouts"]
    let first = options
    // A thread of its own: building blocks, and cmark must not be used by two threads.
    let builder = BuilderThread {
        guard var watch = FolderWatch(watched, ignoring: ["output", ".git", "node_modules"]) else { return }
        while true {
            let start = monotonicSeconds()
            let report = build(first, launch: launch)
            events.built(report, monotonicSeconds() - start)
            let done = Semaphore()
            Task {
                await state.took(report)
                done.signal()
            }
            done.wait()
            watch.waitForChange(settleMilliseconds: 15)
        }
    }
    builder.start()
    await state.next(after: 0)
    events.ready("http://localhost:\(free)/")
    do { try await running.value } catch {
        throw Problem(.error, "the preview stopped: \(error)", file: "")
    }
}

/// Tries to listen on each port in turn; a port is free when that works.
private func freePort(from first: UInt16) throws(Problem) -> UInt16 {
    for port in first...(first + 10) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        if bound == 0, listen(descriptor, 1) == 0 { return port }
    }
    throw Problem(.error, "ports \(first) to \(first + 10) are all taken", file: "", help: ["choose another: --port 9000"])
}

func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
