/// What a bundle with a period opens to who has paid for one that is not over.
public struct Membership: Hashable, Sendable {
    /// Those of today: a course that came later is open as well.
    public var courses: Set<String>
    /// For how long it stays open after the end, so that nobody who renews is shut out meanwhile.
    public var graceSeconds: Int64

    public init(courses: Set<String>, graceSeconds: Int64) {
        self.courses = courses
        self.graceSeconds = graceSeconds
    }

    /// One period that was paid for.
    public struct Period: Hashable, Sendable {
        public var paidAt: Instant
        public var months: Int

        public init(paidAt: Instant, months: Int) {
            self.paidAt = paidAt
            self.months = months
        }
    }

    /// From the first payment on, and until when: each period begins where the one before ends, or when it is paid, whichever is later. The
    /// same periods in any order give the same.
    /// - Returns: nil for no period.
    public static func term(_ periods: some Sequence<Period>) -> (since: Instant, until: Instant)? {
        var term: (since: Instant, until: Instant)?
        for period in periods.sorted(by: { ($0.paidAt, $0.months) < ($1.paidAt, $1.months) }) {
            let begins = max(term?.until ?? period.paidAt, period.paidAt)
            term = (term?.since ?? period.paidAt, begins.adding(months: period.months))
        }
        return term
    }
}

extension Instant {
    /// The same time of the same day, in UTC; where that month is shorter, of its last day.
    public func adding(months: Int) -> Instant {
        let rest = (milliseconds % 86_400_000 + 86_400_000) % 86_400_000
        let (year, month, day) = Moment(seconds: (milliseconds - rest) / 1000).civil
        let whole = year * 12 + month - 1 + months
        return Instant(milliseconds: Moment(year: whole / 12, month: whole % 12 + 1, day: day).seconds * 1000 + rest)
    }
}
