import Glibc
import LecternCore

/// Writes a file whole or not at all: under another name first, then renamed.
///
/// - Throws: a `Problem` in the words of the system: no room, no right.
public func writeFile(_ path: String, _ bytes: [UInt8], shownAs shown: String? = nil) throws(Problem) {
    let temporary = path + ".part"
    func fail(_ code: Int32) -> Problem {
        unlink(temporary)
        let full = code == ENOSPC || code == EDQUOT
        return Problem(
            .error, "\(shown ?? path) cannot be written: \(String(cString: strerror(code)))", file: "",
            help: full ? ["make room on the disk and try again"] : [])
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw fail(errno) }
    var done = 0
    while done < bytes.count {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, bytes.count - done) }
        if count < 0, errno == EINTR { continue }
        if count < 0 {
            let code = errno
            close(descriptor)
            throw fail(code)
        }
        done += count
    }
    guard close(descriptor) == 0 else { throw fail(errno) }
    guard rename(temporary, path) == 0 else { throw fail(errno) }
}

/// Makes a folder and those above it. - Throws: a `Problem` when one cannot be made.
public func makeFolder(_ path: String, shownAs shown: String? = nil) throws(Problem) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
        try makeFolder(String(path[..<slash]), shownAs: shown)
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    }
    throw Problem(.error, "the folder \(shown ?? path) cannot be made: \(String(cString: strerror(errno)))", file: "")
}
