import LecternCore
import LecternStore

@testable import LecternReport

/// A store of a test's own, and short words for what happens in it. Times are seconds after noon of 1 March 2026, UTC.
struct Fixture {
    static let noon: Int64 = 1_772_366_400

    let store: Store
    var courses = [
        ReportCourse(
            id: "c", title: ["en": "Course"], paths: ["courses/c/"],
            lessons: [
                .init(id: "c/a", title: ["en": "A"], paths: ["courses/c/a/"], durationSeconds: 100),
                .init(id: "c/b", title: ["en": "B"], paths: ["courses/c/b/"], durationSeconds: 0),
            ])
    ]

    init(folder: String? = nil) throws { store = try folder.map { try Store.open(folder: $0) } ?? Store.inMemory() }

    func at(_ seconds: Int64) -> Instant { Instant(seconds: Self.noon + seconds) }

    func tell(_ visit: String, _ at: Int64, _ event: Beacon.Event, course: String? = nil, lesson: String? = nil, learner: String? = nil, id: String? = nil, robot: Bool = false, heard: Int64? = nil) async throws {
        let beacon = Beacon(id: id ?? "\(at)-\(event.kind)-\(lesson ?? "")", at: self.at(at), course: course, lesson: lesson, event: event)
        try await store.append([beacon], visit: visit + "-visit-0", learner: learner.map { ID($0) }, progressOnly: false, isRobot: robot, now: self.at(heard ?? at + 1))
    }

    func view(_ visit: String, _ at: Int64, _ path: String, referrer: String? = nil, campaign: String? = nil, learner: String? = nil, robot: Bool = false) async throws {
        try await tell(visit, at, .view(path: path, referrer: referrer, source: nil, medium: nil, campaign: campaign), learner: learner, id: "view-\(at)-\(path.utf8.count)", robot: robot)
    }

    func step(_ visit: String, _ at: Int64, _ name: String, course: String = "c") async throws { try await tell(visit, at, .step(name: name), course: course, id: name) }

    func watch(_ visit: String, _ at: Int64, _ ranges: [Range<Int>], rate: Double = 1, lesson: String = "c/a", learner: String? = nil, id: String? = nil) async throws {
        var watched = WatchedRanges()
        for range in ranges { watched.insert(range) }
        try await tell(visit, at, .video(watched: watched, rate: rate, lengthSeconds: 100, positionSeconds: nil), course: "c", lesson: lesson, learner: learner, id: id)
    }

    func done(_ visit: String, _ at: Int64, lesson: String = "c/a", learner: String? = nil) async throws { try await tell(visit, at, .done, course: "c", lesson: lesson, learner: learner) }

    func answer(_ who: String, _ question: String, _ isRight: Bool, attempt: Int = 1, at: Int64 = 0, answer: String = "x", lesson: String = "c/a") async throws {
        try await tell(who, at, .quiz(question: question, answer: .text(answer), correct: isRight, attempt: attempt), course: "c", lesson: lesson, learner: who, id: "\(lesson.last!)-\(question)-\(attempt)-\(at)")
    }

    /// - Parameter prices: in minor units, one for each of the courses `c`, `d`, `e`.
    @discardableResult
    func order(
        _ id: String, _ learner: String, _ at: Int64, prices: [Int64] = [19900], total: Int64? = nil, currency: String = "CNY", visit: String? = nil, facts: [OrderFact] = []
    ) async throws -> Order {
        let currency = Currency(currency)!
        _ = try await store.findOrMakeLearner(email: EmailAddress(learner + "@me.example")!, language: "en", newID: ID(learner), now: self.at(at))
        let items = zip(["c", "d", "e"], prices).map { Order.Item(course: $0, title: $0, price: Money(minorUnits: $1, currency: currency)) }
        let order = Order(
            id: ID(id), learner: ID(learner), items: items, total: Money(minorUnits: total ?? prices.reduce(0, +), currency: currency), provider: .stripe, attempt: id,
            language: "en", visit: visit.map { $0 + "-visit-0" }, consent: nil, createdAt: self.at(at))
        _ = try await store.openOrder(order, claim: nil)
        if !facts.isEmpty { _ = try await store.record(facts, of: order.id, now: self.at(at + 60)) }
        return order
    }

    func paid(_ id: String, _ units: Int64, _ currency: String = "CNY") -> OrderFact { .paid(transaction: "t-" + id, money: Money(minorUnits: units, currency: Currency(currency)!)) }

    func asked(_ change: (inout ReportRequest) -> Void = { _ in }) -> ReportRequest {
        var asked = ReportRequest(courses: courses, words: Words(language: "en"), zone: .utc, now: at(40 * 86_400))
        change(&asked)
        return asked
    }

    func report(_ change: (inout ReportRequest) -> Void = { _ in }) throws -> Report { try makeReport(of: store, asked(change)) }

    func crowd(creators: [String] = []) throws -> Crowd { Crowd(try readTotals(of: store, paths: PagePaths(courses)).0, creators: creators) }
}

extension Report {
    func table(_ id: String) -> Table? { sections.flatMap(\.tables).first { $0.id == id } }

    /// The cells of a row, as a person reads them: found by its first cells.
    func row(_ id: String, _ first: String...) -> [String]? {
        table(id)?.rows.map { $0.map { $0.text(language) } }.first { Array($0.prefix(first.count)) == first }
    }
}
