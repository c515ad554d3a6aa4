import CLinux
import Glibc

/// A call of the system that failed where it should not have.
struct SystemFailure: Error {
    /// Its `errno`.
    var code: Int32
    /// What it was about, for a person: a path below the output, or a whole one.
    var path: String
}

/// An open folder. All work on trees goes through paths below one, so that nobody can swap the folder in between.
struct FolderHandle: ~Copyable {
    let descriptor: Int32

    /// - Throws: also for a link: the folder itself is meant.
    init(_ path: String) throws(SystemFailure) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure(code: errno, path: path) }
    }

    deinit { close(descriptor) }

    func info() throws(SystemFailure) -> stat {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw SystemFailure(code: errno, path: "") }
        return info
    }

    /// What stands at the path itself, links not followed; nil when nothing does.
    func info(_ path: OutputPath) throws(SystemFailure) -> stat? {
        var info = stat()
        guard path.withCString({ fstatat(descriptor, $0, &info, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemFailure(code: errno, path: path.text)
        }
        return info
    }

    /// Makes one folder, with this mode whatever the umask says.
    func makeFolder(_ path: OutputPath, mode: mode_t) throws(SystemFailure) {
        guard path.withCString({ mkdirat(descriptor, $0, mode) == 0 && fchmodat(descriptor, $0, mode, 0) == 0 }) else {
            throw SystemFailure(code: errno, path: path.text)
        }
    }

    /// Removes a file or a link; nothing there is fine.
    func removeFile(_ path: OutputPath) throws(SystemFailure) {
        guard path.withCString({ unlinkat(descriptor, $0, 0) }) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw SystemFailure(code: errno, path: path.text)
        }
    }

    /// - Returns: whether the folder was empty, and is gone now.
    func removeFolderIfEmpty(_ path: OutputPath) throws(SystemFailure) -> Bool {
        if path.withCString({ unlinkat(descriptor, $0, AT_REMOVEDIR) }) == 0 { return true }
        if [ENOTEMPTY, EEXIST, ENOENT, ENOTDIR].contains(errno) { return errno == ENOENT || errno == ENOTDIR }
        throw SystemFailure(code: errno, path: path.text)
    }

    /// Removes whatever stands at the path, a folder with all that is in it; links are not followed.
    func removeTree(_ path: OutputPath) throws(SystemFailure) {
        if path.withCString({ unlinkat(descriptor, $0, 0) }) == 0 || errno == ENOENT || errno == ENOTDIR { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemFailure(code: errno, path: path.text) }
        for entry in try entries(path) {
            let inner = path.appending(entry.name)
            if entry.isFolder { try removeTree(inner) } else { try removeFile(inner) }
        }
        guard path.withCString({ unlinkat(descriptor, $0, AT_REMOVEDIR) }) == 0 || errno == ENOENT else {
            throw SystemFailure(code: errno, path: path.text)
        }
    }

    struct Entry {
        var name: [UInt8]
        /// A folder itself, not a link to one.
        var isFolder: Bool
        var isFile: Bool
    }

    /// All that stands in a folder, in no order.
    func entries(_ path: OutputPath) throws(SystemFailure) -> [Entry] {
        let inner = path.withCString { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        guard inner >= 0 else { throw SystemFailure(code: errno, path: path.text) }
        guard let stream = fdopendir(inner) else {
            let code = errno
            close(inner)
            throw SystemFailure(code: code, path: path.text)
        }
        defer { closedir(stream) }
        var found: [Entry] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemFailure(code: errno, path: path.text) }
                return found
            }
            let start = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!)
            let length = strlen(start.assumingMemoryBound(to: CChar.self))
            let name = [UInt8](UnsafeRawBufferPointer(start: start, count: length))
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            var type = entry.pointee.d_type
            if type == UInt8(DT_UNKNOWN) {
                var info = stat()
                if fstatat(inner, start.assumingMemoryBound(to: CChar.self), &info, AT_SYMLINK_NOFOLLOW) == 0 {
                    type = info.isFolder ? UInt8(DT_DIR) : info.isFile ? UInt8(DT_REG) : UInt8(DT_LNK)
                }
            }
            found.append(Entry(name: name, isFolder: type == UInt8(DT_DIR), isFile: type == UInt8(DT_REG)))
        }
    }
}

extension OutputPath {
    func appending(_ name: [UInt8]) -> OutputPath { name.withUnsafeBufferPointer { appending($0) } }
}

extension stat {
    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    var isFile: Bool { st_mode & S_IFMT == S_IFREG }
    var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
    var permissions: mode_t { st_mode & 0o7777 }
    var modifiedNanoseconds: Int64 { Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec) }
    var changedNanoseconds: Int64 { Int64(st_ctim.tv_sec) * 1_000_000_000 + Int64(st_ctim.tv_nsec) }

    func isSameFile(as other: stat) -> Bool { st_ino == other.st_ino && st_dev == other.st_dev }
}
