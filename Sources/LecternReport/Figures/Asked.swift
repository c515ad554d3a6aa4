import LecternCore

/// What a report is asked for.
public struct ReportRequest: Sendable {
    public var courses: [ReportCourse]
    /// What learners are asked about themselves.
    public var survey: Catalogue.Survey?
    /// Where lessons lie on the creator's disk, by their ids; empty where the report is not made beside them.
    public var places: [String: LessonPlaces]
    /// From, until (excluded).
    public var since: Instant?
    public var until: Instant?
    /// Only about this course.
    public var course: String?
    public var zone: TimeOffsets
    /// Money in other currencies is added to this one at `rates`, and only there.
    public var currency: Currency?
    /// How many of `currency` one of each is worth, in billionths.
    public var rates: [String: Int64]
    public var words: Words
    /// Addresses whose visits are not counted.
    public var creators: [String]
    /// Who is named.
    public var namesLearners: Bool
    public var now: Instant
    public var isSimulated: Bool

    public init(courses: [ReportCourse], words: Words, zone: TimeOffsets, now: Instant) {
        (self.courses, self.words, self.zone, self.now) = (courses, words, zone, now)
        (since, until, course, currency, rates, places, creators, namesLearners, isSimulated) = (nil, nil, nil, nil, [:], [:], [], false, false)
    }

    var sinceSecond: UInt32 { since.map { UInt32(clamping: $0.milliseconds / 1000) } ?? 0 }
    /// What the next one is not in.
    var untilSecond: UInt32 { until.map { UInt32(clamping: $0.milliseconds / 1000) } ?? .max }

    func contains(_ instant: Instant) -> Bool { (since.map { instant >= $0 } ?? true) && (until.map { instant < $0 } ?? true) }
    func contains(_ second: UInt32) -> Bool { second >= sinceSecond && second < untilSecond }
    func includes(course id: String) -> Bool { course == nil || course == id }
}

/// How far a time zone's clocks are from UTC, moment by moment.
public struct TimeOffsets: Sendable {
    public var name: String
    /// From when on (seconds since 1970), and by how many seconds; the first is from the beginning.
    public var changes: [(from: Int64, offset: Int64)]

    public static let utc = TimeOffsets(name: "UTC", changes: [(.min, 0)])

    public init(name: String, changes: [(from: Int64, offset: Int64)]) {
        self.name = name
        self.changes = changes
    }

    /// The day of a moment there, as days since 1970-01-01.
    public func day(_ second: Int64) -> Int64 {
        var low = 0, high = changes.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if changes[middle].from <= second { low = middle } else { high = middle }
        }
        let local = second + (changes.isEmpty ? 0 : changes[low].offset)
        return local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    }
}

/// 2026-03-01 of a day.
func dayText(_ day: Int64) -> String { Moment(seconds: day * 86_400).day }
/// The Monday of its week (ISO 8601).
func weekStart(_ day: Int64) -> Int64 { day - (((day + 3) % 7) + 7) % 7 }
func monthText(_ day: Int64) -> String { String(dayText(day).prefix(7)) }
