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
        /// The unit's files as the disk described them, encoded: equal bytes are an unchanged unit.
        var listing: [UInt8]
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

    private static let version = 4

    init(rules: Digest) { self.rules = rules }

    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        out.write(Self.version)
        out.write(rules.bytes)
        out.write(units.sorted { $0.key < $1.key }) { out, entry in
            out.write(entry.key)
            out.write(entry.value.listing)
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
                let listing = try reader.blob()
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

/// The files of one unit, as they are now.
struct UnitSources {
    /// "courses/python-intro", "pages", "static".
    var name: String
    /// Where it lies below the site's folder: "content/courses/python-intro".
    var path: String
    var files: [SourceFile]

    /// The files' descriptions as bytes.
    func listing() -> [UInt8] {
        var out = BinaryWriter()
        out.write(files) { out, file in
            out.write(file.path)
            out.write(Int(file.size))
            out.write(Int(file.modifiedNanoseconds))
            out.write(Int(file.changedNanoseconds))
            out.write(Int(bitPattern: UInt(file.inode)))
        }
        return out.bytes
    }

    init(name: String, path: String, files: [SourceFile]) {
        self.name = name
        self.path = path
        self.files = files
    }

    /// Undoes `listing`; no files for bytes that are damaged.
    init(name: String, path: String, listing: [UInt8]) {
        var reader = BinaryReader(listing)
        let files = try? reader.list { reader throws(BinaryReader.Damaged) in
            SourceFile(
                path: try reader.string(), size: Int64(try reader.int()), modifiedNanoseconds: Int64(try reader.int()),
                changedNanoseconds: Int64(try reader.int()), inode: UInt64(UInt(bitPattern: try reader.int())))
        }
        self.init(name: name, path: path, files: files ?? [])
    }

    /// A change within this long before the listing may not show in a file's times (the kernel's clock ticks coarsely).
    private static let racyNanoseconds: Int64 = 50_000_000

    func isRacy(now: Int64) -> Bool { files.contains { $0.changedNanoseconds > now - Self.racyNanoseconds } }
}

/// Cuts the site's files into units: a course each, the free-standing pages, the files that are copied as they are.
func units(of files: [SourceFile], in folder: SiteFolder) -> [UnitSources] {
    if let course = folder.onlyCourse {
        let output = course + "/output/"
        return [UnitSources(name: "courses/" + course, path: course, files: files.filter { !$0.path.hasPrefix(output) })]
            + ["pages", "static"].map { UnitSources(name: $0, path: $0, files: []) }
    }
    var units: [UnitSources] = []
    var rest: [String: [SourceFile]] = [:]
    let courses = folder.contentFolder + "courses/"
    for file in files {
        if file.path.hasPrefix(courses), let slash = file.path.dropFirst(courses.utf8.count).firstIndex(of: "/") {
            let name = "courses/" + file.path.dropFirst(courses.utf8.count)[..<slash]
            if units.last?.name != name { units.append(UnitSources(name: name, path: folder.contentFolder + name, files: [])) }
            units[units.count - 1].files.append(file)
        } else if file.path.hasPrefix("static/") {
            rest["static", default: []].append(file)
        } else if file.path != folder.settingsFile {
            rest["pages", default: []].append(file)
        }
    }
    return units + ["pages", "static"].map { UnitSources(name: $0, path: $0, files: rest[$0] ?? []) }
}
