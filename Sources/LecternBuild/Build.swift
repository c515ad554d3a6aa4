import LecternContent
import LecternCore
import LecternCrypto
import LecternLayouts

/// What a build is asked for.
public struct BuildOptions: Sendable {
    /// As typed: the site's folder.
    public var site = "."
    /// As typed; nil: `output/` in the site's folder.
    public var output: String?
    public var drafts = false
    public var baseURL: String?
    /// Where the companion of a site that sells answers; nil: where site.yml says. A preview has its own.
    public var companion: String?
    public var now: Moment
    public var secret = SecretPlace.site
    /// Worker processes; 1 builds in this one.
    public var jobs = 1
    /// Films that are not cut into pieces yet are left out.
    public var skipsMedia = false
    /// A film with an error is left out, and the rest is published.
    public var keepsGoing = false
    /// Finds every problem and writes nothing.
    public var checkOnly = false

    public init(now: Moment) { self.now = now }
}

/// What a build did.
public struct BuildReport: Sendable {
    public var problems: [Problem] = []
    /// Pages of the site as it is now.
    public var pages = 0
    public var courses = 0
    /// Files written; 0 when nothing changed.
    public var written = 0
    public var removed = 0
    /// Units that were built rather than known.
    public var unitsBuilt = 0
    public var output = ""
    /// Whether the site has a companion, and so a checkout.
    public var sells = false

    public var failed: Bool { problems.contains { $0.severity == .error } }
    /// Whether there is an error that keeps the site from being published.
    public var isRefused: Bool { problems.contains { $0.severity == .error && !$0.isLeftOut } }
}

/// Builds a site: reads the folder, builds what changed, swaps the output.
///
/// Nothing is swapped when there is an error: the old output stays as it was.
/// - Parameter launch: how to start a worker process; nil builds everything in this one.
public func build(_ options: BuildOptions, launch: WorkerLaunch? = nil, progress: Progress = .quiet) -> BuildReport {
    var report = BuildReport()
    do throws(Problem) {
        let folder = try SiteFolder(options.site)
        // Somebody is seldom in the output between two builds: whether this time, is found out beside other work.
        var looksLater = options.jobs > 1
        var forgets = false
        attempts: while true {
            var build = try Build(
                folder: folder, options: options, launch: launch, progress: progress, looksLater: looksLater, forgets: forgets)
            switch try build.run() {
            case .done(let done):
                report = done
                break attempts
            case .outputWasTouched: looksLater = false
            case .memoryIsDamaged: forgets = true
            }
        }
    } catch {
        report.problems.append(error)
    }
    report.problems = Array(Set(report.problems)).sorted()
    return report
}

/// One build, step by step.
struct Build {
    enum Outcome {
        case done(BuildReport)
        /// The output was taken for intact and was not: nothing is done, and to be done once more, looking first.
        case outputWasTouched
        /// What was kept of the last build cannot be read: nothing is done, and to be done once more, from nothing.
        case memoryIsDamaged
    }

    private let folder: SiteFolder
    private let options: BuildOptions
    private let launch: WorkerLaunch?
    private let progress: Progress
    private let rules: SiteRules
    private let sourceProblems: [Problem]
    private let courses: [UnitSources]
    private let pages: UnitSources
    private let statics: UnitSources
    /// Nanoseconds of the clock that stamps files, before they were listed.
    private let listedAt: Int64
    private let store: OutputStore
    /// Whether everything is built, as if there had been no build before.
    private let forgets: Bool
    private var problems: [Problem] = []

    init(folder: SiteFolder, options: BuildOptions, launch: WorkerLaunch?, progress: Progress, looksLater: Bool, forgets: Bool) throws(Problem) {
        self.folder = folder
        self.options = options
        self.launch = launch
        self.progress = progress
        self.forgets = forgets
        listedAt = fileClockNanoseconds()
        // As many questions to the system as the site has pages: half of a build that finds nothing changed.
        let scan = SourceScan(folder)
        let (there, here) = alongside(threads: options.jobs > 1) {
            let store = Result { () throws(Problem) in
                try OutputStore(folder: folder, output: options.output, checkOnly: options.checkOnly, looksLater: looksLater)
            }
            return (store: store, part: scan.work())
        } here: {
            (rules: SiteRules(folder: folder, options: options), part: scan.work())
        }
        (courses, pages, statics, sourceProblems) = scan.sources([there.part, here.part])
        rules = here.rules
        store = try there.store.get()
    }

