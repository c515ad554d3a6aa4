import LecternContent
import LecternCore
import LecternCrypto

/// One unit's work: what it needs besides the context that every unit shares.
struct UnitRequest: Sendable {
    var sources: UnitSources
    var outside: OutsideTable
    /// False on the first try: pages that link out of the unit are then made for their facts alone, since what their
    /// links lead to is known only when every unit was tried.
    var isFinal: Bool
}

/// What came of it.
struct UnitResult: Sendable {
    var unit: String
    /// `UnitFacts`, encoded.
    var facts: [UInt8]
    /// What the unit gives to the search index, encoded.
    var search: [UInt8]
    var digests: FileDigests
    /// Every file below the output folder that the unit makes.
    var made: PathList
    /// Those of them whose bytes are not the live site's.
    var changed: PathList
    /// True when the facts hold an error.
    var failed: Bool
}

/// Builds a course: reads it, renders it, puts its pages.
func work(_ request: UnitRequest, context: SiteContext, tools: BuildTools, output: UnitOutput) -> UnitResult {
    let unit = UnitBuilder(request.sources, context: context, tools: tools, outside: request.outside, sink: output.sink)
    let (course, validity, problems) = readCourse(
        root: context.folder, path: request.sources.path, files: request.sources.files, settings: context.settings,
        publishing: context.publishing)
    unit.facts.validity = validity
    unit.facts.problems += problems
    do throws(Problem) {
        if let course {
            for text in course.texts { unit.note(digest: text.digest, of: text.path) }
            try buildCourse(course, isFinal: request.isFinal, in: unit)
        }
        try output.finishWriting()
    } catch {
        output.stopWriting()
        unit.facts.problems.append(error)
    }
    return unit.result(output, sources: request.sources)
}

extension UnitBuilder {
    /// - Parameter output: where everything is written that the unit put.
    func result(_ output: UnitOutput, sources: UnitSources) -> UnitResult {
        facts.problems = Array(Set(facts.problems + tools.warnings)).sorted()
        // What a missing program left out is made as soon as the program is there: until then the unit is never known.
        if !tools.warnings.isEmpty { isIncomplete() }
        for file in sources.files where digests[file.path] == nil && file.size <= fileDigestLimitBytes {
            if let bytes = try? readFile(context.folder + "/" + file.path, shownAs: file.path, limitBytes: fileDigestLimitBytes) {
                note(digest: Digest(bytes), of: file.path)
            }
        }
        let report = output.takeReport()
        return UnitResult(
            unit: facts.unit, facts: facts.encoded(), search: SearchUnit.encoded(search), digests: FileDigests(digests),
            made: report.made.isEmpty ? PathList(made).sorted() : report.made.sorted(), changed: report.changed.sorted(),
            failed: facts.problems.contains { $0.severity == .error })
    }
}

/// Larger files are films and archives: reading them again only to know that they did not change would cost more than
/// making their course anew.
let fileDigestLimitBytes = 4 << 20

extension Course {
    /// Every text that was read.
    fileprivate var texts: [TextFile] {
        editions.flatMap { edition in
            [edition.text].compactMap(\.self) + edition.chapters.flatMap { chapter in
                [chapter.text].compactMap(\.self) + chapter.lessons.compactMap(\.text)
            }
        }
    }
}

// MARK: Between processes

extension UnitRequest {
    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        out.write(sources.name)
        out.write(sources.path)
        out.write(sources.listing.bytes)
        out.write(isFinal)
        out.write(outside.pages.sorted { $0.value.path < $1.value.path }) { out, entry in
            out.write(OutsideLink(target: entry.key, anchor: "", file: "", line: 0, written: "", seenPath: entry.value.path, seenTitle: entry.value.title))
        }
        return out.bytes
    }

    init(_ bytes: [UInt8]) throws(BinaryReader.Damaged) {
        var reader = BinaryReader(bytes)
        let (name, path) = (try reader.string(), try reader.string())
        sources = UnitSources(name: name, path: path, listing: FileListing(bytes: try reader.blob()))
        isFinal = try reader.bool()
        let links = try reader.list { reader throws(BinaryReader.Damaged) in try OutsideLink(&reader) }
        outside = OutsideTable(pages: Dictionary(links.map { ($0.target, .init(path: $0.seenPath, title: $0.seenTitle)) }) { $1 })
    }
}

extension UnitResult {
    func encoded() -> [UInt8] {
        var out = BinaryWriter()
        out.write(unit)
        out.write(facts)
        out.write(search)
        out.write(digests.bytes)
        out.write(made.bytes)
        out.write(changed.bytes)
        out.write(failed)
        return out.bytes
    }

    init(_ bytes: [UInt8]) throws(BinaryReader.Damaged) {
        var reader = BinaryReader(bytes)
        unit = try reader.string()
        facts = try reader.blob()
        search = try reader.blob()
        digests = FileDigests(bytes: try reader.blob())
        made = PathList(bytes: try reader.blob())
        changed = PathList(bytes: try reader.blob())
        // One copy in memory where all is new.
        if changed == made { changed = made }
        failed = try reader.bool()
    }
}
