#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Creates an empty file that its owner alone may read: SQLite gives the files beside it the same mode. One that is there
/// stays as it is.
func createPrivately(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw systemError("cannot open \(path)") }
    close(descriptor)
}

/// Creates a folder that its owner alone may enter. One that is there stays as it is.
func createFolderPrivately(_ path: String) throws(StoreError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw systemError("cannot make \(path)") }
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Where a file is, links followed. - Returns: nil for one that is not there.
func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

func renameFile(_ from: String, to: String) throws(StoreError) {
    guard rename(from, to) == 0 else { throw systemError("cannot move \(from) to \(to)") }
}

func removeFile(_ path: String) throws(StoreError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw systemError("cannot remove \(path)") }
}

/// Makes sure that names made, moved or removed in a folder survive a power cut.
func syncFolder(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError("cannot open \(path)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemError("cannot sync \(path)") }
}

private func systemError(_ what: String) -> StoreError {
    let code = errno
    return code == ENOSPC || code == EDQUOT ? .full : .broken(what + ": " + String(cString: strerror(code)))
}
