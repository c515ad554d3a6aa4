import LecternCore
import LecternMarkup

/// The files that the browser searches in: `search/<language>/`.
///
/// - `index.json`: how many documents, how many each unit has, and which shards there are;
/// - `<shard>.txt`: for every unit that has words in it a line `@<unit>`, then its lines (see `SearchUnit.buckets`);
/// - `<unit>-<chunk>.json`: titles, URLs, courses and descriptions of 32 documents.
///
/// A shard holds the words that begin with its name. A shard that would grow large is cut by one more letter, so a
/// question fetches a few kilobytes however large the site is. A unit's part is copied as bytes; the page adds up what
/// several units say of a word. Pagefind, the tool in the field, reads the finished pages in a process of its own: it
/// took longer than the whole build of a large site, and had to read all of it again for every edit (docs/search.md).
struct SearchIndex {
    private static let shardBytes = 24 << 10
    static let chunkDocuments = 32

    /// Parts of one language, in the order of the units.
    private var parts: [(part: SearchPart, before: Before)] = []

    /// What a unit's part was when the live index was made.
    enum Before {
        case same
        case other(SearchPart)
        case none
    }

    mutating func add(_ part: SearchPart, before: Before) { parts.append((part, before)) }

    /// - Parameter live: the bytes of a file of the live site.
    func write(language: String, in unit: UnitBuilder, live: (String) -> [UInt8]?) throws(Problem) {
        let folder = "search/\(language)/"
        let shards = shards()
        let index = indexFile(shards)
        // With the same units, the same documents and the same shards, a file differs only where a unit's part does.
        let changed = live(folder + "index.json") == index ? changedBuckets() : nil
        for shard in shards {
            let path = folder + (shard.name.isEmpty ? "all" : shard.name) + ".txt"
            if let changed, changed.isDisjoint(with: shard.keys) {
                try unit.keep(path, for: "search")
            } else {
                try unit.put(path, bytes(shard), for: "search")
            }
        }
        for (number, part) in parts.enumerated() {
            let isSame =
                switch part.before {
                case .same: changed != nil
                case .other(let before): changed != nil && before.hasSameDocuments(as: part.part)
                case .none: false
                }
            try writeDocuments(part.part, number, isSame: isSame, folder: folder, in: unit)
        }
        try unit.put(folder + "index.json", index, for: "search")
    }

    /// nil when some unit is new to the index.
    private func changedBuckets() -> Set<Int>? {
        var changed: Set<Int> = []
        for (part, before) in parts {
            switch before {
            case .same: break
            case .other(let before): changed.formUnion(part.bucketsThatDiffer(from: before))
            case .none: return nil
            }
        }
        return changed
    }

    private func bytes(_ shard: Shard) -> [UInt8] {
        var bytes: [UInt8] = []
        for (number, (part, _)) in parts.enumerated() {
            var isNamed = false
            for key in shard.keys {
                let lines = part.lines(key)
                if lines.isEmpty { continue }
                if !isNamed {
                    bytes.append(UInt8(ascii: "@"))
                    appendBase36(number, to: &bytes)
                    bytes.append(0x0A)
                    isNamed = true
                }
                bytes += lines
            }
        }
        return bytes
    }

    private func writeDocuments(_ part: SearchPart, _ number: Int, isSame: Bool, folder: String, in unit: UnitBuilder) throws(Problem) {
        let starts = stride(from: 0, to: part.documentCount, by: Self.chunkDocuments)
        guard !isSame, let documents = try? part.documents() else {
            for (chunk, _) in starts.enumerated() { try unit.keep(folder + "\(number)-\(chunk).json", for: "search") }
            return
        }
        for (chunk, start) in starts.enumerated() {
            var bytes: [UInt8] = []
            JSON.list(
                documents[start..<min(start + Self.chunkDocuments, documents.count)].map {
                    .list([.text($0.title), .text(unit.context.address.url($0.path)), .text($0.course), .text($0.description)])
                }
            ).write(to: &bytes)
            try unit.put(folder + "\(number)-\(chunk).json", bytes, for: "search")
        }
    }

    private func indexFile(_ shards: [Shard]) -> [UInt8] {
        var index: [UInt8] = []
        JSON.object([
            ("version", 1), ("documents", .number(parts.reduce(0) { $0 + $1.part.documentCount })),
            ("units", .list(parts.map { .number($0.part.documentCount) })), ("shards", .list(shards.map { .text($0.name) })),
        ]).write(to: &index)
        return index
    }

    private struct Shard {
        var name: String
        /// Buckets, in order.
        var keys: [Int]
    }

    /// All in one, or a shard a letter, or one a bucket.
    private func shards() -> [Shard] {
        var sizes: [Int: Int] = [:]
        for (part, _) in parts { for (key, range) in part.ranges { sizes[key, default: 0] += range.count } }
        let keys = sizes.keys.sorted()
        if sizes.values.reduce(0, +) <= Self.shardBytes { return keys.isEmpty ? [] : [Shard(name: "", keys: keys)] }
        var shards: [Shard] = []
        for (first, keys) in Dictionary(grouping: keys, by: { $0 >> 16 }).sorted(by: { $0.key < $1.key }) {
            if keys.reduce(0, { $0 + (sizes[$1] ?? 0) }) <= Self.shardBytes {
                shards.append(Shard(name: SearchPart.name(first << 16), keys: keys))
            } else {
                for key in keys { shards.append(Shard(name: SearchPart.name(key), keys: [key])) }
            }
        }
        return shards
    }
}

extension UnitBuilder {
    /// Takes a page into the search index: only what anybody may read.
    func addToSearch(
        title: String, path: String, language: String, course: String, headings: [MarkdownPage.Heading], text: [UInt8], description: String,
        about: [String] = []
    ) {
        search[language, default: SearchUnit()].add(
            .init(title: title, path: path, course: course, description: description), headings: headings.map(\.title) + about, text: text)
    }
}

/// Puts the index of every language that has anything to find.
///
/// - Parameters:
///   - units: for each what it gives to the index now, and what it gave when the live one was made: the same, other
///     bytes, or nothing.
///   - live: the bytes of a file of the live site.
func writeSearch(
    _ units: [(now: [UInt8], isSame: Bool, before: [UInt8])], in unit: UnitBuilder, live: (String) -> [UInt8]?
) throws(Problem) {
    var indexes: [String: SearchIndex] = [:]
    for (now, isSame, before) in units {
        let old = (try? SearchPart.parts(before)) ?? []
        for part in (try? SearchPart.parts(now)) ?? [] {
            let other = old.first { $0.language == part.language }
            indexes[part.language, default: SearchIndex()].add(part, before: isSame ? .same : other.map { .other($0) } ?? .none)
        }
    }
    for (language, index) in indexes.sorted(by: { $0.key < $1.key }) { try index.write(language: language, in: unit, live: live) }
}