    mutating func run() throws(Problem) -> Outcome {
        problems = sourceProblems
        let rulesDigest = rules.digest
        let last = forgets ? SourceManifest(rules: rulesDigest) : store.manifest(rules: rulesDigest)
        var states = courses.map { state($0, last) }
        var pagesState = state(pages, last)
        var staticState = state(statics, last)
        let isKnown = states.allSatisfy(\.isKnown) && pagesState.isKnown && staticState.isKnown && last.units.count == states.count + 2
        if courses.isEmpty {
            problems.append(
                Problem(
                    .warning, "this site has no courses yet", file: folder.contentFolder + "courses", help: ["a course is a folder there"]))
        }
        if isKnown, rules.isReadable, !sourceProblems.contains(where: { $0.severity == .error }), !options.checkOnly, store.isIntact {
            guard store.look?.isUntouched(threads: true) ?? true else { return .outputWasTouched }
            problems += rules.problems()
            noteProblems(states + [pagesState])
            if hasDamagedMemory { return .memoryIsDamaged }
            return .done(report(states))
        }

        let look = store.look
        let (isUntouched, begun) = alongside(threads: look != nil) {
            look?.isUntouched(threads: false) ?? true
        } here: {
            Result { () throws(Problem) -> Work in
                let work = try begin(isFull: last.units.isEmpty)
                defer { work.output.stopWriting() }
                try buildCourses(&states, pagesState, work)
                return work
            }
        }
        guard isUntouched else {
            store.discard()
            return .outputWasTouched
        }
        do throws(Problem) {
            let work = try begun.get()
            defer { work.output.stopWriting() }
            try buildRest(states, &pagesState, &staticState, last: last, work)
        } catch {
            // What was written of a unit that did not come to its end is known to nobody.
            store.discard()
            if hasDamagedMemory { return .memoryIsDamaged }
            throw error
        }
        noteProblems(states + [pagesState])
        if hasDamagedMemory {
            store.abort()
            return .memoryIsDamaged
        }
        var report = report(states)
        // As in a build: what is refused last is not looked at while something else is wrong.
        if options.checkOnly, !report.isRefused { report.problems += store.clashes() }
        if report.isRefused || options.checkOnly {
            store.abort()
            return .done(report)
        }
        var manifest = SourceManifest(rules: rulesDigest)
        for state in states + [pagesState, staticState] { manifest.units[state.sources.name] = state.entry }
        states = []
        do throws(OutputError) {
            (report.written, report.removed) = try store.commit(consume manifest)
        } catch {
            report.problems += error.problems
        }
        return .done(report)
    }

    /// What is damaged although this build has just made it, is told as an error: another attempt would not end it.
    private var hasDamagedMemory: Bool { store.isDamaged && !forgets }

    private mutating func begin(isFull: Bool) throws(Problem) -> Work {
        let (context, found) = rules.context()
        problems += found
        let tools = BuildTools(site: context, note: progress.note)
        try store.begin(isFull: isFull)
        return Work(context: context, tools: tools, output: try UnitOutput(store.staging, cache: folder.cache, scratch: store.scratch, writesBehind: options.jobs > 1))
    }

    private func state(_ sources: UnitSources, _ last: SourceManifest) -> UnitState {
        var known = last.units[sources.name]
        if let entry = known, store.isLost(sources.name) || !store.holds(sources.name, entry) { known = nil }
        return UnitState(sources, last: known, root: folder.root, publishingAt: options.now, now: listedAt)
    }

    /// Warnings are shown again by every build, until they are mended.
    private mutating func noteProblems(_ states: [UnitState]) {
        for state in states {
            guard state.entry?.hasProblems == true, let facts = store.facts(state, .problems) else { continue }
            problems += facts.problems
        }
    }

    private func report(_ states: [UnitState]) -> BuildReport {
        var report = BuildReport()
        report.problems = problems
        report.courses = states.count
        report.unitsBuilt = states.count { $0.isBuilt }
        report.output = store.output.path
        report.sells = rules.sells
        return report
    }

    // MARK: Courses

    /// Builds the courses that are not known, then those that saw another outside than there is: a link to another
    /// course shows where that course's pages lie, which is known only when all are read.
    private mutating func buildCourses(_ states: inout [UnitState], _ pagesState: UnitState, _ work: Work) throws(Problem) {
        var waiting = states.indices.filter { !states[$0].isKnown }
        var links = OutsideLinks(languages: work.context.settings.languages)
        for round in 0..<2 {
            let requests = waiting.map {
                UnitRequest(sources: states[$0].sources, outside: links.table(for: states[$0].sources.name), isFinal: round > 0)
            }
            try runner(work).run(requests) { result throws(Problem) in
                guard let index = states.firstIndex(where: { $0.sources.name == result.unit }) else { return }
                try keep(result, &states[index])
            }
            links = answeredLinks(states, work)
            if links.lead(toTextsOf: pages) { links.answer(pageAddresses(pagesState, work), targets: links.targets) }
            // What links out wrote no page the first time.
            let unwritten = round == 0 ? links.unitsThatLinkOut.intersection(waiting.map { states[$0].sources.name }) : []
            let again = links.unitsToBuildAgain().union(unwritten)
            waiting = states.indices.filter { again.contains(states[$0].sources.name) }
            if waiting.isEmpty { break }
        }
    }

