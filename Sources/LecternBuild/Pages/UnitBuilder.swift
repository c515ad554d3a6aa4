import LecternContent
import LecternCore
import LecternCrypto
import LecternMarkup

/// Builds one unit of the site: holds what its pages share while they are made, and gathers its facts.
///
/// A class, since the renderer's hooks note links and files from deep inside a page. It lives for one unit, in one thread.
final class UnitBuilder {
    let context: SiteContext
    let tools: BuildTools
    /// Every file of the unit, by its path in the site.
    let files: [String: SourceFile]
    let outside: OutsideTable
    /// The unit's folder below the site's: "content/courses/a".
    let folder: String
    let sources: UnitSources
    /// Paths that a file of `static/` takes: it wins over what the build would put there.
    var reserved: Set<String> = []
    private var sink: PageSink
    /// False when pages are made for their facts alone.
    private(set) var isWriting = true

    var facts: UnitFacts
    /// What the search index learns of the unit, by language.
    var search: [String: SearchUnit] = [:]
    /// Where each text of the unit ends up: (source, language) → path of its page.
    var pagePaths: [SourceKey: String] = [:]
    /// The pictures that were published since this was emptied: those of one page.
    var pictures: [String] = []
    /// Where a lesson's film lies, for all of its languages: a film is heavy, and hosts count bytes.
    private var mediaFolders: [String: String] = [:]
    /// Links to anchors of the unit's own pages, checked when all of them are rendered.
    var innerLinks: [InnerLink] = []
    /// Digests of the files that were read, for the manifest.
    private(set) var digests: [String: Digest] = [:]
    private(set) var made: Set<String> = []
    private var pages: Set<String> = []
    /// What stands at a path, to name both when two want it.
    private var makers: [String: String] = [:]

    struct SourceKey: Hashable {
        var source: String
        var language: String
    }

    struct InnerLink {
        var page: String
        var anchor: String
        var file: String
        var line: Int
        var written: String
    }

    init(_ sources: UnitSources, context: SiteContext, tools: BuildTools, outside: OutsideTable, sink: PageSink) {
        self.sources = sources
        folder = sources.path
        self.context = context
        self.tools = tools
        self.files = Dictionary(uniqueKeysWithValues: sources.files.map { ($0.path, $0) })
        self.outside = outside
        self.sink = sink
        facts = UnitFacts(unit: sources.name)
    }

    /// The folder of a lesson's film, below the page that needs it first.
    func mediaFolder(film: String, lesson: String, page: String) -> String {
        let key = lesson + "\n" + film
        if let known = mediaFolders[key] { return known }
        mediaFolders[key] = page + "media/"
        return page + "media/"
    }

    /// Whether some page shows what lies outside of the unit.
    var linksOut: Bool {
        facts.outsideLinks.contains { link in
            if case .path = link.target { false } else { true }
        }
    }

    /// What is put is not kept: `check`, and pages that are made for their facts.
    var makesNothing: Bool { sink.makesNothing }

    /// From here on pages are made for their facts alone.
    func writesNothing() {
        sink = .nowhere
        isWriting = false
    }

    func report(_ message: String, file: String, line: Int? = nil, help: [String] = []) {
        facts.problems.append(Problem(.error, message, file: file, line: line, help: help))
    }

    func warn(_ message: String, file: String, line: Int? = nil, help: [String] = []) {
        facts.problems.append(Problem(.warning, message, file: file, line: line, help: help))
    }

    /// An error about a film. Where the build keeps going, the lesson is published without it.
    func report(film problem: Problem) {
        guard context.keepsGoing else { return facts.problems.append(problem) }
        var problem = problem
        problem.isLeftOut = true
        problem.help.append("the lesson is published without its film")
        facts.problems.append(problem)
        isIncomplete()
    }

    /// Something is left out that the next build may be able to make: until then the unit is never known.
    func isIncomplete() { facts.validity = Validity(from: Moment(seconds: .min), until: Moment(seconds: .min)) }

    func note(digest: Digest, of path: String) { digests[path] = digest }

    /// Puts a page where its path says: "courses/a/" → courses/a/index.html. Of two that want one place the first gets
    /// it; `SiteChecks` tells of both.
    func put(page path: String, _ bytes: [UInt8], for source: String) throws(Problem) {
        guard isFirst(page: path) else { return }
        try put(path + "index.html", bytes, for: source)
    }

    func isFirst(page path: String) -> Bool { pages.insert(path).inserted }

    func put(_ path: String, _ bytes: [UInt8], for source: String) throws(Problem) {
        guard claim(path, for: source) else { return }
        try sink.put(path, bytes)
    }

    /// Puts a file that was written beside the output, and is not changed any more.
    func put(_ path: String, made file: String, for source: String) throws(Problem) {
        guard claim(path, for: source) else { return }
        try sink.link(path, file)
    }

    /// Says that a file is as the last build left it.
    func keep(_ path: String, for source: String) throws(Problem) {
        guard claim(path, for: source) else { return }
        try sink.keep(path)
    }

    /// Publishes a copy of a file; a second time for the same path and file is no second copy.
    func publish(_ path: String, from file: String, for source: String) throws(Problem) {
        if makers[path] == file { return }
        guard claim(path, for: file) else { return }
        try sink.link(path, file)
    }

    /// A file's path as the creator knows it.
    private func shown(_ path: String) -> String {
        path.hasPrefix(context.folder + "/") ? String(path.dropFirst(context.folder.utf8.count + 1)) : path
    }

    private func claim(_ path: String, for source: String) -> Bool {
        if reserved.contains(path) { return false }
        guard made.insert(path).inserted else {
            report(
                "this becomes \(path), and so does another", file: shown(source),
                help: ["the other: \(shown(makers[path] ?? ""))", "give one of them another name, or set another `slug:`"])
            return false
        }
        makers[path] = source
        return true
    }

    /// Checks the anchors that the unit's own pages link to.
    func checkInnerLinks() {
        var anchors: [String: Set<String>] = [:]
        for (page, ids) in zip(facts.pages, facts.anchors) { anchors[page.path] = Set(ids) }
        for link in innerLinks where !link.anchor.isEmpty {
            guard let ids = anchors[link.page], !ids.contains(link.anchor) else { continue }
            report(brokenAnchor(link.anchor, link.written), file: link.file, line: link.line, help: anchorHelp(link.anchor, ids.sorted()))
        }
    }
}

func brokenAnchor(_ anchor: String, _ written: String) -> String { "broken link \"\(written)\": that page has no \"#\(anchor)\"" }

func anchorHelp(_ anchor: String, _ ids: [String]) -> [String] {
    if let near = nearest(anchor, among: ids) { return ["did you mean #\(near)?"] }
    // The theme's own are no headings of the text.
    let headings = ids.filter { !["main", "outline", "contents", "section-courses"].contains($0) }
    return headings.isEmpty ? [] : ["it has: " + headings.prefix(8).map { "#" + $0 }.joined(separator: ", ")]
}
