import Glibc
import LecternContent
import LecternCore
import LecternCrypto

/// A file sealed into the cache, a chunk in memory at a time: sealing gigabytes of films anew for every word that changes
/// in their course would make builds slow.
///
/// The cache knows a file by what the disk says of it (path, size, times, number), as the build knows films.
struct SealedCopy {
    /// Link it, never change it.
    let cacheFile: String
    /// The first eight bytes of the sealed file's SHA-256, in hexadecimal.
    let digest: String

    /// - Parameters:
    ///   - file: absolute.
    ///   - part: which of its bytes; nil: all.
    ///   - path: what it is opened under.
    ///   - cache: the cache's folder; `sealed/` is made in it.
    init(of file: String, part: Range<Int>? = nil, path: String, secret: SiteSecret, key: LessonKey, epoch: Int, cache: String) throws(Problem) {
        let source = open(file, O_RDONLY | O_CLOEXEC)
        var info = stat()
        guard source >= 0, fstat(source, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            let reason = source >= 0 ? "not a plain file" : String(cString: strerror(errno))
            if source >= 0 { close(source) }
            throw Problem(.error, "this file cannot be published: \(reason)", file: file)
        }
        defer { close(source) }
        let part = part ?? 0..<Int(info.st_size)
        let folder = try SealedFolder(cache + "/sealed")
        let identity = Digest(
            [
                file, path, String(info.st_size), "\(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)", "\(info.st_ctim.tv_sec).\(info.st_ctim.tv_nsec)",
                String(info.st_ino), "\(part.lowerBound)+\(part.count)", String(epoch), secret.fingerprint.hex(), key.fingerprint.hex(),
            ].joined(separator: "\n")
        ).hex(16)
        cacheFile = folder.file(identity)
        if let known = folder.digest(of: identity) {
            digest = known
            return
        }
        digest = try folder.write(identity) { target throws(Problem) in
            try Self.seal(source, part, file: file, path: path, secret: secret, key: key, epoch: epoch, to: target)
        }
    }

    /// - Returns: the digest of what was written.
    private static func seal(
        _ source: Int32, _ part: Range<Int>, file: String, path: String, secret: SiteSecret, key: LessonKey, epoch: Int, to target: Int32
    ) throws(Problem) -> String {
        let chunkBytes = LessonSeal.fileChunkBytes
        var buffer = [UInt8](repeating: 0, count: chunkBytes)
        let salt = SealSalt(secret: secret, path: path, length: part.count)
        try eachChunk(of: source, part, file, &buffer) { chunk, _ in
            salt.update(chunk)
            return true
        }
        let sealer = FileSealer(key: key, path: path, salt: salt.salt(), epoch: epoch, length: part.count, chunkBytes: chunkBytes)
        let digest = StreamDigest()
        func write(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { bytes in
                digest.update(bytes)
                return writeAll(target, bytes) == 0
            }
        }
        guard write(sealer.head) else { throw SealedFolder.problem(file) }
        try eachChunk(of: source, part, file, &buffer) { chunk, index in write(sealer.seal(chunk, chunk: index)) }
        return digest.digest().hex(8)
    }

    /// - Throws: when the file ends early, or grew since it was measured: it is being written.
    private static func eachChunk(
        of source: Int32, _ part: Range<Int>, _ file: String, _ buffer: inout [UInt8], _ take: (UnsafeRawBufferPointer, Int) -> Bool
    ) throws(Problem) {
        var index = 0, start = part.lowerBound
        repeat {
            let wanted = min(buffer.count, part.upperBound - start)
            var got = 0
            while got < wanted {
                let count = buffer.withUnsafeMutableBytes { pread(source, $0.baseAddress! + got, wanted - got, off_t(start + got)) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw Problem(.error, "this file changed while it was read", file: file, help: ["build once more"])
                }
                got += count
            }
            let isTaken = buffer.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<wanted]), index) }
            guard isTaken else { throw SealedFolder.problem(file) }
            start += wanted
            index += 1
        } while start < part.upperBound
    }
}

/// The cache of sealed files: "IDENTITY.bin" and, written after it, its digest in "IDENTITY.txt".
private struct SealedFolder {
    let path: String

    init(_ path: String) throws(Problem) {
        self.path = path
        try makeFolder(path)
    }

    func file(_ identity: String) -> String { "\(path)/\(identity).bin" }

    func digest(of identity: String) -> String? {
        guard access(file(identity), F_OK) == 0, let text = try? readFile("\(path)/\(identity).txt", shownAs: identity, limitBytes: 64),
            text.count == 16
        else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    func write(_ identity: String, _ fill: (Int32) throws(Problem) -> String) throws(Problem) -> String {
        let temporary = "\(path)/.\(getpid())-\(identity)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.problem(temporary) }
        let digest: String
        do throws(Problem) {
            digest = try fill(descriptor)
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        // Linked into the output as it is, which wants this mode whatever the umask says.
        let isWhole = fchmod(descriptor, 0o644) == 0
        guard close(descriptor) == 0, isWhole, rename(temporary, file(identity)) == 0 else {
            unlink(temporary)
            throw Self.problem(temporary)
        }
        try writeFile("\(path)/\(identity).txt", Array(digest.utf8))
        return digest
    }

    static func problem(_ path: String) -> Problem {
        Problem(
            .error, "the sealed file cannot be written: \(String(cString: strerror(errno)))", file: path,
            help: ["make room or give the rights to write there; what is in the cache can be made again"])
    }
}
