import LecternCore

/// What can be wrong only between units: two pages with one id or URL, a circle of what requires what.
struct SiteChecks {
    private var ids: [String: (file: String, original: String)] = [:]
    private var paths: [String: String] = [:]
    private var aliases: [AliasFact] = []
    private var requires: [String: [RequireFact]] = [:]
    private(set) var problems: [Problem] = []

    mutating func add(_ facts: UnitFacts) {
        for page in facts.pages {
            if let other = paths.updateValue(page.source, forKey: page.path) {
                problems.append(
                    Problem(
                        .error, "this becomes \(page.path), and so does another", file: page.source,
                        help: ["the other: \(other)", "set another `slug:` in one of them"]))
            }
            guard !page.id.isEmpty else { continue }
            // Translations share an id; they are told apart by their language.
            let key = page.language + " " + page.id
            if let other = ids.updateValue((page.source, page.path), forKey: key) {
                problems.append(
                    Problem(
                        .error, "the id \"\(page.id)\" is another's too", file: page.source,
                        help: ["the other: \(other.file)", "ids are unique in the whole site: set another `id:`"]))
            }
        }
        aliases += facts.aliases
        for require in facts.requires { requires[require.from, default: []].append(require) }
    }

    /// Where aliases lead from.
    var aliasPaths: Set<String> { Set(aliases.map(\.from)) }

    /// Called when every unit was added.
    mutating func finish() {
        for alias in aliases {
            guard let page = paths[alias.from] else { continue }
            problems.append(
                Problem(
                    .error, "the alias /\(alias.from) is the URL of a page that exists", file: alias.file, line: alias.line,
                    help: ["the page: \(page)"]))
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
