import LecternCore

/// Draws Graphviz's language as SVG to stand inside a page.
final class DiagramDrawer {
    enum Outcome {
        case svg(Diagram)
        /// What Graphviz says is wrong, and in which line of the fence, from 1.
        case mistake(String, line: Int?)
        case unavailable(String)
    }

    private let dot: String
    private let cache: MarkupCache
    private static let limits = Program.Limits(seconds: 20, outputBytes: 16 << 20)
    /// Changes when the way from source to SVG does.
    private static let recipe = "diagram 1"

    init(dot: String, cache: MarkupCache) {
        self.dot = dot
        self.cache = cache
    }

    func draw(_ source: [UInt8]) -> Outcome {
        let key = "diagram-" + cache.key(Array(Self.recipe.utf8), source)
        if let kept = cache.read(key) { return .svg(Diagram(svg: kept)) }
        guard let program = Program.find(dot) else { return .unavailable("\(dot) is not installed") }
        let answer: Program.Output
        do {
            let font = "fontname=Helvetica"
            answer = try program.run(
                ["-Tsvg", "-Gbgcolor=transparent", "-G" + font, "-N" + font, "-E" + font], input: source, limits: Self.limits)
        } catch {
            return .mistake("\(error)", line: nil)
        }
        guard let diagram = Diagram(graphviz: answer.bytes, name: String(key.suffix(8))) else {
            return mistake(String(decoding: answer.complaint, as: UTF8.self))
        }
        cache.write(key, diagram.svg)
        return .svg(diagram)
    }

    /// "Error: <stdin>: syntax error in line 2 near ';'" in its parts.
    private func mistake(_ errors: String) -> Outcome {
        guard let first = errors.split(separator: "\n").first(where: { $0.hasPrefix("Error") }) else {
            return .mistake("Graphviz drew nothing", line: nil)
        }
        var words = first.split(separator: ":", maxSplits: 1).last.map(String.init) ?? String(first)
        if let place = words.firstRange(of: "<stdin>: ") { words = String(words[place.upperBound...]) }
        let parts = words.split(separator: " ")
        let line = parts.firstIndex(of: "line").flatMap { $0 + 1 < parts.count ? Int(parts[$0 + 1]) : nil }
        return .mistake(words.trimmed, line: line)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
