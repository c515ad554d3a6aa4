import LecternCore

/// One process's way to write pages: into the staged tree, or nowhere when only problems are wanted.
///
/// With a thread to spare it writes behind: pages wait until there are some, and are written by that thread while the
/// next ones are made. So an error of the disk is told by a later call, at the latest by `finishWriting`.
final class UnitOutput {
    /// nil: nothing is written.
    private let writer: Writer?
    private let cache: String
    private let scratch: String?
    private let writesBehind: Bool
    private var waiting: [(path: String, bytes: [UInt8])] = []
    private var waitingBytes = 0
    private var away: Errand<Problem?>?

    /// So much is written sooner here than a thread is started.
    private static let batchBytes = 256 << 10

    /// - Parameters:
    ///   - staging: nil: nothing is written.
    ///   - scratch: the folder of files that grow (see `GrowingFile`).
    ///   - writesBehind: whether there is a processor for another thread.
    init(_ staging: StagingFolders?, cache: String, scratch: String? = nil, writesBehind: Bool = false) throws(Problem) {
        self.cache = cache
        self.scratch = scratch
        self.writesBehind = writesBehind
        writer = try staging.map { staging throws(Problem) in Writer(try OutputWriter(staging)) }
    }

    deinit { stopWriting() }

    var sink: PageSink {
        guard let writer else { return .nowhere }
        return PageSink(
            put: { [self] path, bytes throws(Problem) in try put(path, bytes, writer) },
            keep: { [self] path throws(Problem) in
                try comeBack()
                try writer.files.keep(path)
            },
            link: { [self] path, file throws(Problem) in
                try comeBack()
                // What lies in the cache is never changed in place, nor what the build itself wrote; the creator's own files may be.
                if file.hasPrefix(cache) || scratch.map({ file.hasPrefix($0 + "/") }) == true {
                    try writer.files.link(path, from: file)
                } else {
                    try writer.files.copy(path, from: file)
                }
            })
    }

    /// Returns when everything is written that was put.
    func finishWriting() throws(Problem) {
        try comeBack()
        guard let writer else { return }
        defer { forget() }
        for (path, bytes) in waiting { try writer.files.put(path, bytes) }
    }

    /// Nothing is written any more; what waited is forgotten. For a build that is given up.
    func stopWriting() {
        _ = away.take()?.finish()
        forget()
    }

    /// What was made since the last call. Everything must be written.
    func takeReport() -> OutputWriter.Report {
        precondition(waiting.isEmpty && away == nil, "files are still being written")
        return writer?.files.takeReport() ?? .init()
    }

    private func put(_ path: String, _ bytes: [UInt8], _ writer: Writer) throws(Problem) {
        guard writesBehind else { return _ = try writer.files.put(path, bytes) }
        waiting.append((path, bytes))
        waitingBytes += bytes.count
        guard waitingBytes > Self.batchBytes else { return }
        try comeBack()
        let batch = waiting
        forget()
        let errand = Errand { () -> Problem? in
            do throws(Problem) {
                for (path, bytes) in batch { try writer.files.put(path, bytes) }
                return nil
            } catch {
                return error
            }
        }
        errand.begin()
        away = errand
    }

    private func comeBack() throws(Problem) {
        if let problem = away.take()?.finish() { throw problem }
    }

    private func forget() {
        waiting = []
        waitingBytes = 0
    }
}

/// Holds the writer, so that a thread can be given it.
///
/// `@unchecked Sendable`: used by the thread from when it is begun until it has come back, and by nobody else meanwhile.
private final class Writer: @unchecked Sendable {
    var files: OutputWriter

    init(_ files: consuming OutputWriter) { self.files = files }
}
