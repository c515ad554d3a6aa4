import LecternCore

/// All layouts of a site: the theme's, and the site's own files in the place of those of the same name.
///
/// Layouts are Mustache, all of its public specification but lambdas and dynamic names. Each page's layout is compiled
/// here once, with the partials and parents that it names, and every name in it is checked against the page's shape.
public struct LayoutSet: Sendable {
    /// All that is wrong, each place once, sorted. With an error among them the set should not be used for a site: it
    /// renders, and leaves out what it does not understand.
    public let problems: [Problem]

    private let programs: [String: LayoutProgram]

    /// - Parameters:
    ///   - theme: files by name, "lesson.html". `{{> outline}}` and `{{< base}}` mean "outline.html" and "base.html".
    ///   - overrides: files of the site, by name; one replaces the theme's file of its name.
    ///   - shapes: which names each page's layout receives. A layout without a shape is checked, and rendered, only as
    ///     a part of those that include it.
    ///   - overrideFolder: where problems say that overrides are.
    public init(
        theme: [String: [UInt8]], overrides: [String: [UInt8]] = [:], shapes: [String: LayoutShape],
        overrideFolder: String = "layouts"
    ) {
        var problems: [Problem] = []
        var trees: [String: LayoutTree] = [:]
        for (name, bytes) in theme.merging(overrides, uniquingKeysWith: { $1 }) {
            let folder = overrides[name] == nil ? "theme" : overrideFolder
            let (tree, found) = readLayout(bytes, file: folder + "/" + name)
            trees[name] = tree
            problems += found
        }
        var programs: [String: LayoutProgram] = [:]
        var included: Set<String> = []
        for (page, shape) in shapes.sorted(by: { $0.key < $1.key }) {
            guard trees[page] != nil else {
                problems.append(Problem(.error, "there is no such layout", file: "theme/" + page))
                continue
            }
            let compiler = LayoutCompiler(page, shape: shape, trees: trees)
            programs[page] = compiler.program
            problems += compiler.problems
            included.formUnion(compiler.included)
        }
        for name in overrides.keys where theme[name] == nil && !included.contains(name) {
            let near = nearest(layoutName(name), among: theme.keys.map(layoutName).sorted()).map { "did you mean \($0).html?" }
            problems.append(
                Problem(
                    .warning, "no layout of the theme has this name, and none includes it: it changes nothing",
                    file: overrideFolder + "/" + name, help: [near ?? "lectern layouts lists the theme's files"]))
        }
        self.programs = programs
        self.problems = Self.onceEach(problems)
    }

    /// - Returns: whether there is a page of this name: a layout with a shape.
    public func contains(_ page: String) -> Bool { programs[page] != nil }

    /// Appends a page. Splices are false.
    /// - Precondition: `contains(page)`.
    public func render(_ page: String, _ fields: LayoutFields, into out: inout [UInt8]) {
        var none: [LayoutSplice]?
        program(page).render(.fields(fields), into: &out, splices: &none)
    }

    /// Appends what `page` shows to a key that no splice names, and to `splices` what differs for the others.
    /// Positions count from the start of `out`.
    /// - Precondition: `contains(page)`.
    public func render(_ page: String, _ fields: LayoutFields, into out: inout [UInt8], splices: inout [LayoutSplice]) {
        var found: [LayoutSplice]? = []
        program(page).render(.fields(fields), into: &out, splices: &found)
        splices += found ?? []
    }

    /// As `render`, with something else than names outermost: only the specification's tests ask for that.
    func render(_ page: String, root: LayoutValue) -> [UInt8] {
        var out: [UInt8] = []
        var none: [LayoutSplice]?
        program(page).render(root, into: &out, splices: &none)
        return out
    }

    func program(_ page: String) -> LayoutProgram {
        guard let program = programs[page] else { preconditionFailure("no layout \(page) has a shape") }
        return program
    }

    /// A partial is checked once a page, but what is wrong with it is told once.
    private static func onceEach(_ problems: [Problem]) -> [Problem] {
        var seen: Set<Problem> = []
        return problems.sorted().filter { problem in
            var place = problem
            place.help = []
            return seen.insert(place).inserted
        }
    }
}
