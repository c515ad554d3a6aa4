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
    /// Shards are put together as many at a time as fit in here, so that memory does not grow with the site.
    private static let groupBytes = 8 << 20

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
    /// - Throws: when the disk refuses, or what is kept of a unit is damaged.
    func write(language: String, in unit: UnitBuilder, live: (String) -> [UInt8]?) throws(Problem) {
        let folder = "search/\(language)/"
        let shards = shards()
        let index = indexFile(shards)
        // With the same units, the same documents and the same shards, a file differs only where a unit's part does.
        let changed = live(folder + "index.json") == index ? try changedBuckets() : nil
        var group: [Shard] = []
        for shard in shards {
            if let changed, !changed.contains(where: shard.keys.contains) {
                try unit.keep(folder + shard.file, for: "search")
                continue
            }
            if group.reduce(shard.bytes, { $0 + $1.bytes }) > Self.groupBytes {
                try write(group, folder: folder, in: unit)
                group = []
            }
            group.append(shard)
        }
        try write(group, folder: folder, in: unit)
        for (number, part) in parts.enumerated() {
            try writeDocuments(part.part, number, isSame: changed == nil ? false : isSame(part), folder: folder, in: unit)
        }
        try unit.put(folder + "index.json", index, for: "search")
    }

    private func isSame(_ part: (part: SearchPart, before: Before)) throws(Problem) -> Bool {
        switch part.before {
        case .same: true
        case .other(let before): try undamaged { () throws(BinaryReader.Damaged) in try before.hasSameDocuments(as: part.part) }
        case .none: false
        }
    }

    /// nil when some unit is new to the index.
    private func changedBuckets() throws(Problem) -> Set<Int>? {
        var changed: Set<Int> = []
        for (part, before) in parts {
            switch before {
            case .same: break
            case .other(let before):
                changed.formUnion(try undamaged { () throws(BinaryReader.Damaged) in try part.bucketsThatDiffer(from: before) })
            case .none: return nil
            }
        }
        return changed
    }

    private func write(_ group: [Shard], folder: String, in unit: UnitBuilder) throws(Problem) {
        if group.isEmpty { return }
        let files = try undamaged { () throws(BinaryReader.Damaged) in try bytes(of: group) }
        for (shard, bytes) in zip(group, files) { try unit.put(folder + shard.file, bytes, for: "search") }
    }

    /// - Parameter group: in the order of their keys.
    private func bytes(of group: [Shard]) throws(BinaryReader.Damaged) -> [[UInt8]] {
        var files = group.map { shard -> [UInt8] in
            var file: [UInt8] = []
            file.reserveCapacity(shard.bytes + parts.count * 4)
            return file
        }
        for (number, (part, _)) in parts.enumerated() {
            let ranges = group.map { part.lines($0.keys) }
            let all = ranges[0].lowerBound..<ranges[ranges.count - 1].upperBound
            let wanted = ranges.reduce(0) { $0 + $1.count }
            if wanted == 0 { continue }
            let reader = try part.reader()
            // What lies between is read along where it is little.
            let together = wanted * 2 > all.count ? try reader.read(all) : nil
            for (index, range) in ranges.enumerated() where !range.isEmpty {
                files[index].append(UInt8(ascii: "@"))
                appendBase36(number, to: &files[index])
                files[index].append(0x0A)
                if let together {
                    files[index] += together[(range.lowerBound - all.lowerBound)..<(range.upperBound - all.lowerBound)]
                } else {
                    files[index] += try reader.read(range)
                }
            }
        }
        return files
    }

    private func writeDocuments(_ part: SearchPart, _ number: Int, isSame: Bool, folder: String, in unit: UnitBuilder) throws(Problem) {
        let starts = stride(from: 0, to: part.documentCount, by: Self.chunkDocuments)
        if isSame {
            for (chunk, _) in starts.enumerated() { try unit.keep(folder + "\(number)-\(chunk).json", for: "search") }
            return
        }
        let documents = try undamaged { () throws(BinaryReader.Damaged) in try part.documents() }
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
        /// From its first bucket to its last.
        var keys: ClosedRange<Int>
        /// Of all units' lines.
        var bytes: Int

        var file: String { (name.isEmpty ? "all" : name) + ".txt" }
    }

    /// All in one, or a shard a letter, or one a bucket.
    private func shards() -> [Shard] {
        let buckets = buckets()
        if let all = Self.joined(buckets[...], name: "") { return [all] }
        var shards: [Shard] = []
        var rest = buckets[...]
        while let first = rest.first {
            let letter = first.keys.lowerBound >> 16
            let same = rest.prefix { $0.keys.lowerBound >> 16 == letter }
            if let shard = Self.joined(same, name: SearchPart.name(letter << 16)) { shards.append(shard) } else { shards += same }
            rest = rest.dropFirst(same.count)
        }
        return shards
    }

    /// A shard for each bucket. Units have nearly the same ones, in the same order.
    private func buckets() -> [Shard] {
        var keys: [Int] = []
        var sizes: [Int] = []
        for (part, _) in parts {
            var at = 0
            part.forEachBucket { key, bytes in
                while at < keys.count, keys[at] < key { at += 1 }
                if at < keys.count, keys[at] == key {
                    sizes[at] += bytes
                } else {
                    keys.insert(key, at: at)
                    sizes.insert(bytes, at: at)
                }
            }
        }
        return zip(keys, sizes).map { Shard(name: SearchPart.name($0), keys: $0...$0, bytes: $1) }
    }

    /// nil when there is nothing to join, or it would grow large.
    private static func joined(_ shards: ArraySlice<Shard>, name: String) -> Shard? {
        let bytes = shards.reduce(0) { $0 + $1.bytes }
        guard let first = shards.first, let last = shards.last, bytes <= shardBytes else { return nil }
        return Shard(name: name, keys: first.keys.lowerBound...last.keys.upperBound, bytes: bytes)
    }
}

private func undamaged<Value>(_ read: () throws(BinaryReader.Damaged) -> Value) throws(Problem) -> Value {
    do throws(BinaryReader.Damaged) { return try read() } catch {
        throw searchIsDamaged
    }
}

/// What is kept of a unit for the index ends too early, or is not there any more. A build begins again from nothing, so
/// a creator reads this only when that did not help.
let searchIsDamaged = Problem(
    .error, "what was written beside the output to make the search index of cannot be read", file: "",
    help: ["see that the disk has room and is sound, then build again"])

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
///   - units: for each what it gives to the index now, and what it gave when the live one was made: the same, something
///     else, or nothing.
///   - live: the bytes of a file of the live site.
func writeSearch(
    _ units: [(now: SearchSource, isSame: Bool, before: SearchSource)], in unit: UnitBuilder, live: (String) -> [UInt8]?
) throws(Problem) {
    var indexes: [String: SearchIndex] = [:]
    for (now, isSame, before) in units {
        let (parts, old) = try undamaged { () throws(BinaryReader.Damaged) in (try SearchPart.parts(now), try SearchPart.parts(before)) }
        for part in parts {
            let other = old.first { $0.language == part.language }
            indexes[part.language, default: SearchIndex()].add(part, before: isSame ? .same : other.map { .other($0) } ?? .none)
        }
    }
    for (language, index) in indexes.sorted(by: { $0.key < $1.key }) { try index.write(language: language, in: unit, live: live) }
}
