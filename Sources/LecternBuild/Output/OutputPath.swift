import Glibc

/// One path below the output folder: "courses/a/index.html"; "" is the folder itself.
struct OutputPath: Hashable, Comparable, Sendable {
    /// Its bytes and a NUL.
    let terminated: [UInt8]

    static let root = OutputPath("")

    init(_ text: String) {
        terminated = Array(text.utf8) + [0]
    }

    init(_ raw: RawPath) {
        terminated = [UInt8](unsafeUninitializedCapacity: raw.count + 1) { buffer, count in
            memcpy(buffer.baseAddress!, raw.baseAddress!, raw.count)
            buffer[raw.count] = 0
            count = raw.count + 1
        }
    }

    private init(terminated: [UInt8]) {
        self.terminated = terminated
    }

    var count: Int { terminated.count - 1 }
    var isRoot: Bool { count == 0 }
    var text: String { String(decoding: terminated.dropLast(), as: UTF8.self) }

    /// Names between single slashes, none of them empty, "." or ".."; no NUL.
    var isPlain: Bool {
        var start = 0
        for index in terminated.indices where terminated[index] == 0x2F || terminated[index] == 0 {
            let length = index - start
            if terminated[index] == 0, index != count { return false }
            if length == 0 || length <= 2 && terminated[start..<index].allSatisfy({ $0 == 0x2E }) { return false }
            start = index + 1
        }
        return true
    }

    /// The folder that it stands in; nil for the root.
    var parent: OutputPath? {
        guard !isRoot else { return nil }
        guard let slash = terminated.lastIndex(of: 0x2F) else { return .root }
        return OutputPath(terminated: terminated[..<slash] + [0])
    }

    func appending(_ name: UnsafeBufferPointer<UInt8>) -> OutputPath {
        var bytes = isRoot ? [] : Array(terminated.dropLast()) + [0x2F]
        bytes.append(contentsOf: name)
        bytes.append(0)
        return OutputPath(terminated: bytes)
    }

    /// As the calls of the system take it: "." for the root.
    func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        isRoot ? body(".") : terminated.withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }

    func hash(into hasher: inout Hasher) {
        terminated.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    static func == (a: OutputPath, b: OutputPath) -> Bool {
        a.terminated.count == b.terminated.count
            && a.terminated.withUnsafeBytes { x in b.terminated.withUnsafeBytes { memcmp(x.baseAddress!, $0.baseAddress!, x.count) == 0 } }
    }

    static func < (a: OutputPath, b: OutputPath) -> Bool {
        a.terminated.withUnsafeBytes { x in
            b.terminated.withUnsafeBytes { memcmp(x.baseAddress!, $0.baseAddress!, min(x.count, $0.count)) < 0 }
        }
    }
}
