import Glibc
import LecternCore

/// Typesets TeX formulas as MathML, by KaTeX inside one long-lived Node process, which starts at the first formula that
/// the cache does not hold.
///
/// MathML and not KaTeX's HTML, since that needs inline styles, which the site's content security policy forbids.
final class MathsTypesetter {
    enum Outcome {
        case html([UInt8])
        /// What KaTeX says is wrong, and after how many characters of the formula.
        case mistake(String, position: Int?)
        /// Formulas cannot be typeset here at all, and why.
        case unavailable(String)
    }

    private let programs: MarkupPrograms
    private let cache: MarkupCache
    private var node: Conversation?
    private var missing: String?
    /// Changes when KaTeX does. Its size, since asking for its version would take a Node process.
    private lazy var toolSize: Int = {
        var status = stat()
        return stat(programs.katex, &status) == 0 ? Int(status.st_size) : 0
    }()

    private static let limits = Program.Limits(seconds: 10)
    /// Changes when the way from TeX to HTML does.
    private static let recipe = "maths 3"

    init(programs: MarkupPrograms, cache: MarkupCache) {
        self.programs = programs
        self.cache = cache
    }

    func typeset(_ tex: [UInt8], display: Bool) -> Outcome {
        let key = "maths-" + cache.key(Array(Self.recipe.utf8), Array(String(toolSize).utf8), [display ? 1 : 0], tex)
        if let html = cache.read(key) { return .html(html) }
        if let missing { return .unavailable(missing) }
        do {
            let answer = try ask(tex, display: display)
            if case .html(let html) = answer { cache.write(key, html) }
            if case .unavailable(let reason) = answer { missing = reason }
            return answer
        } catch {
            // The next formula gets a new process.
            node = nil
            return .mistake("\(error)", position: nil)
        }
    }

    private func ask(_ tex: [UInt8], display: Bool) throws(ProgramFailure) -> Outcome {
        let answer: [UInt8]
        if let node {
            answer = try node.ask(question(tex, display: display))
        } else {
            guard let program = Program.find(programs.node) else { return .unavailable("\(programs.node) is not installed") }
            let node = try Conversation(program, ["-e", katexScript, "--", programs.katex], limits: Self.limits)
            self.node = node
            answer = try node.ask(question(tex, display: display))
        }
        let parts = answer.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return .mistake("KaTeX answered nothing", position: nil) }
        switch String(decoding: parts[0], as: UTF8.self) {
        case "html": return .html(Array(parts[2]))
        case "missing": return .unavailable("KaTeX is not at \(programs.katex)")
        default: return .mistake(String(decoding: parts[2], as: UTF8.self), position: Int(String(decoding: parts[1], as: UTF8.self)))
        }
    }

    /// One line, so line feeds travel as NUL, which cmark-gfm lets into no document.
    private func question(_ tex: [UInt8], display: Bool) -> [UInt8] {
        [display ? 0x31 : 0x30] + tex.map { $0 == 0x0A ? 0 : $0 }
    }
}
