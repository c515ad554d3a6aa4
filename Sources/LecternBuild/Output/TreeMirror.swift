import CLinux
import Glibc

/// Makes one tree's entries those of another, by hard links.
struct TreeMirror {
    /// Brings one file up to date, or removes it where the source has none; folders appear and go as in the source.
    func mirrorFile(_ path: OutputPath, from source: borrowing FolderHandle, to target: borrowing FolderHandle) throws(SystemFailure) {
        let wanted = try source.info(path)
        let there = try target.info(path)
        if let wanted, !wanted.isFolder {
            if let there, there.isSameFile(as: wanted) { return }
            if there != nil { try target.removeTree(path) } else { try makeParents(of: path, like: source, in: target) }
            try link(path, wanted, from: source, to: target)
            return
        }
        guard let there, !there.isFolder || wanted == nil else { return }
        try target.removeTree(path)
        var folder = path.parent
        while let empty = folder, !empty.isRoot, try source.info(empty)?.isFolder != true, try target.removeFolderIfEmpty(empty) {
            folder = empty.parent
        }
    }

    /// Makes a folder hold what the source's folder holds. Folders in it that are known are not looked into.
    func mirrorFolder(
        _ folder: OutputPath, from source: borrowing FolderHandle, to target: borrowing FolderHandle, known: FolderTable
    ) throws(SystemFailure) {
        guard let info = try source.info(folder), info.isFolder else { return }
        if try target.info(folder)?.isFolder != true {
            try target.removeTree(folder)
            try makeParents(of: folder, like: source, in: target)
            try makeFolder(folder, like: info, in: target)
        }
        var wanted: Set<OutputPath> = []
        let inner = known.paths(in: folder)
        for entry in try source.entries(folder) {
            let path = folder.appending(entry.name)
            wanted.insert(path)
            guard let wantedInfo = try source.info(path) else { continue }
            if entry.isFolder {
                if inner.contains(path), try target.info(path)?.isFolder == true { continue }
                try target.removeTree(path)
                try makeFolder(path, like: wantedInfo, in: target)
                try copyFolder(path, from: source, to: target) {}
            } else if let there = try target.info(path), there.isSameFile(as: wantedInfo) {
                continue
            } else {
                try target.removeTree(path)
                try link(path, wantedInfo, from: source, to: target)
            }
        }
        for entry in try target.entries(folder) {
            let path = folder.appending(entry.name)
            if !wanted.contains(path) { try target.removeTree(path) }
        }
    }

    /// Fills a folder that exists and is empty with all that the source's holds.
    func copyFolder(
        _ folder: OutputPath, from source: borrowing FolderHandle, to target: borrowing FolderHandle, afterEach: () -> Void
    ) throws(SystemFailure) {
        if folder.isRoot { try takeOver(folder, source.info(), in: target) }
        for entry in try source.entries(folder) {
            let path = folder.appending(entry.name)
            if path == StateName.stagingInside { continue }
            guard let info = try source.info(path) else { continue }
            if info.isFolder {
                try makeFolder(path, like: info, in: target)
                try copyFolder(path, from: source, to: target, afterEach: afterEach)
            } else {
                try link(path, info, from: source, to: target)
            }
            afterEach()
        }
    }

    /// Makes the folders above a path that are missing, with the modes and owners of the source's.
    func makeParents(of path: OutputPath, like source: borrowing FolderHandle, in target: borrowing FolderHandle) throws(SystemFailure) {
        guard let folder = path.parent, !folder.isRoot else { return }
        if let there = try target.info(folder) {
            if there.isFolder { return }
            try target.removeFile(folder)
        }
        try makeParents(of: folder, like: source, in: target)
        // A file may stand where the source has a folder now; it went with the call above.
        guard let info = try source.info(folder) else { return try target.makeFolder(folder, mode: 0o755) }
        try makeFolder(folder, like: info, in: target)
    }

    private func makeFolder(_ path: OutputPath, like info: stat, in target: borrowing FolderHandle) throws(SystemFailure) {
        try target.makeFolder(path, mode: info.permissions)
        try takeOver(path, info, in: target)
    }

    private func takeOver(_ path: OutputPath, _ info: stat, in target: borrowing FolderHandle) throws(SystemFailure) {
        guard let there = try target.info(path) else { return }
        if there.st_uid != info.st_uid || there.st_gid != info.st_gid {
            // Only root may give folders away; for anyone else the new owner is the one who builds.
            _ = path.withCString { fchownat(target.descriptor, $0, info.st_uid, info.st_gid, AT_SYMLINK_NOFOLLOW) }
        }
        if there.permissions != info.permissions {
            _ = path.withCString { fchmodat(target.descriptor, $0, info.permissions, 0) }
        }
    }

    /// A hard link; a copy where the system refuses one (for example of another user's file).
    func link(_ path: OutputPath, _ info: stat, from source: borrowing FolderHandle, to target: borrowing FolderHandle) throws(SystemFailure) {
        let code = path.withCString { linkat(source.descriptor, $0, target.descriptor, $0, 0) == 0 ? 0 : errno }
        if code == 0 || code == ENOENT { return }
        guard code == EPERM || code == EMLINK, info.isFile else { throw SystemFailure(code: code, path: path.text) }
        let file = path.withCString { openat(source.descriptor, $0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) }
        guard file >= 0 else { throw SystemFailure(code: code, path: path.text) }
        defer { close(file) }
        let failure = copyToNewFile(file, path.terminated, in: target.descriptor, mode: info.permissions, times: [info.st_atim, info.st_mtim])
        guard failure == 0 else { throw SystemFailure(code: failure, path: path.text) }
    }
}

/// Copies an open file into one that must not exist: shared blocks where the disk can, else inside the kernel.
///
/// - Parameters:
///   - path: with its NUL.
///   - times: of access and change; nil for now.
/// - Returns: 0, or the `errno` of what failed.
func copyToNewFile(_ source: Int32, _ path: [UInt8], in folder: Int32, mode: mode_t, times: [timespec]? = nil) -> Int32 {
    let target = path.withUnsafeBytes {
        openat(folder, $0.baseAddress!.assumingMemoryBound(to: CChar.self), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    }
    guard target >= 0 else { return errno }
    var failure = linux_clone_file(target, source) == 0 ? 0 : copyBytes(source, target)
    if failure == 0, fchmod(target, mode) != 0 { failure = errno }
    if failure == 0, let times, futimens(target, times) != 0 { failure = errno }
    if close(target) != 0, failure == 0 { failure = errno }
    return failure
}

private func copyBytes(_ source: Int32, _ target: Int32) -> Int32 {
    var copied = false
    while true {
        let count = linux_copy_range(source, target, 1 << 30)
        if count > 0 { copied = true } else if count == 0, copied { return 0 } else if count == 0 { break } else if errno != EINTR {
            if [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM].contains(errno), !copied { break }
            return errno
        }
    }
    // Disks between which the kernel does not copy; zero bytes also come from files that only claim to be empty.
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    while true {
        let count = read(source, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return count == 0 ? 0 : errno }
        let failure = buffer.withUnsafeBytes { writeAll(target, UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        if failure != 0 { return failure }
    }
}

extension FolderTable {
    /// The known folders that stand right in one.
    func paths(in folder: OutputPath) -> Set<OutputPath> {
        var found: Set<OutputPath> = []
        paths.forEach { path in
            guard path.count > 0, path.parentLength == folder.count else { return }
            let inner = OutputPath(path)
            if inner.parent == folder { found.insert(inner) }
        }
        return found
    }
}
