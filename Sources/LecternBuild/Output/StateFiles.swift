import CLinux
import Glibc

/// What stands in the state folder.
enum StateName {
    static let manifest = OutputPath("manifest")
    /// Of a swap that is about to happen, or has just happened.
    static let nextManifest = OutputPath("manifest.next")
    /// The tree that was the output before, kept to make the next one from.
    static let previous = OutputPath("previous")
    /// The tree that becomes the output; exists only while a build runs, or after one was killed.
    static let staging = OutputPath("staging")
    static let discarded = OutputPath("discarded")
    static let written = OutputPath("manifest.written")
    static let probes = (OutputPath("probe.a"), OutputPath("probe.b"))
    /// In the output itself, when that lies on another disk than the state folder.
    static let stagingInside = OutputPath(".lectern-staging")
}

extension FolderHandle {
    /// - Returns: nil when there is none, or none that this version can read; its time is when it was written.
    func readManifest(_ path: OutputPath) throws(SystemFailure) -> (manifest: Manifest, nanoseconds: Int64)? {
        let file = path.withCString { openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) }
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw SystemFailure(code: errno, path: path.text) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.isFile else { return nil }
        let size = Int(info.st_size)
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = read(file, buffer.baseAddress! + count, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failure == 0 else { throw SystemFailure(code: failure, path: path.text) }
        return Manifest(bytes).map { ($0, info.modifiedNanoseconds) }
    }

    /// Writes it whole or not at all.
    func write(_ manifest: Manifest, to path: OutputPath) throws(SystemFailure) {
        try removeFile(StateName.written)
        let failure = writeNewFile(StateName.written.terminated, in: descriptor, manifest.encoded(), mode: 0o600)
        guard failure == 0 else {
            try removeFile(StateName.written)
            throw SystemFailure(code: failure, path: path.text)
        }
        try rename(StateName.written, to: path)
    }

    func rename(_ path: OutputPath, to new: OutputPath) throws(SystemFailure) {
        guard path.withCString({ from in new.withCString { renameat(descriptor, from, descriptor, $0) } }) == 0 else {
            throw SystemFailure(code: errno, path: new.text)
        }
    }

    /// Removes a tree of the state folder. It is renamed first: a worker of a killed build may still write into it,
    /// and then the rest stays until the next build.
    func discard(_ path: OutputPath) throws(SystemFailure) {
        do throws(SystemFailure) {
            try removeTree(StateName.discarded)
            if try info(path) == nil { return }
            try rename(path, to: StateName.discarded)
            try removeTree(StateName.discarded)
        } catch {
            guard error.code == ENOTEMPTY, try info(path) == nil else { throw error }
        }
    }

    /// Whether this disk can let two folders change places.
    func canExchange() throws(SystemFailure) -> Bool {
        let (a, b) = StateName.probes
        for probe in [a, b] where try info(probe) == nil { try makeFolder(probe, mode: 0o700) }
        let works = a.withCString { from in b.withCString { linux_exchange(descriptor, from, descriptor, $0) } } == 0
        for probe in [a, b] { try removeTree(probe) }
        return works
    }

    /// The number of the mount that the folder is reached through; nil where /proc does not tell.
    func mountNumber() -> Int? {
        guard let file = fopen("/proc/self/fdinfo/\(descriptor)", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if text.hasPrefix("mnt_id:") { return Int(text.dropFirst(7).filter(\.isNumber)) }
        }
        return nil
    }
}

/// Makes a file that must not exist and writes it, with this mode whatever the umask says.
///
/// - Parameter path: with its NUL.
/// - Returns: 0, or the `errno` of what failed.
func writeNewFile(_ path: [UInt8], in folder: Int32, _ bytes: [UInt8], mode: mode_t) -> Int32 {
    let file = path.withUnsafeBytes {
        openat(folder, $0.baseAddress!.assumingMemoryBound(to: CChar.self), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    guard file >= 0 else { return errno }
    var failure = bytes.withUnsafeBytes { writeAll(file, $0) }
    if failure == 0, fchmod(file, mode) != 0 { failure = errno }
    if close(file) != 0, failure == 0 { failure = errno }
    return failure
}

/// - Returns: 0, or the `errno` of what failed.
func writeAll(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < bytes.count {
        let count = write(file, bytes.baseAddress! + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        done += count
    }
    return 0
}

/// Names this boot of the machine: what was not synced before another boot may not have reached the disk.
func bootIdentity() -> [UInt8] {
    let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)).prefix { $0 > 0x20 })
}
