import LecternContent
import LecternCore
import LecternCrypto

/// A unit on its way through a build: known from the last one, or to be built.
struct UnitState {
    let sources: UnitSources
    /// What the manifest will say of it; nil until it is known or built.
    var entry: SourceManifest.Unit?
    var isBuilt = false

    var isKnown: Bool { entry != nil }

    /// Compares the unit's files with what the last build saw.
    ///
    /// - Parameters:
    ///   - root: the site's folder.
    ///   - now: nanoseconds of the clock that stamps files, when the files were listed.
    init(_ sources: UnitSources, last: SourceManifest.Unit?, root: String, publishingAt moment: Moment, now: Int64) {
        self.sources = sources
        guard var last, last.validity.contains(moment) else { return }
        if sources.listing == last.listing, !last.isRacy {
            entry = last
            return
        }
        let digests = last.digests.byPath()
        let old = Dictionary(last.listing.files.map { ($0.path, $0) }) { $1 }
        let files = sources.files
        guard old.count == files.count else { return }
        for file in files {
            guard let before = old[file.path] else { return }
            if before == file, !last.isRacy { continue }
            guard let digest = digests[file.path] else {
                if before == file { continue }
                return
            }
            guard file.size == before.size,
                let bytes = try? readFile(root + "/" + file.path, shownAs: file.path, limitBytes: fileDigestLimitBytes), Digest(bytes) == digest
            else { return }
        }
        last.listing = sources.listing
        last.isRacy = sources.isRacy(now: now)
        entry = last
    }

    mutating func take(_ result: UnitResult, facts: FactKeys, now: Int64) {
        entry = SourceManifest.Unit(
            listing: sources.listing, digests: result.digests, factsKey: facts.all, summaryKey: facts.summary, searchKey: facts.search,
            validity: facts.validity, linksOut: facts.linksOut, hasProblems: facts.hasProblems, isRacy: sources.isRacy(now: now))
        isBuilt = true
    }
}

/// Digests of a unit's facts and of what it gives to the search index, and the few facts that the manifest repeats.
struct FactKeys {
    var all: Digest
    var summary: Digest
    var search: Digest
    var validity: Validity
    var linksOut: Bool
    var hasProblems: Bool

    init(_ result: UnitResult) throws(BinaryReader.Damaged) {
        all = Digest(result.facts)
        search = Digest(result.search)
        var reader = BinaryReader(result.facts)
        summary = Digest(try reader.blob())
        let known = try UnitFacts(result.facts, [.links, .problems])
        validity = known.validity
        linksOut = !known.outsideLinks.isEmpty
        hasProblems = !known.problems.isEmpty
    }
}
