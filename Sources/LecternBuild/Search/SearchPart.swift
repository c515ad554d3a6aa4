import Glibc

/// What a unit gives to the search index, where it is kept: of a large site only what is asked for is read.
enum SearchSource: Sendable {
    case memory([UInt8])
    case file(String)

    static let nothing = SearchSource.memory([])
}

extension SearchUnit {
    /// All languages of a unit as bytes: first how long everything is (behind the length of this head itself), then for each
    /// language its documents and its buckets' lines. Empty for a unit that has nothing to find.
    static func encoded(_ units: [String: SearchUnit]) -> [UInt8] {
        if units.isEmpty { return [] }
        var head = BinaryWriter()
        var body: [UInt8] = []
        head.write(units.sorted { $0.key < $1.key }) { head, entry in
            var documents = BinaryWriter()
            documents.write(entry.value.documents) { out, document in
                for text in [document.title, document.path, document.course, document.description] { out.write(text) }
            }
            let buckets = entry.value.buckets()
            head.write(entry.key)
            head.write(entry.value.documents.count)
            head.write(documents.bytes.count)
            head.write(buckets) { head, bucket in
                head.write(SearchPart.packed(bucket.key))
                head.write(bucket.lines.count)
            }
            body += documents.bytes
            for bucket in buckets { body += bucket.lines }
        }
        var out = BinaryWriter()
        out.write(head.bytes)
        return out.bytes + body
    }
}

/// One language of a unit's part: how long its buckets are, and where to read them.
struct SearchPart {
    let language: String
    let documentCount: Int
    /// The packed keys of its buckets, rising, and where each bucket's lines end among the lines.
    private let keys: [Int32]
    private let ends: [Int32]
    private let documentBytes: Range<Int>
    private let source: SearchSource

    /// Reads the heads of all languages of a unit.
    static func parts(_ source: SearchSource) throws(BinaryReader.Damaged) -> [SearchPart] {
        if case .memory(let bytes) = source, bytes.isEmpty { return [] }
        let file = try SearchReader(source)
        // More than most heads take.
        var bytes = try file.read(0..<(16 << 10), isWhole: false)
        var reader = BinaryReader(bytes)
        let length = try reader.int()
        var start = reader.offset + length
        guard length >= 0, length < Int(Int32.max) else { throw BinaryReader.Damaged() }
        if start > bytes.count {
            bytes = try file.read(0..<start)
            reader = BinaryReader(bytes)
            _ = try reader.int()
        }
        return try reader.list { reader throws(BinaryReader.Damaged) in
            let language = try reader.string()
            let count = try reader.int()
            let documents = start..<(start + max(try reader.int(), 0))
            var keys: [Int32] = []
            var ends: [Int32] = []
            let buckets = try reader.int()
            guard count >= 0, buckets >= 0, buckets <= bytes.count else { throw BinaryReader.Damaged() }
            keys.reserveCapacity(buckets)
            ends.reserveCapacity(buckets)
            for _ in 0..<buckets {
                let (key, size) = (try reader.int(), try reader.int())
                let end = Int(ends.last ?? 0) + size
                guard key > keys.last.map(Int.init) ?? -1, key < 1 << 24, size >= 0, end < Int(Int32.max) else { throw BinaryReader.Damaged() }
                keys.append(Int32(key))
                ends.append(Int32(end))
            }
            start = documents.upperBound + Int(ends.last ?? 0)
            return SearchPart(language: language, documentCount: count, keys: keys, ends: ends, documentBytes: documents, source: source)
        }
    }

    /// Each bucket's key and how many bytes it has.
    func forEachBucket(_ body: (_ key: Int, _ bytes: Int) -> Void) {
        for index in keys.indices { body(Int(keys[index]), Int(ends[index]) - start(index)) }
    }

    /// Where the lines of some buckets, which follow each other, stand in the source; empty when it has none of them.
    func lines(_ wanted: ClosedRange<Int>) -> Range<Int> {
        let (first, last) = (firstIndex(from: wanted.lowerBound), firstIndex(from: wanted.upperBound + 1))
        return (documentBytes.upperBound + start(first))..<(documentBytes.upperBound + start(last))
    }

    func reader() throws(BinaryReader.Damaged) -> SearchReader { try SearchReader(source) }

    func documents() throws(BinaryReader.Damaged) -> [SearchUnit.Document] {
        var reader = BinaryReader(try reader().read(documentBytes))
        return try reader.list { reader throws(BinaryReader.Damaged) in
            SearchUnit.Document(
                title: try reader.string(), path: try reader.string(), course: try reader.string(), description: try reader.string())
        }
    }

    func hasSameDocuments(as other: SearchPart) throws(BinaryReader.Damaged) -> Bool {
        try reader().read(documentBytes) == other.reader().read(other.documentBytes)
    }

    /// Buckets whose lines are not those of another part.
    func bucketsThatDiffer(from other: SearchPart) throws(BinaryReader.Damaged) -> Set<Int> {
        let (mine, others) = (try allLines(), try other.allLines())
        return Set((keys + other.keys).map(Int.init)).filter { mine[slice($0)] != others[other.slice($0)] }
    }

    private func allLines() throws(BinaryReader.Damaged) -> [UInt8] {
        try reader().read(documentBytes.upperBound..<(documentBytes.upperBound + Int(ends.last ?? 0)))
    }

    private func slice(_ key: Int) -> Range<Int> { start(firstIndex(from: key))..<start(firstIndex(from: key + 1)) }

    private func start(_ index: Int) -> Int { index == 0 ? 0 : Int(ends[index - 1]) }

    /// Of the first bucket whose key is not below this.
    private func firstIndex(from key: Int) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(keys[middle]) < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A bucket's key of two or three bytes as a number that sorts like it.
    static func packed(_ key: [UInt8]) -> Int {
        var packed = 0
        for index in 0..<3 { packed = packed << 8 | (index < key.count ? Int(key[index]) : 0) }
        return packed
    }

    static func name(_ packed: Int) -> String {
        let bytes: [UInt8] = [16, 8, 0].map { UInt8(truncatingIfNeeded: packed >> $0) }
        return String(decoding: bytes.filter { $0 > 0 }, as: UTF8.self)
    }
}

/// A source that is being read.
struct SearchReader: ~Copyable {
    private let bytes: [UInt8]
    private let descriptor: Int32

    init(_ source: SearchSource) throws(BinaryReader.Damaged) {
        switch source {
        case .memory(let all): (bytes, descriptor) = (all, -1)
        case .file(let path):
            bytes = []
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw BinaryReader.Damaged() }
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// - Parameter isWhole: false when there may be fewer bytes.
    func read(_ range: Range<Int>, isWhole: Bool = true) throws(BinaryReader.Damaged) -> [UInt8] {
        let found: [UInt8]
        if descriptor < 0 {
            found = Array(bytes[min(range.lowerBound, bytes.count)..<min(range.upperBound, bytes.count)])
        } else {
            found = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
                while filled < range.count {
                    let count = pread(descriptor, buffer.baseAddress! + filled, range.count - filled, off_t(range.lowerBound + filled))
                    if count < 0, errno == EINTR { continue }
                    if count <= 0 { break }
                    filled += count
                }
            }
        }
        if isWhole, found.count < range.count { throw BinaryReader.Damaged() }
        return found
    }
}
