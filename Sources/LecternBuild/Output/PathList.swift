import Glibc

/// Paths below the output folder as one block of bytes, each ended by a NUL: no object a path, so that a site of
/// 100,000 pages costs a few megabytes, and an unchanged course's paths are copied without being looked at.
public struct PathList: Sendable, Equatable {
    /// "courses/a/index.html\0courses/b/index.html\0".
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// - Parameter bytes: as `bytes` gives them, for example from another process; a missing last NUL is added.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
        if let last = bytes.last, last != 0 { self.bytes.append(0) }
    }

    public init(_ paths: some Sequence<String>) {
        for path in paths { append(path) }
    }

    public var isEmpty: Bool { bytes.isEmpty }

    /// How many paths; counted anew each time.
    public var count: Int { bytes.reduce(0) { $0 + ($1 == 0 ? 1 : 0) } }

    public var strings: [String] {
        var strings: [String] = []
        forEach { strings.append(String(decoding: $0, as: UTF8.self)) }
        return strings
    }

    public mutating func append(_ path: String) {
        bytes.append(contentsOf: path.utf8)
        bytes.append(0)
    }

    public mutating func append(_ other: PathList) {
        bytes.append(contentsOf: other.bytes)
    }

    /// In the order of their bytes, each once.
    public func sorted() -> PathList {
        if isSorted { return self }
        var starts: [Int] = []
        forEachStart { start, _ in starts.append(start) }
        return bytes.withUnsafeBufferPointer { all in
            let path = { (start: Int) in RawPath(start: all.baseAddress! + start, count: all.length(at: start)) }
            starts.sort { compare(path($0), path($1)) < 0 }
            var sorted = PathList()
            sorted.bytes.reserveCapacity(bytes.count)
            for (index, start) in starts.enumerated() {
                let path = path(start)
                if index > 0, sorted.endsWith(path) { continue }
                sorted.append(path)
            }
            return sorted
        }
    }

    /// Whether the last path is this one.
    private func endsWith(_ path: RawPath) -> Bool {
        let start = bytes.count - path.count - 1
        guard start >= 0, start == 0 || bytes[start - 1] == 0 else { return false }
        return bytes[start...].dropLast().elementsEqual(path)
    }
}

/// A path inside a `PathList`, without its NUL, which stands right behind it.
typealias RawPath = UnsafeBufferPointer<UInt8>

extension PathList {
    init(_ paths: [OutputPath], unique: Bool = false) {
        bytes.reserveCapacity(paths.reduce(0) { $0 + $1.terminated.count })
        for (index, path) in paths.enumerated() where !unique || index == 0 || paths[index - 1] != path {
            bytes.append(contentsOf: path.terminated)
        }
    }

    mutating func reserve(_ byteCount: Int) {
        bytes.reserveCapacity(byteCount)
    }

    mutating func append(_ path: OutputPath) {
        bytes.append(contentsOf: path.terminated)
    }

    mutating func append(_ path: RawPath) {
        bytes.append(contentsOf: path)
        bytes.append(0)
    }

    func forEach(_ body: (RawPath) -> Void) { forEachStart { body($1) } }

    private func forEachStart(_ body: (Int, RawPath) -> Void) {
        bytes.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return }
            var at = 0
            while at < all.count {
                let length = all.length(at: at)
                body(at, RawPath(start: base + at, count: length))
                at += length + 1
            }
        }
    }

    /// All folders that hold one of the paths, at any depth, the root among them; sorted.
    ///
    /// - Precondition: the paths are sorted.
    var folders: PathList {
        var folders = PathList()
        folders.append("")
        var last: RawPath?
        forEach { path in
            let folder = RawPath(rebasing: path[..<path.parentLength])
            // What both lie in came with the last one, since all that lies in a folder stands together.
            var shared = 0
            if let last {
                let common = zip(last, folder).prefix { $0 == $1 }.count
                if common == folder.count, common == last.count || last[common] == 0x2F { return }
                shared = common == last.count && folder[common] == 0x2F ? common : folder[..<common].lastIndex(of: 0x2F) ?? 0
            }
            for end in folder.indices.dropFirst(shared + 1) where folder[end] == 0x2F { folders.append(RawPath(rebasing: folder[..<end])) }
            if !folder.isEmpty { folders.append(folder) }
            last = folder
        }
        return folders.sorted()
    }

    var paths: [OutputPath] {
        var paths: [OutputPath] = []
        forEach { paths.append(OutputPath($0)) }
        return paths
    }

    private var isSorted: Bool {
        var last: RawPath?
        var sorted = true
        forEach { path in
            if let last, compare(last, path) >= 0 { sorted = false }
            last = path
        }
        return sorted
    }

    /// Walks two sorted lists side by side and tells what only one of them has.
    static func difference(_ old: PathList, _ new: PathList, onlyOld: (RawPath) -> Void, onlyNew: (RawPath) -> Void) {
        old.bytes.withUnsafeBufferPointer { olds in
            new.bytes.withUnsafeBufferPointer { news in
                var a = RawPath(first: olds, 0), b = RawPath(first: news, 0)
                while a != nil || b != nil {
                    let order: Int32 = if let a, let b { compare(a, b) } else { a == nil ? 1 : -1 }
                    if order < 0 { onlyOld(a!) }
                    if order > 0 { onlyNew(b!) }
                    if order <= 0 { a = a!.next(in: olds) }
                    if order >= 0 { b = b!.next(in: news) }
                }
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func length(at start: Int) -> Int { strlen(UnsafeRawPointer(baseAddress! + start).assumingMemoryBound(to: CChar.self)) }
}

/// The order of bytes.
func compare(_ a: RawPath, _ b: RawPath) -> Int32 {
    let shared = memcmp(a.baseAddress!, b.baseAddress!, min(a.count, b.count))
    return shared != 0 ? shared : Int32(clamping: a.count - b.count)
}

extension RawPath {
    var cString: UnsafePointer<CChar> { UnsafeRawPointer(baseAddress!).assumingMemoryBound(to: CChar.self) }

    /// How many of its bytes name the folder that it stands in: 0 for one at the top.
    var parentLength: Int {
        var length = count
        while length > 0 {
            length -= 1
            if self[length] == 0x2F { return length }
        }
        return 0
    }

    fileprivate init?(first all: UnsafeBufferPointer<UInt8>, _ offset: Int) {
        guard offset < all.count else { return nil }
        let start = all.baseAddress! + offset
        self.init(start: start, count: strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)))
    }

    fileprivate func next(in all: UnsafeBufferPointer<UInt8>) -> RawPath? {
        RawPath(first: all, baseAddress! - all.baseAddress! + count + 1)
    }
}
