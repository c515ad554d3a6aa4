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
    private var parts: [SearchPart] = []

    mutating func add(_ part: SearchPart) { parts.append(part) }

    func files(language: String, root: String) -> [(path: String, bytes: [UInt8])] {
        let folder = "search/\(language)/"
        var files: [(path: String, bytes: [UInt8])] = []
        let shards = shards()
        for (name, keys) in shards {
            var bytes: [UInt8] = []
            for (unit, part) in parts.enumerated() {
                let lines = keys.compactMap { part.buckets[$0] }
                if lines.isEmpty { continue }
                bytes.append(UInt8(ascii: "@"))
                appendBase36(unit, to: &bytes)
                bytes.append(0x0A)
                for line in lines { bytes += line }
            }
            files.append((folder + (name.isEmpty ? "all" : name) + ".txt", bytes))
        }
        for (unit, part) in parts.enumerated() {
            for (chunk, start) in stride(from: 0, to: part.documents.count, by: Self.chunkDocuments).enumerated() {
                let documents = part.documents[start..<min(start + Self.chunkDocuments, part.documents.count)]
                var bytes: [UInt8] = []
                JSON.list(
                    documents.map {
                        .list([.text($0.title), .text(root + percentEncoded($0.path)), .text($0.course), .text($0.description)])
                    }
                ).write(to: &bytes)
                files.append((folder + "\(unit)-\(chunk).json", bytes))
            }
        }
        var index: [UInt8] = []
        JSON.object([
            ("version", 1), ("documents", .number(parts.reduce(0) { $0 + $1.documents.count })),
            ("units", .list(parts.map { .number($0.documents.count) })), ("shards", .list(shards.map { .text($0.name) })),
        ]).write(to: &index)
        files.append((folder + "index.json", index))
        return files
    }

    /// Shards by name, with the buckets that each holds: all in one, or a shard a letter, or one a bucket.
    private func shards() -> [(name: String, keys: [[UInt8]])] {
        var sizes: [[UInt8]: Int] = [:]
        for part in parts { for (key, lines) in part.buckets { sizes[key, default: 0] += lines.count } }
        let keys = sizes.keys.sorted { $0.lexicographicallyPrecedes($1) }
        if sizes.values.reduce(0, +) <= Self.shardBytes { return keys.isEmpty ? [] : [("", keys)] }
        var shards: [(name: String, keys: [[UInt8]])] = []
        for (first, keys) in Dictionary(grouping: keys, by: { $0[0] }).sorted(by: { $0.key < $1.key }) {
            if keys.reduce(0, { $0 + sizes[$1]! }) <= Self.shardBytes {
                shards.append((String(decoding: [first], as: UTF8.self), keys.sorted { $0.lexicographicallyPrecedes($1) }))
            } else {
                for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) { shards.append((String(decoding: key, as: UTF8.self), [key])) }
            }
        }
        return shards
    }
}

extension UnitBuilder {
    /// Takes a page into the search index: only what anybody may read.
    func addToSearch(
        title: String, path: String, language: String, course: String, headings: [MarkdownPage.Heading], text: [UInt8], description: String
    ) {
        search[language, default: SearchUnit()].add(
            .init(title: title, path: path, course: course, description: description), headings: headings.map(\.title), text: text)
    }
}

/// Puts the index of every language that has anything to find.
func writeSearch(_ units: [() -> [UInt8]], in unit: UnitBuilder) throws(Problem) {
    var indexes: [String: SearchIndex] = [:]
    for read in units {
        for part in (try? SearchPart.parts(read())) ?? [] { indexes[part.language, default: SearchIndex()].add(part) }
    }
    for (language, index) in indexes.sorted(by: { $0.key < $1.key }) {
        for (path, bytes) in index.files(language: language, root: unit.context.address.root) { try unit.put(path, bytes, for: "search") }
    }
}
