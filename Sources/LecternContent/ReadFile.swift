import Glibc
import LecternCore

/// Reads a whole file.
///
/// - Throws: a `Problem` when it cannot be read, or is larger than `limitBytes`.
public func readFile(_ path: String, shownAs file: String, limitBytes: Int) throws(Problem) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw Problem(.error, "this file cannot be read: \(String(cString: strerror(errno)))", file: file)
    }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
        throw Problem(.error, "this is not a plain file", file: file)
    }
    let size = Int(info.st_size)
    guard size <= limitBytes else {
        throw Problem(
            .error, "this file holds \(size / (1 << 20)) MiB of text; at most \(limitBytes / (1 << 20)) MiB are read", file: file,
            help: ["cut it into several lessons, or move data into a file to download"])
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let got = read(descriptor, buffer.baseAddress! + count, size - count)
            if got < 0, errno == EINTR { continue }
            if got < 0 { failure = errno }
            if got <= 0 { break }
            count += got
        }
    }
    guard failure == 0 else {
        throw Problem(.error, "this file cannot be read: \(String(cString: strerror(failure)))", file: file)
    }
    return bytes
}

/// What one text of the creator's may hold.
public enum TextLimit {
    public static let markdownBytes = 8 << 20
    public static let yamlBytes = 1 << 20
}

/// Reads a text file of the creator's.
///
/// - Throws: a `Problem` when it is not UTF-8 or holds a character that no page may hold, with the line of the first one.
public func readText(_ path: String, shownAs file: String, limitBytes: Int = TextLimit.markdownBytes) throws(Problem) -> [UInt8] {
    let bytes = try readFile(path, shownAs: file, limitBytes: limitBytes)
    if let fault = firstFault(in: bytes) {
        let line = bytes[..<fault.offset].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        if let scalar = fault.refused { throw refusal(of: scalar, file: file, line: line) }
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        throw Problem(
            .error, "this line is not UTF-8 text", file: file, line: line,
            help: [isUTF16 ? "the file is UTF-16: save it again as UTF-8" : "save the file again as UTF-8 (it may be GBK)"])
    }
    return bytes
}