    /// Where the free-standing pages will lie: courses link to them, and they to courses.
    private func pageAddresses(_ state: UnitState, _ work: Work) -> UnitFacts {
        if state.isKnown, let facts = store.facts(state, [.summary, .anchors]) { return facts }
        let unit = UnitBuilder(pages, context: work.context, tools: work.tools, outside: OutsideTable(), sink: .nowhere)
        let freePages = FreePages(pages.files, in: unit)
        unit.facts.pages = freePages.facts + freePages.homeFacts(in: work.context)
        return unit.facts
    }

    private mutating func keep(_ result: UnitResult, _ state: inout UnitState) throws(Problem) {
        guard let keys = try? FactKeys(result) else {
            throw Problem(.error, "a worker answered with facts that cannot be read", file: state.sources.path)
        }
        try store.keep(result, keys)
        state.take(result, facts: keys, now: listedAt)
    }

    private func runner(_ work: Work) -> UnitRunner {
        UnitRunner(
            context: work.context, tools: work.tools, options: options, output: work.output, staging: store.staging, launch: launch,
            progress: progress)
    }

    private func answeredLinks(_ states: [UnitState], _ work: Work) -> OutsideLinks {
        var links = OutsideLinks(languages: work.context.settings.languages)
        for state in states where state.entry?.linksOut == true {
            if let facts = store.facts(state, .links) { links.ask(named(facts, state)) }
        }
        if links.isEmpty { return links }
        let targets = links.targets
        for state in states { if let facts = store.facts(state, [.summary, .anchors]) { links.answer(facts, targets: targets) } }
        return links
    }

    private func named(_ facts: UnitFacts, _ state: UnitState) -> UnitFacts {
        var facts = facts
        facts.unit = state.sources.name
        return facts
    }

    // MARK: Everything else

    private mutating func buildRest(
        _ states: [UnitState], _ pagesState: inout UnitState, _ staticState: inout UnitState, last: SourceManifest, _ work: Work
    ) throws(Problem) {
        if !staticState.isKnown { try copyStatic(&staticState, work) }
        let isSame = { (key: KeyPath<SourceManifest.Unit, Digest>) in
            states.allSatisfy { last.units[$0.sources.name]?[keyPath: key] == $0.entry?[keyPath: key] } && last.units.count == states.count + 2
        }
        let siteIsSame = isSame(\.summaryKey) && pagesState.isKnown && !staticState.isBuilt && !store.isLost("pages")
        var search: Errand<Result<UnitResult, Problem>>?
        defer { _ = search?.finish() }
        if !siteIsSame {
            // The index of a whole site takes as long as its lists, and is made beside them.
            let isFull = last.units.isEmpty && options.jobs > 1 && !options.checkOnly
            let build = self
            try buildSite(states, &pagesState, work) { pages in
                if isFull { search = build.searchAlongside(states, pages: pages, work) }
            }
        }
        var checks = SiteChecks()
        if !siteIsSame {
            for state in states + [pagesState] { if let facts = store.facts(state, .summary) { checks.add(facts) } }
            checks.add(work.context.settings.redirects.filter { !$0.isPattern }.map { AliasFact($0, file: folder.settingsFile) })
            checks.add(copied: staticPaths)
            if checks.needsComparison {
                for state in states + [pagesState] { if let facts = store.facts(state, .summary) { checks.compare(facts) } }
            }
            checks.finish()
        }
        problems += checks.problems
        let units = Set((states + [pagesState, staticState]).map(\.sources.name) + ["search"])
        let links = answeredLinks(states + [pagesState], work)
        let staticPaths = staticPaths
        // Listed only to say what is wrong with a link.
        var sources: Set<String>?
        problems += links.problems(
            isFile: { path in
                // A folder stands for the page in it: an old address, a page of the site's own.
                let file = path.isEmpty || path.hasSuffix("/") ? path + "index.html" : path
                return staticPaths.contains(file) || store.makes(file, among: units)
            },
            isSource: { source in
                let all = sources ?? Set((courses + [pages, statics]).flatMap { $0.files.map(\.path) })
                sources = all
                return all.contains(source)
            },
            pages: { (states + [pagesState]).flatMap { store.facts($0, .summary)?.pages.map(\.path) ?? [] } })
        if let search {
            try store.keep(notingDamage { () throws(Problem) in try search.finish().get() }, nil)
        } else if !isSame(\.searchKey) || !siteIsSame || store.isLost("search") {
            try writeSearchIndex(states + [pagesState], last: last, work)
        }
    }

