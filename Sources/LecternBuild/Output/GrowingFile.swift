import Glibc
import LecternCore

/// A file of the site that grows with the site: a list of all pages, the catalogue. It is written as it is made, and
/// becomes a part of the output when it is whole; a small one never leaves memory.
///
/// A class, since it holds the file under its passing name beside the output.
final class GrowingFile {
    private let folder: String?
    private let limitBytes: Int
    /// What is not written yet.
    private(set) var buffer: [UInt8] = []
    private var file: Int32 = -1
    private let path: String

    /// - Parameters:
    ///   - folder: nil for builds that write nothing.
    ///   - name: no other file that grows at the same time has it.
    init(_ name: String, folder: String?, limitBytes: Int = 1 << 20) {
        self.folder = folder
        self.limitBytes = limitBytes
        path = (folder ?? "") + "/growing." + name
    }

    deinit { discard() }

    func append(_ bytes: [UInt8]) throws(Problem) {
        buffer += bytes
        if buffer.count > limitBytes { try flush() }
    }

    /// Takes bytes over, sooner or later: what is short stays where it is.
    func drain(_ bytes: inout [UInt8]) throws(Problem) {
        guard bytes.count > limitBytes / 8 else { return }
        try append(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    func publish(_ name: String, for source: String, in unit: UnitBuilder) throws(Problem) {
        guard file >= 0 else { return try unit.put(name, buffer, for: source) }
        try flush()
        try unit.put(name, made: path, for: source)
        discard()
    }

    private func flush() throws(Problem) {
        defer { buffer.removeAll(keepingCapacity: true) }
        if folder == nil { return }
        if file < 0 { try create() }
        let failure = buffer.withUnsafeBytes { writeAll(file, $0) }
        guard failure == 0 else { throw Self.problem(failure) }
    }

    private func create() throws(Problem) {
        // What a killed build left may be a part of the output already: it is never written into.
        unlink(path)
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0, fchmod(file, 0o644) == 0 else { throw Self.problem(errno) }
    }

    private func discard() {
        guard file >= 0 else { return }
        close(file)
        unlink(path)
        file = -1
    }

    private static func problem(_ code: Int32) -> Problem { OutputFolder.problem(SystemFailure(code: code, path: ""), shown: "output") }
}
