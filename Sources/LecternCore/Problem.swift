/// Something in the creator's folder that needs mending, or a look.
///
/// Printed as `file:line: error: message`, then each line of `help`, indented by two spaces.
public struct Problem: Error, Sendable, Hashable, Codable {
    public enum Severity: String, Sendable, Codable { case error, warning }

    /// Relative to the site's folder, with `/`: "content/courses/python/01-a.md". Empty for the site as a whole.
    public var file: String
    /// Counted from 1, the front matter's first fence included.
    public var line: Int?
    public var severity: Severity
    /// One line, no full stop at its end: `video "intro.mp4" is not in this folder`.
    public var message: String
    /// How to mend it, a line each: `found here: intro.mov`.
    public var help: [String]
    /// What it is about is left out, and the rest of the site can be published: asked for with `--keep-going`.
    public var isLeftOut = false

    public init(_ severity: Severity, _ message: String, file: String, line: Int? = nil, help: [String] = []) {
        self.file = file
        self.line = line
        self.severity = severity
        self.message = message
        self.help = help
    }
}

extension Problem: CustomStringConvertible {
    public var description: String {
        let place = [file, line.map(String.init)].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ":")
        let head = (place.isEmpty ? "" : place + ": ") + severity.rawValue + ": " + message
        return ([head] + help.map { "  " + $0 }).joined(separator: "\n")
    }
}

extension Problem: Comparable {
    public static func < (a: Problem, b: Problem) -> Bool {
        (a.file, a.line ?? 0, a.message) < (b.file, b.line ?? 0, b.message)
    }
}