    private var staticPaths: Set<String> { Set(statics.files.map { String($0.path.dropFirst("static/".utf8.count)) }) }

    private mutating func copyStatic(_ state: inout UnitState, _ work: Work) throws(Problem) {
        let unit = work.unit(statics)
        for file in statics.files {
            try unit.publish(String(file.path.dropFirst("static/".utf8.count)), from: folder.root + "/" + file.path, for: file.path)
        }
        try work.output.finishWriting()
        try keep(unit.result(work.output, sources: statics), &state)
    }

    /// - Parameter afterTexts: called with what the free-standing pages give to the search index.
    private mutating func buildSite(
        _ states: [UnitState], _ pagesState: inout UnitState, _ work: Work, afterTexts: (SearchSource) -> Void
    ) throws(Problem) {
        var links = OutsideLinks(languages: work.context.settings.languages)
        // The pages' links are known only when they are rendered: once to hear them, once with the answers.
        for round in 0..<2 {
            let unit = work.unit(pages, outside: links.table(for: "pages"))
            unit.reserved = staticPaths
            let freePages = FreePages(pages.files, in: unit)
            unit.facts.validity = freePages.validity
            if round == 0, !unit.facts.outsideLinks.isEmpty {
                links.ask(unit.facts)
                let targets = links.targets
                for state in states { if let facts = store.facts(state, [.summary, .anchors]) { links.answer(facts, targets: targets) } }
                if !links.unitsToBuildAgain().isEmpty { continue }
            }
            let store = store
            let courses = CourseSources(count: states.count) { store.facts(states[$0], .summary) }
            var stage = SiteStage(unit, courses, folder: store.scratch)
            try stage.writeTexts(freePages)
            let texts = SearchUnit.encoded(unit.search)
            afterTexts(.memory(texts))
            try stage.writeLists(freePages)
            assert(SearchUnit.encoded(unit.search) == texts, "lists give nothing to the search index")
            unit.checkInnerLinks()
            try work.output.finishWriting()
            try keep(unit.result(work.output, sources: pages), &pagesState)
            return
        }
    }

    /// The index of a build that knows of none before it, in a thread of its own.
    private func searchAlongside(_ states: [UnitState], pages: SearchSource, _ work: Work) -> Errand<Result<UnitResult, Problem>> {
        let units = (states.map { store.search($0.sources.name, $0.entry) } + [pages]).map { (now: $0, isSame: false, before: SearchSource.nothing) }
        let context = work.context
        let (staging, cache, scratch) = (store.staging, folder.cache, store.scratch)
        let errand = Errand { () -> Result<UnitResult, Problem> in
            Result { () throws(Problem) in
                let output = try UnitOutput(staging, cache: cache, scratch: scratch)
                let unit = UnitBuilder(
                    UnitSources(name: "search", path: "search"), context: context, tools: BuildTools(site: context, note: { _ in }), outside: OutsideTable(),
                    sink: output.sink)
                try writeSearch(units, in: unit) { _ in nil }
                try output.finishWriting()
                return unit.result(output, sources: unit.sources)
            }
        }
        errand.begin()
        return errand
    }

    private mutating func writeSearchIndex(_ states: [UnitState], last: SourceManifest, _ work: Work) throws(Problem) {
        let unit = work.unit(UnitSources(name: "search", path: "search"))
        let isLost = store.isLost("search")
        let units = states.map { state -> (now: SearchSource, isSame: Bool, before: SearchSource) in
            let now = store.search(state.sources.name, state.entry)
            guard !isLost, let before = last.units[state.sources.name] else { return (now, false, .nothing) }
            if before.searchKey == state.entry?.searchKey { return (now, true, .nothing) }
            return (now, false, store.search(state.sources.name, before))
        }
        try notingDamage { () throws(Problem) in try writeSearch(units, in: unit) { store.liveFile($0) } }
        try work.output.finishWriting()
        try store.keep(unit.result(work.output, sources: unit.sources), nil)
    }

    private func notingDamage<Made>(_ make: () throws(Problem) -> Made) throws(Problem) -> Made {
        do throws(Problem) { return try make() } catch {
            if error == searchIsDamaged { store.isDamaged = true }
            throw error
        }
    }
}

/// What one process builds with.
private struct Work {
    let context: SiteContext
    let tools: BuildTools
    let output: UnitOutput

    func unit(_ sources: UnitSources, outside: OutsideTable = OutsideTable()) -> UnitBuilder {
        UnitBuilder(sources, context: context, tools: tools, outside: outside, sink: output.sink)
    }
}
