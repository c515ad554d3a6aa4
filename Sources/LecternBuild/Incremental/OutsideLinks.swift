import LecternCore

/// Finds what links between units lead to, and which of them are broken.
///
/// Facts are read a unit at a time: once to hear what is asked for, once to answer.
struct OutsideLinks {
    private(set) var links: [(unit: String, link: OutsideLink)] = []
    private var found: [OutsideLink.Target: (page: OutsideTable.Page, anchors: [String], fit: Int)] = [:]
    private let languages: [String]

    init(languages: [String]) { self.languages = languages }

    mutating func ask(_ facts: UnitFacts) { links += facts.outsideLinks.map { (facts.unit, $0) } }

    var isEmpty: Bool { links.isEmpty }

    /// Takes in a unit's pages (summary and anchors).
    mutating func answer(_ facts: UnitFacts, targets: Set<OutsideLink.Target>) {
        for (index, page) in facts.pages.enumerated() {
            let anchors = index < facts.anchors.count ? facts.anchors[index] : []
            let shown = OutsideTable.Page(path: page.path, title: page.title)
            var keys: [OutsideLink.Target] = [.path(page.path), .path(String(page.path.dropLast()))]
            for language in languages {
                // A page in the language that was asked for wins, then one in the site's own.
                let fit = page.language == language ? 2 : page.language == languages[0] ? 1 : 0
                let sources = [page.source, originalSource(page.source, page.language)].compactMap(\.self)
                var asked = sources.map { OutsideLink.Target.source($0, language: language) }
                if !page.id.isEmpty { asked.append(.id(page.id, language: language)) }
                for key in asked where targets.contains(key) && found[key]?.fit ?? -1 < fit { found[key] = (shown, anchors, fit) }
            }
            keys.removeAll { !targets.contains($0) }
            for key in keys { found[key] = (shown, anchors, 2) }
        }
    }

    var targets: Set<OutsideLink.Target> { Set(links.map(\.link.target)) }

    private func originalSource(_ source: String, _ language: String) -> String? {
        let suffix = ".\(language).md"
        return source.hasSuffix(suffix) ? source.dropLast(suffix.utf8.count) + ".md" : nil
    }

    /// Units whose pages show where another unit's lie.
    var unitsThatLinkOut: Set<String> {
        Set(
            links.compactMap { unit, link in
                if case .path = link.target { nil } else { unit }
            })
    }

    func lead(toTextsOf sources: UnitSources) -> Bool {
        let paths = Set(sources.files.map(\.path))
        return links.contains { _, link in
            if case .source(let source, _) = link.target { paths.contains(source) } else { false }
        }
    }

    /// What a unit is to be told before it is built.
    func table(for unit: String) -> OutsideTable {
        var table = OutsideTable()
        for (owner, link) in links where owner == unit {
            if case .path = link.target { continue }
            table.pages[link.target] = found[link.target]?.page
        }
        return table
    }

    /// Units whose pages were made with another idea of what lies outside.
    func unitsToBuildAgain() -> Set<String> {
        var units: Set<String> = []
        for (unit, link) in links {
            if case .path = link.target { continue }
            let page = found[link.target]?.page
            if (page?.path ?? "") != link.seenPath || (page?.title ?? "") != link.seenTitle { units.insert(unit) }
        }
        return units
    }

    /// - Parameters:
    ///   - isFile: whether a path that is no page is made all the same: a file of `static/`, a feed.
    ///   - isSource: whether a text lies in the creator's folder, published or not.
    ///   - pages: the paths of all pages, asked for only to say which one was meant.
    func problems(isFile: (String) -> Bool, isSource: (String) -> Bool, pages: () -> [String]) -> [Problem] {
        var known: [String]?
        return links.compactMap { _, link in
            guard let anchors = found[link.target]?.anchors else {
                switch link.target {
                case .id(let id, _):
                    return Problem(
                        .error, "requires \"\(id)\", but no lesson or course has this id", file: link.file, line: link.line,
                        help: ["an id is the path without numbers: course/lesson"])
                case .source(let source, _):
                    return isSource(source)
                        ? unpublished(link.written, file: link.file, line: link.line)
                        : Problem(.error, "broken link \"\(link.written)\": there is no such file", file: link.file, line: link.line)
                case .path(let path):
                    if isFile(path) { return nil }
                    let all = known ?? pages()
                    known = all
                    let near = nearest(path, among: all)
                    return Problem(
                        .error, "broken link \"\(link.written)\": there is no such page", file: link.file, line: link.line,
                        help: near.map { ["did you mean /\($0)?"] } ?? [])
                }
            }
            if link.anchor.isEmpty || anchors.contains(link.anchor) { return nil }
            return Problem(
                .error, brokenAnchor(link.anchor, link.written), file: link.file, line: link.line, help: anchorHelp(link.anchor, anchors.sorted()))
        }
    }
}

/// A link to a text that is there and whose page is not.
func unpublished(_ written: String, file: String, line: Int) -> Problem {
    Problem(
        .error, "broken link \"\(written)\": that page is not published now", file: file, line: line,
        help: ["it is a draft, or its date has not come or is over: --drafts builds it"])
}
