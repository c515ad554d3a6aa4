import Glibc
import LecternCrypto

/// Pieces that a program beside us made, kept by the digest of what they were made from.
///
/// Several processes may share a folder: a piece appears whole or not at all.
final class MarkupCache {
    private struct Failure: Error {
        var reason: String
    }

    /// Nil keeps nothing.
    private let folder: String?
    /// Why the first piece that could not be kept was not.
    private(set) var failure: String?

    init(folder: String?) {
        self.folder = folder
    }

    func key(_ parts: [UInt8]...) -> String {
        var all: [UInt8] = []
        for part in parts {
            all.add(part.count)
            all.append(0x20)
            all += part
        }
        return Digest(all).hex(16)
    }

    func read(_ key: String) -> [UInt8]? {
        guard let folder else { return nil }
        let descriptor = open(folder + "/" + key, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
        let size = Int(status.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let result = Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
                if result < 0, errno == EINTR { continue }
                guard result > 0 else { break }
                count += result
            }
        }
        return bytes.count == size ? bytes : nil
    }

    /// Keeps a piece; what goes wrong is found in `failure`, since the page is good all the same.
    func write(_ key: String, _ bytes: [UInt8]) {
        guard let folder, failure == nil else { return }
        do {
            try write(key, bytes, folder)
        } catch {
            failure = error.reason
        }
    }

    private func write(_ key: String, _ bytes: [UInt8], _ folder: String) throws(Failure) {
        let path = folder + "/" + key
        // Named after the process, so that two of them never write into one file.
        let unfinished = path + ".\(getpid())"
        var descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0, errno == ENOENT {
            try makeFolders(folder)
            descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw Failure(reason: "\(path): " + String(cString: strerror(errno))) }
        var written = 0
        var isWhole = true
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                isWhole = false
                break
            }
            written += result
        }
        let reason = errno
        if close(descriptor) != 0 || !isWhole || rename(unfinished, path) != 0 {
            let text = String(cString: strerror(isWhole ? errno : reason))
            unlink(unfinished)
            throw Failure(reason: "\(path): " + text)
        }
    }

    private func makeFolders(_ path: String) throws(Failure) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else {
                throw Failure(reason: "\(made): " + String(cString: strerror(errno)))
            }
        }
    }
}
