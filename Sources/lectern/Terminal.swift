import Glibc

/// The program's own output. `stdout` and `stderr` of C are shared state; these go straight to the descriptors.
enum Terminal {
    /// Results: what a pipe is given.
    static func write(_ bytes: [UInt8]) { put(bytes, 1) }

    /// What a person is told besides.
    static func tell(_ text: String) { put(Array(text.utf8), 2) }

    private static func put(_ bytes: [UInt8], _ descriptor: Int32) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            // A closed pipe: the reader has seen enough.
            if count <= 0 { return }
            done += count
        }
    }
}
