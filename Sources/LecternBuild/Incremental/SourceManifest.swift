import LecternContent
import LecternCore
import LecternCrypto

/// What the last build was made of: for each unit the files that it read, and under which rules.
///
/// Written after the output is in its place, so that it never promises what the output does not hold. A file whose
/// times differ is compared by its bytes: a fresh clone or a clock that jumped rebuilds nothing. Files that changed
/// while they were read, or in the instant before, are never known by their times alone.
struct SourceManifest {
    /// Program, theme, layouts, settings, options: when this differs, everything is made anew.
    var rules: Digest
    /// Courses by the name of their unit; "pages" and "static" among them.
    var units: [String: Unit] = [:]

    struct Unit {
        /// The unit's files as the disk described them.
        var listing: FileListing
        /// Digest by path, encoded, since they are wanted only for a unit whose listing differs. A file that is too large
        /// to read twice is known by its times alone and has none.
        var digests: FileDigests
        /// The digest of its facts, which is in the name of their file.
        var factsKey: Digest
        /// The digest of what pages about many courses show of it.
        var summaryKey: Digest
        /// The digest of what the search index knows of it.
        var searchKey: Digest
        /// The times at which the same files give the same pages.
        var validity: Validity
        /// Whether its facts hold links out of the unit, and problems: most have neither, and need not be read for them.
        var linksOut: Bool
        var hasProblems: Bool
        /// Files that changed so shortly before the listing that a later change could leave the same times.
        var isRacy: Bool
    }

    private static let version = 5

    init(rules: Digest) { self.rules = rules }

    func encoded() -> [UInt8] {
        var out = BinaryWriter(capacity: units.values.reduce(100) { $0 + $1.listing.bytes.count + $1.digests.bytes.count + 400 })
        out.write(Self.version)
        out.write(rules.bytes)
        out.write(units.sorted { $0.key < $1.key }) { out, entry in
            out.write(entry.key)
            out.write(entry.value.listing.bytes)
            for digest in [entry.value.factsKey, entry.value.summaryKey, entry.value.searchKey] { out.write(digest.bytes) }
            out.write(Int(entry.value.validity.from.seconds))
            out.write(Int(entry.value.validity.until.seconds))
            for flag in [entry.value.linksOut, entry.value.hasProblems, entry.value.isRacy] { out.write(flag) }
            out.write(entry.value.digests.bytes)
        }
        return out.bytes
    }

    /// - Returns: nil for bytes that are no manifest of this version: then nothing is known and everything is built.
    init?(_ bytes: [UInt8]) {
        do throws(BinaryReader.Damaged) {
            var reader = BinaryReader(bytes)
            guard try reader.int() == Self.version, let rules = Digest(bytes: try reader.blob()) else { return nil }
            self.rules = rules
            let entries = try reader.list { reader throws(BinaryReader.Damaged) -> (String, Unit) in
                let name = try reader.string()
                let listing = FileListing(bytes: try reader.blob())
                let (facts, summary, search) = (try reader.digest(), try reader.digest(), try reader.digest())
                let validity = Validity(from: Moment(seconds: Int64(try reader.int())), until: Moment(seconds: Int64(try reader.int())))
                let (linksOut, hasProblems, isRacy) = (try reader.bool(), try reader.bool(), try reader.bool())
                let digests = FileDigests(bytes: try reader.blob())
                let unit = Unit(
                    listing: listing, digests: digests, factsKey: facts, summaryKey: summary, searchKey: search, validity: validity,
                    linksOut: linksOut, hasProblems: hasProblems, isRacy: isRacy)
                return (name, unit)
            }
            units = Dictionary(entries) { $1 }
        } catch { return nil }
    }
}

extension BinaryReader {
    fileprivate mutating func digest() throws(Damaged) -> Digest {
        guard let digest = Digest(bytes: try blob()) else { throw Damaged() }
        return digest
    }
}

/// Digests of a unit's files, as bytes until they are asked for.
struct FileDigests: Sendable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(_ digests: [String: Digest]) {
        var out = BinaryWriter()
        out.write(digests.sorted { $0.key < $1.key }) { out, entry in
            out.write(entry.key)
            out.write(entry.value.bytes)
        }
        bytes = out.bytes
    }

    /// Empty for bytes that are damaged: the unit is then built anew.
    func byPath() -> [String: Digest] {
        var reader = BinaryReader(bytes)
        let pairs = try? reader.list { reader throws(BinaryReader.Damaged) -> (String, Digest) in
            let path = try reader.string()
            guard let digest = Digest(bytes: try reader.blob()) else { throw BinaryReader.Damaged() }
            return (path, digest)
        }
        return Dictionary(pairs ?? []) { $1 }
    }
}
