import LecternCore

/// What can be wrong only between units: two pages with one id or URL, a circle of what requires what.
///
/// Units are looked at twice: `add` remembers a number for each page, `compare` the pages whose numbers come twice, so
/// that a large site's addresses never stand in memory.
struct SiteChecks {
    private var ids: [String: String] = [:]
    private var paths: [String: String] = [:]
    private var pathNumbers = TwiceSeen()
    private var idNumbers = TwiceSeen()
    private var aliases: [AliasFact] = []
    private var requires: [String: [RequireFact]] = [:]
    private(set) var problems: [Problem] = []

    mutating func add(_ facts: UnitFacts) {
        for page in facts.pages {
            pathNumbers.add(page.path)
            if !page.id.isEmpty { idNumbers.add(idKey(page)) }
        }
        add(facts.aliases)
        for require in facts.requires { requires[require.from, default: []].append(require) }
    }

    /// Old addresses, also those that `site.yml` knows.
    mutating func add(_ redirects: [AliasFact]) {
        aliases += redirects
        for alias in redirects { pathNumbers.look(for: alias.from) }
    }

    /// Paths that files of `static/` take. Of the pages that are made of no text they may take the place.
    mutating func add(copied: Set<String>) {
        for path in copied {
            guard let page = pageAddress(of: path) else { continue }
            copiedPages.append((path, page))
            pathNumbers.look(for: page)
        }
    }

    private var copiedPages: [(file: String, page: String)] = []

    private func pageAddress(of file: String) -> String? {
        file.hasSuffix("/index.html") || file == "index.html" ? String(file.dropLast("index.html".utf8.count)) : nil
    }

    /// Translations share an id; they are told apart by their language.
    private func idKey(_ page: PageFact) -> String { page.language + " " + page.id }

    /// Whether anything was added that only a second look can tell apart.
    var needsComparison: Bool { mutating get { !pathNumbers.isClear || !idNumbers.isClear } }

    /// Called with every unit again, in the same order.
    mutating func compare(_ facts: UnitFacts) {
        for page in facts.pages where pathNumbers.mayBeTwice(page.path) || !page.id.isEmpty && idNumbers.mayBeTwice(idKey(page)) {
            let twin = paths[page.path]
            if twin == nil { paths[page.path] = page.source }
            let key = idKey(page)
            let namesake = ids[key]
            if !page.id.isEmpty, namesake == nil { ids[key] = page.source }
            if let twin { reportTwins(page, twin, haveOneID: namesake == twin) }
            guard let namesake, namesake != twin else { continue }
            problems.append(
                Problem(
                    .error, "the id \"\(page.id)\" is another's too", file: page.source,
                    help: ["the other: \(namesake)", "ids are unique in the whole site: set another `id:`"]))
        }
    }

    private mutating func reportTwins(_ page: PageFact, _ twin: String, haveOneID: Bool) {
        // What is made of no text of the creator's: the list of tags, the search page.
        if page.source.isEmpty || twin.isEmpty {
            problems.append(
                Problem(
                    .error, "this becomes /\(page.path), which is a page of the site's own", file: page.source.isEmpty ? twin : page.source,
                    help: ["set another `slug:`"]))
            return
        }
        problems.append(
            Problem(
                .error, "this becomes /\(page.path), and so does another", file: page.source,
                help: ["the other: \(twin)", haveOneID ? "give one of them another name" : "set another `slug:` in one of them"]))
    }

    /// Called when every unit was added and compared.
    mutating func finish() {
        for (file, page) in copiedPages {
            guard let source = paths[page], !source.isEmpty else { continue }
            problems.append(
                Problem(
                    .error, "this file would lie where a page is", file: "static/" + file, help: ["the page: \(source)", "remove one of them"]))
        }
        var leading: [String: AliasFact] = [:]
        for alias in aliases {
            if let page = paths[alias.from] {
                problems.append(
                    Problem(
                        .error, "the old address /\(alias.from) is that of a page that exists", file: alias.file, line: alias.line,
                        help: page.isEmpty ? [] : ["the page: \(page)"]))
            } else if let other = leading.updateValue(alias, forKey: alias.from), other.to != alias.to {
                problems.append(
                    Problem(
                        .error, "the old address /\(alias.from) leads to two pages", file: alias.file, line: alias.line,
                        help: ["the other: \(other.file):\(other.line)"]))
            }
        }
        findCircles()
    }

    /// Depth first, without recursion: a chain of requirements may be as long as a course.
    private mutating func findCircles() {
        var done: Set<String> = []
        for start in requires.keys.sorted() where !done.contains(start) {
            var trail: [(id: String, next: Int)] = [(start, 0)]
            var onTrail: Set<String> = [start]
            while let (id, next) = trail.last {
                let edges = requires[id] ?? []
                guard next < edges.count else {
                    trail.removeLast()
                    onTrail.remove(id)
                    done.insert(id)
                    continue
                }
                trail[trail.count - 1].next += 1
                let edge = edges[next]
                if onTrail.contains(edge.to) {
                    let circle = trail.drop { $0.id != edge.to }.map(\.id) + [edge.to]
                    problems.append(
                        Problem(
                            .error, "what this requires requires it in turn", file: edge.file, line: edge.line,
                            help: [circle.joined(separator: " → ")]))
                } else if !done.contains(edge.to) {
                    trail.append((edge.to, 0))
                    onTrail.insert(edge.to)
                }
            }
        }
    }
}
