/// One thing that a visitor or a learner did on a page, checked and bounded: what is here may be written down.
///
/// Nothing in it names the visitor. Ids of courses and lessons are what the page said; whether there are such is for the
/// reader of the catalogue to know.
public struct Beacon: Equatable, Sendable {
    /// Made by the page, unique within its visit: telling it twice is telling it once.
    public var id: String
    /// By our clock.
    public var at: Instant
    public var course: String?
    /// Set for every kind but `step` and `survey`; of a `view` where the page is a lesson's.
    public var lesson: String?
    public var event: Event

    public enum Event: Equatable, Sendable {
        /// A page was looked at. `referrer` is a host, never an address; the rest are `utm_…`.
        case view(path: String, referrer: String?, source: String?, medium: String?, campaign: String?)
        /// A film was watched: seconds really shown. `length` is nil where the page does not know it.
        case video(watched: WatchedRanges, rate: Double?, lengthSeconds: Int?, positionSeconds: Int?)
        /// A question of a quiz was marked; `attempt` counts from 1.
        case quiz(question: String, answer: JSON?, correct: Bool, attempt: Int)
        /// Of the site's survey: a list of the options that were chosen, or a text of the reader's own.
        case survey(question: String, answer: JSON)
        /// A learner asks the creator.
        case ask(text: String)
        /// A lesson is completed.
        case done
        /// On the way to buying: `price-seen`, `checkout-opened`.
        case step(name: String)
    }

    public init(id: String, at: Instant, course: String?, lesson: String?, event: Event) {
        self.id = id
        self.at = at
        self.course = course
        self.lesson = lesson
        self.event = event
    }
}

extension Beacon.Event {
    /// As it stands in an envelope and in a database.
    public var kind: String {
        switch self {
        case .view: "view"
        case .video: "video"
        case .quiz: "quiz"
        case .survey: "survey"
        case .ask: "ask"
        case .done: "done"
        case .step: "step"
        }
    }

    /// What a kind has of its own, without what is not known: `{"path":"/courses/python/"}`.
    public var detail: JSON {
        func known(_ members: [(String, JSON?)]) -> JSON { .object(members.compactMap { name, value in value.map { JSON.Member(name, $0) } }) }
        return switch self {
        case .view(let path, let referrer, let source, let medium, let campaign):
            known([
                ("path", .text(path)), ("referrer", referrer.map(JSON.text)), ("source", source.map(JSON.text)),
                ("medium", medium.map(JSON.text)), ("campaign", campaign.map(JSON.text)),
            ])
        case .video(let watched, let rate, let length, let position):
            known([
                ("watched", .text(watched.text)), ("rate", rate.map(JSON.real)), ("length", length.map { .whole(Int64($0)) }),
                ("position", position.map { .whole(Int64($0)) }),
            ])
        case .quiz(let question, let answer, let correct, let attempt):
            known([("question", .text(question)), ("answer", answer), ("correct", .flag(correct)), ("attempt", .whole(Int64(attempt)))])
        case .survey(let question, let answer): known([("question", .text(question)), ("answer", answer)])
        case .ask(let text): known([("text", .text(text))])
        case .done: [:]
        case .step(let name): known([("name", .text(name))])
        }
    }
}
