import Glibc
import LecternContent
import LecternCore
import LecternCrypto

/// The output folder and what is remembered of the last build, from the moment that a build begins to its end.
///
/// What the sources were stands in a file of its own, whose digest is the output's mark: so the memory and the output
/// are of one build, or the memory is not used. A class, since it holds the output's lock.
final class OutputStore {
    let output: OutputFolder
    private let checkOnly: Bool
    private var transaction: OutputTransaction?
    private var facts: FactsStore
    private var results: [String: UnitResult] = [:]
    /// What units wrote that were then built once more, having seen other courses than there are.
    private var superseded = PathList()
    private var lostUnits: Set<String> = []
    private let isTrusted: Bool
    private(set) var isIntact = false
    /// Whether something that is remembered could not be read.
    var isDamaged = false
    private let remembered: SourceManifest?
    private(set) var staging: StagingFolders?

    /// Tells whether an output that is taken for intact is; nil when it was looked at already.
    var look: OutputLook? { transaction?.state.look }

    /// - Parameters:
    ///   - output: as typed; nil: where the site says.
    ///   - looksLater: takes an output for intact until `look` tells.
    /// - Throws: when another build runs, or the place cannot be written.
    init(folder: SiteFolder, output: String?, checkOnly: Bool, looksLater: Bool) throws(Problem) {
        self.checkOnly = checkOnly
        self.output = try OutputFolder(
            output ?? folder.output, site: folder.onlyCourse.map { folder.root + "/" + $0 } ?? folder.root, shown: output ?? "output")
        if checkOnly {
            facts = FactsStore(folder: nil)
            (isTrusted, remembered) = (false, nil)
            return
        }
        let opened = try OutputTransaction.open(self.output, looksLater: looksLater) { _ in }
        try makeFolder(self.output.state + "/facts")
        facts = FactsStore(folder: self.output.state + "/facts")
        isTrusted = opened.state.isTrusted
        isIntact = opened.state.condition == .intact
        for path in opened.state.lost.paths {
            for unit in opened.state.known.units where unit.paths.paths.contains(path) { lostUnits.insert(unit.name) }
        }
        remembered = Self.remembered(self.output.state, mark: opened.state.mark)
        transaction = consume opened
    }

    private static let sources = "/sources"

    private static func remembered(_ state: String, mark: [UInt8]) -> SourceManifest? {
        guard !mark.isEmpty else { return nil }
        // The second name is what a build leaves that was killed between the swap and its last step.
        for name in [sources, sources + ".next"] {
            if let bytes = try? readFile(state + name, shownAs: name, limitBytes: Frame.limitBytes), Digest(bytes).bytes == mark {
                return SourceManifest(bytes)
            }
        }
        return nil
    }

    /// What the last build was made of, if it was made under the same rules and its output is still there.
    func manifest(rules: Digest) -> SourceManifest {
        guard let remembered, remembered.rules == rules, isTrusted else { return SourceManifest(rules: rules) }
        return remembered
    }

    func isLost(_ unit: String) -> Bool { lostUnits.contains(unit) }

    func holds(_ unit: String, _ entry: SourceManifest.Unit) -> Bool { facts.holds(unit, facts: entry.factsKey, search: entry.searchKey) }

    func facts(_ state: UnitState, _ parts: UnitFacts.Parts) -> UnitFacts? {
        guard let entry = state.entry else { return nil }
        let found = facts.facts(state.sources.name, entry.factsKey, parts)
        if found == nil { isDamaged = true }
        return found
    }

    /// What a unit gives to the search index; of a build before this one as long as it is kept.
    func search(_ unit: String, _ entry: SourceManifest.Unit?) -> SearchSource {
        entry.map { facts.search(unit, $0.searchKey) } ?? .nothing
    }

    /// The bytes of a file of the site that is public now.
    func liveFile(_ path: String) -> [UInt8]? {
        guard !checkOnly, isTrusted else { return nil }
        return try? readFile(output.path + "/" + path, shownAs: path, limitBytes: 64 << 20)
    }

    /// Where lists may grow that are too long for memory; nil: nothing is written.
    var scratch: String? { checkOnly ? nil : output.state }

    // MARK: Writing

    /// - Parameter isFull: nothing is known, so every file is about to be written.
    func begin(isFull: Bool) throws(Problem) {
        if checkOnly { return }
        staging = try transaction?.prepare(forFullBuild: isFull)
    }

    /// - Parameter keys: nil: nothing is remembered of the unit but its files.
    func keep(_ result: UnitResult, _ keys: FactKeys?) throws(Problem) {
        if let keys { try facts.keep(result, keys) }
        // Facts are on the disk now, digests with the unit's state: memory follows the largest course, not the site.
        var result = result
        result.facts = []
        result.search = []
        result.digests = FileDigests(bytes: [])
        if let before = results.updateValue(result, forKey: result.unit) { superseded.append(before.changed) }
    }

    /// Whether a unit of this build, or a kept one, makes a file of this path.
    ///
    /// - Parameter units: those that the site has now; what others made goes with this build.
    func makes(_ path: String, among units: Set<String>) -> Bool {
        let wanted = OutputPath(path)
        if results.values.contains(where: { $0.made.paths.contains(wanted) }) { return true }
        guard let known = transaction?.state.known else { return false }
        return known.units.contains { units.contains($0.name) && results[$0.name] == nil && $0.paths.paths.contains(wanted) }
    }

    /// Gives up before anything is known of the output, and lets another build begin.
    func discard() {
        if let transaction = transaction.take() { transaction.abort() }
    }

    /// For `check`, which makes everything and commits nothing: what `commit` would refuse.
    func clashes() -> [Problem] {
        var makers: Set<OutputPath> = []
        var twice: Set<OutputPath> = []
        for result in results.values {
            for path in result.made.paths where !makers.insert(path).inserted { twice.insert(path) }
        }
        return CommitPlan.problems(madeTwice: twice.sorted(), output)
    }

    /// The old output stays.
    func abort() {
        guard let transaction = transaction.take() else { return }
        var changed = superseded
        for result in results.values { changed.append(result.changed) }
        transaction.abort(changed: changed.sorted())
    }

    /// - Parameter manifest: its courses, "pages" and "static" are the site's units; "search" goes with them.
    func commit(_ manifest: consuming SourceManifest) throws(OutputError) -> (written: Int, removed: Int) {
        guard let transaction = transaction.take() else { return (0, 0) }
        let names = manifest.units.keys.sorted() + ["search"]
        let keys = manifest.units.flatMap { [($0.key, $0.value.factsKey), ($0.key, $0.value.searchKey)] }
        let next = output.state + Self.sources + ".next"
        let mark: Digest
        do throws(Problem) { mark = try Self.write(consume manifest, to: next) } catch { throw OutputError([error]) }
        let units = names.map { name in
            results[name].map { OutputUnit(name, made: $0.made, changed: $0.changed) } ?? .kept(name)
        }
        let summary = try transaction.commit(units, mark: mark.bytes, superseded: superseded)
        // When this fails, the next build finds the file under its first name.
        rename(next, output.state + Self.sources)
        facts.removeOthers(than: keys)
        return (summary.changed, summary.removed)
    }

    /// Returns with nothing of the manifest left in memory.
    private static func write(_ manifest: consuming SourceManifest, to path: String) throws(Problem) -> Digest {
        let bytes = manifest.encoded()
        try writeFile(path, bytes)
        return Digest(bytes)
    }
}

/// The coarse clock that the kernel stamps files with.
func fileClockNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
