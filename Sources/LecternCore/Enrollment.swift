/// That somebody may take a course: because of an order that grants it, or because the creator said so.
public struct Enrollment: Hashable, Sendable, Codable {
    public enum Source: String, Sendable, Codable {
        case order
        /// `lectern learners enroll`.
        case byHand
        /// `lectern learners import`.
        case imported
    }

    public var learner: ID<Learner>
    public var course: String
    /// From when lessons that open after some days are counted.
    public var since: Instant
    /// Nil: for good.
    public var until: Instant?
    /// Where there are several reasons, an order comes first.
    public var source: Source

    public init(learner: ID<Learner>, course: String, since: Instant, until: Instant?, source: Source) {
        self.learner = learner
        self.course = course
        self.since = since
        self.until = until
        self.source = source
    }
}
