/// Where long work tells how far it is. Quiet in a pipe.
public struct Progress: Sendable {
    /// What is done, of how many, of what: "courses".
    public var report: @Sendable (_ done: Int, _ of: Int, _ what: String) -> Void

    public init(report: @escaping @Sendable (Int, Int, String) -> Void) { self.report = report }

    public static let quiet = Progress { _, _, _ in }
}
