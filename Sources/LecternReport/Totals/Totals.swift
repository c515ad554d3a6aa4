/// What all events come to, in a form that no order of theirs changes: for each visit, each person and lesson, each person
/// and question. Every figure about behaviour is computed from this, for any period and time zone; adding new events to it
/// gives what reading all of them anew would.
struct Totals: Sendable {
    /// Seconds since 1970; `never` where it did not happen.
    typealias Second = UInt32
    static let never = Second.max

    /// Who did something: a learner, or a visit of nobody that we know.
    struct Who: Hashable, Sendable {
        let code: UInt32

        init(code: UInt32) { self.code = code }
        static func visit(_ place: Int) -> Who { Who(code: UInt32(place)) }
        static func learner(_ place: Int) -> Who { Who(code: UInt32(place) | 1 << 31) }

        var learner: Int? { code >> 31 == 1 ? Int(code & ~(1 << 31)) : nil }
        var visit: Int? { code >> 31 == 0 ? Int(code) : nil }
    }

    struct Visit: Sendable {
        var firstAt = never
        var lastAt: Second = 0
        var firstViewAt = never
        /// Of `sources` and `paths`: where the first view came from, and what it looked at.
        var source: UInt32 = 0
        var landing: UInt32 = 0
        var views: UInt32 = 0
        /// Place + 1; 0: nobody signed in.
        var learner: UInt32 = 0
        var isRobot = false
    }

    /// A visit's way to a course.
    struct Interest: Sendable {
        var viewAt = never
        var priceAt = never
        var checkoutAt = never
    }

    /// What somebody did in a lesson.
    struct Watch: Sendable {
        /// Its page was looked at.
        var viewAt = never
        /// A film was played, a question answered, or it was completed.
        var startAt = never
        var lastAt: Second = 0
        var doneAt = never
        /// Of the film, in seconds, the longest that was told; 0: none was.
        var length: UInt32 = 0
        /// Seconds shown, each as often as it was, and the same times a thousandth of the speed.
        var played: UInt32 = 0
        var playedTimesRate: UInt64 = 0
        var watched = SecondRanges()
        /// What was shown more than once.
        var twice = SecondRanges()
    }

    /// What somebody answered to a question at first.
    struct Answered: Sendable {
        var at = never
        /// The lowest that was told, and the highest.
        var attempt = UInt32.max
        var attempts: UInt32 = 0
        var answer: UInt32 = 0
        var isCorrect = false
        var isEverCorrect = false
    }

    var counts = Counts()
    var courses = NameTable(limit: 10_000)
    /// "course\u{0}lesson", so that a lesson's name alone decides nothing.
    var lessons = NameTable(limit: 100_000)
    var sources = NameTable(limit: 20_000)
    var paths = NameTable(limit: 50_000)
    /// "lesson's place\u{0}question"; of the survey "survey\u{0}question" and "survey\u{0}question\u{0}option".
    var questions = NameTable(limit: 100_000)
    /// "question's place\u{0}answer".
    var answers = NameTable(limit: 200_000)
    var learners = KeyTable()
    var visitKeys = KeyTable()
    var visits: ContiguousArray<Visit> = []
    /// By visit and course.
    var interestKeys = KeyTable()
    var interests: ContiguousArray<Interest> = []
    /// By who and lesson.
    var watchKeys = KeyTable()
    var watches: ContiguousArray<Watch> = []
    /// By who and question.
    var answerKeys = KeyTable()
    var answered: ContiguousArray<Answered> = []
    /// Surveys: by who and question, and by who and option, when it was answered last.
    var surveyKeys = KeyTable()
    var surveys: ContiguousArray<Answered> = []

    struct Counts: Sendable, Equatable {
        var events: UInt64 = 0
        /// Earlier than any course, or later than we heard of them: counted when we heard of them.
        var wrongClock: UInt64 = 0
        /// Of a kind, or in a form, that this version does not know.
        var unreadable: UInt64 = 0
        var robots: UInt64 = 0
        var asked: UInt64 = 0
    }
}

func pair(_ one: UInt32, _ other: UInt32) -> UInt64 { UInt64(one) << 32 | UInt64(other) }
func unpaired(_ key: UInt64) -> (UInt32, UInt32) { (UInt32(key >> 32), UInt32(truncatingIfNeeded: key)) }

/// Whatever pages lie at a path: a course, or one of its lessons.
struct PagePaths: Sendable {
    private(set) var table = KeyTable()
    private(set) var targets: [(course: String, lesson: String?)] = []

    init(_ courses: [ReportCourse]) {
        for course in courses {
            for path in course.paths { add(path, (course.id, nil)) }
            for lesson in course.lessons { for path in lesson.paths { add(path, (course.id, lesson.id)) } }
        }
    }

    private mutating func add(_ path: String, _ target: (String, String?)) {
        if table.place(number(of: "/" + path)).isNew { targets.append(target) }
    }

    /// Kept totals are of these paths alone.
    var digest: UInt64 {
        var digest: UInt64 = 7
        for (key, target) in zip(table.keys, targets) { digest = mixed(digest ^ key) ^ number(of: target.course + "\u{0}" + (target.lesson ?? "")) }
        return digest
    }

    func find(_ path: UnsafeRawBufferPointer) -> (course: String, lesson: String?)? {
        table[number(of: path)].map { targets[$0] }
    }
}
