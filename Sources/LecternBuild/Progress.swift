import LecternMedia

/// Where long work tells how far it is. Quiet in a pipe.
public struct Progress: Sendable {
    /// What is done, of how many, of what: "courses".
    public var report: @Sendable (_ done: Int, _ of: Int, _ what: String) -> Void
    /// What is being done, where a single thing takes long: "talk.mov: 720p, 43 %, 2 min left". Overwrites what was said before.
    public var note: @Sendable (String) -> Void

    public init(report: @escaping @Sendable (Int, Int, String) -> Void, note: @escaping @Sendable (String) -> Void = { _ in }) {
        self.report = report
        self.note = note
    }

    public static let quiet = Progress { _, _, _ in }
}

extension FilmProgress {
    /// For a person who waits.
    var text: String {
        let name = file.split(separator: "/").suffix(2).joined(separator: "/")
        let part = Int(part) == nil ? part : part + "p"
        return "\(name): \(part), \(Int(share * 100)) %" + (secondsLeft.map { ", " + Self.left($0) } ?? "")
    }

    private static func left(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(max(1, seconds)) s left"
        case ..<5400: "\((seconds + 30) / 60) min left"
        default: "\(seconds / 3600) h \(seconds % 3600 / 60) min left"
        }
    }
}
