import Glibc

/// Whether a folder has a file of these bytes that everyone may read, as every file of the output.
///
/// - Parameter buffer: room to read into.
func holds(_ bytes: [UInt8], _ path: OutputPath, in folder: Int32, _ buffer: inout [UInt8]) -> Bool {
    let file = openPublished(path, in: folder)
    guard file >= 0 else { return false }
    defer { close(file) }
    var info = stat()
    guard fstat(file, &info) == 0, info.isPublished, Int(info.st_size) == bytes.count else { return false }
    var at = 0
    while at < bytes.count {
        let count = read(file, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0, count <= bytes.count - at else { return false }
        guard bytes.withUnsafeBytes({ memcmp($0.baseAddress! + at, buffer, count) }) == 0 else { return false }
        at += count
    }
    return true
}

/// Whether a folder has an open file, or one of its bytes that everyone may read.
func isSame(_ source: Int32, _ info: stat, as path: OutputPath, in folder: Int32) -> Bool {
    let file = openPublished(path, in: folder)
    guard file >= 0 else { return false }
    defer { close(file) }
    var there = stat()
    guard fstat(file, &there) == 0, there.isPublished else { return false }
    if there.isSameFile(as: info) { return true }
    guard there.st_size == info.st_size else { return false }
    var a = [UInt8](repeating: 0, count: 1 << 17), b = a
    while true {
        let count = readFully(source, &a)
        guard count >= 0, readFully(file, &b) == count, memcmp(a, b, count) == 0 else { return false }
        if count < a.count { return true }
    }
}

/// Neither follows a link nor waits for a pipe that somebody left there.
private func openPublished(_ path: OutputPath, in folder: Int32) -> Int32 {
    path.withCString { openat(folder, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
}

extension stat {
    fileprivate var isPublished: Bool { isFile && permissions == 0o644 }
}

private func readFully(_ file: Int32, _ buffer: inout [UInt8]) -> Int {
    var done = 0
    while done < buffer.count {
        let wanted = buffer.count - done
        let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress! + done, wanted) }
        if count < 0, errno == EINTR { continue }
        if count < 0 { return -1 }
        if count == 0 { break }
        done += count
    }
    return done
}
