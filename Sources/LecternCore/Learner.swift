/// Somebody who bought, or was enrolled in, a course.
public struct Learner: Hashable, Sendable, Codable {
    public var id: ID<Learner>
    /// Nil once the learner asked to be forgotten: the books stay, the person does not.
    public var email: EmailAddress?
    /// As the creator's import gave it; nobody is asked for one.
    public var name: String?
    /// BCP 47, as the site writes it: `zh`, `en`.
    public var language: String
    public var createdAt: Instant
    /// When somebody first proved that the address is theirs. Until then an order's mistyped address may be corrected.
    public var confirmedAt: Instant?

    public init(
        id: ID<Learner>, email: EmailAddress?, name: String? = nil, language: String, createdAt: Instant, confirmedAt: Instant?
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.language = language
        self.createdAt = createdAt
        self.confirmedAt = confirmedAt
    }
}
