import Glibc
import LecternCore
import LecternCrypto

/// A folder of files that can be made again. Written to a temporary name and renamed, so that a file that is there is
/// whole, whoever else writes to the folder at the same time.
struct CacheFolder: Sendable {
    let path: String

    /// - Throws: a `Problem` when the folder can be neither found nor made.
    init(_ path: String) throws(Problem) {
        self.path = path
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && part.isEmpty ? "/" : made.hasSuffix("/") || made.isEmpty ? part : "/" + part
            guard mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR else { throw Self.problem(made) }
        }
    }

    func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// A name that no other process uses, and no other task of this one that says another `purpose`.
    func temporary(_ purpose: String) -> String {
        ".\(getpid())-\(purpose)"
    }

    func size(of name: String) -> Int? {
        var info = stat()
        guard stat(file(name), &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(info.st_size)
    }

    func read(_ name: String, limitBytes: Int) -> [UInt8]? {
        readBytes(file(name), limitBytes: limitBytes)
    }

    func write(_ bytes: [UInt8], to name: String) throws(Problem) {
        let temporary = temporary("write-" + name)
        let descriptor = open(file(temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.problem(file(name)) }
        var written = 0
        var failed = false
        while written < bytes.count, !failed {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count >= 0 { written += count } else { failed = errno != EINTR }
        }
        let failure = errno
        if close(descriptor) != 0 || failed {
            if failed { errno = failure }
            let problem = Self.problem(file(name))
            remove(temporary)
            throw problem
        }
        try rename(temporary, to: name)
    }

    func rename(_ temporary: String, to name: String) throws(Problem) {
        guard Glibc.rename(file(temporary), file(name)) == 0 else { throw Self.problem(file(name)) }
    }

    /// Does the work while no other process does work in this folder, however long that takes: what two would make is the same.
    ///
    /// What others left half done, since they were killed, is removed. Where files cannot be locked, work is done at once,
    /// and what is half done stays.
    func alone<Result>(_ work: () throws(Problem) -> Result) throws(Problem) -> Result {
        let descriptor = open(file(Self.lock), O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.problem(file(Self.lock)) }
        // The lock ends with the descriptor, and that with the process.
        defer { close(descriptor) }
        var isAlone = flock(descriptor, LOCK_EX) == 0
        while !isAlone, errno == EINTR { isAlone = flock(descriptor, LOCK_EX) == 0 }
        if isAlone { removeLeftovers() }
        return try work()
    }

    private static let lock = ".lock"

    private func removeLeftovers() {
        guard let listing = opendir(path) else { return }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name.hasPrefix("."), name != ".", name != "..", name != Self.lock { remove(name) }
        }
    }

    /// Of a temporary file: that it may not be there is no trouble.
    func remove(_ temporary: String) {
        unlink(file(temporary))
    }

    private static func problem(_ path: String) -> Problem {
        Problem(
            .error, "the cache cannot be written: \(path): \(String(cString: strerror(errno)))", file: "",
            help: ["make room or give the rights to write there; what is in the cache can be made again"])
    }
}

/// - Returns: nil when it is no plain file, cannot be read, or is larger than the limit.
func readBytes(_ path: String, limitBytes: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= limitBytes else { return nil }
    var failed = false
    let size = Int(info.st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let got = read(descriptor, buffer.baseAddress! + count, size - count)
            if got < 0, errno == EINTR { continue }
            failed = got < 0
            if got <= 0 { break }
            count += got
        }
    }
    return failed ? nil : bytes
}
