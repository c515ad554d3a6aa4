import Glibc
import LecternCore

/// The program's own output. `stdout` and `stderr` of C are shared state; these go straight to the descriptors.
public enum Terminal {
    /// Results: what a pipe is given.
    /// - Throws: when they did not arrive, as on a full disk.
    public static func write(_ text: String) throws(Problem) { try write(Array(text.utf8)) }

    public static func write(_ bytes: [UInt8]) throws(Problem) {
        let code = put(bytes, 1)
        // A closed pipe: the reader has seen enough.
        guard code != 0, code != EPIPE else { return }
        throw Problem(.error, "the result cannot be written: \(String(cString: strerror(code)))", file: "")
    }

    /// What a person is told besides. There is nobody to tell when this fails.
    public static func tell(_ text: String) { _ = put(Array(text.utf8), 2) }

    /// - Returns: 0, or what errno(3) said.
    private static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return count < 0 ? errno : EIO }
            done += count
        }
        return 0
    }
}
