import Foundation
import LecternCore
import LecternStore

/// What a simulation hides for the advice to find.
public enum Planted: String, Sendable, CaseIterable {
    /// `python/02-functions`, question `q3`: three of ten are right, whoever they are.
    case question
    /// `python/04-lists` loses three of ten who are still there at 3:07.
    case second
    /// Visitors of the campaign `spring` open the checkout twice as often.
    case source
}

/// A term of learners that nobody ever was, written through the store's own verbs, so that all that a report reads is as the
/// companion would have written it.
public struct SimulatedTerm: Sendable {
    public var courses: [ReportCourse]
    public var creators: [String]
    public var survey: Catalogue.Survey
    /// When the report is made.
    public var now: Instant

    /// - Parameters:
    ///   - visits: how many come in its twelve weeks; about one in twenty buys.
    ///   - planted: nothing: whatever advice is given is a false alarm.
    public static func write(into store: Store, seed: UInt64, visits: Int = 3600, planted: Set<Planted> = Set(Planted.allCases)) async throws -> SimulatedTerm {
        var writer = TermWriter(store: store, seed: seed, planted: planted)
        try await writer.write(visits: visits)
        return .whole
    }

    /// The report of a term whose events never lie in a database: the same advice in a part of the time. Own words of the survey are not in it.
    public static func report(seed: UInt64, visits: Int = 3600, planted: Set<Planted>) async throws -> Report {
        let store = try Store.inMemory(), term = SimulatedTerm.whole
        var writer = TermWriter(store: store, seed: seed, planted: planted, fold: Fold(Totals(), paths: PagePaths(term.courses)))
        try await writer.write(visits: visits)
        var asked = ReportRequest(courses: term.courses, words: Words(language: "en"), zone: .utc, now: term.now)
        (asked.creators, asked.survey, asked.isSimulated) = (term.creators, term.survey, true)
        let report = try makeReport(of: store, writer.fold?.totals ?? Totals(), asked)
        try await store.close()
        return report
    }

    private static var whole: SimulatedTerm {
        SimulatedTerm(
            courses: TermWriter.courses.map(\.report), creators: ["teacher@lamplight.example"],
            survey: simulatedSurvey, now: Instant(milliseconds: TermWriter.begin + 15 * 7 * 86_400_000))
    }
}

private struct TermCourse: Sendable {
    var id: String
    var title: [String: String]
    var prices: [(Currency, Int64)]
    var lessons: [(id: String, title: [String: String], seconds: Int, questions: Int)]

    var report: ReportCourse {
        ReportCourse(
            id: id, title: title, paths: ["courses/\(id)/"],
            lessons: lessons.map { .init(id: $0.id, title: $0.title, paths: ["courses/\($0.id)/"], durationSeconds: $0.seconds) })
    }
}

private struct TermWriter {
    let store: Store
    var random: SeededRandom
    private var surveyed: SurveyTaker
    private var told: FeeTeller
    let planted: Set<Planted>
    private var eventNumber = 0
    /// Takes the events in place of the store.
    private(set) var fold: Fold?

    init(store: Store, seed: UInt64, planted: Set<Planted>, fold: Fold? = nil) {
        self.store = store
        self.planted = planted
        self.fold = fold
        random = SeededRandom(seed: seed)
        // Who answers the survey, and what providers tell, changes nothing that anybody else does: both have chance of their own.
        (surveyed, told) = (SurveyTaker(seed: seed), FeeTeller(seed: seed))
    }

    /// Monday, 2 March 2026.
    static let begin: Int64 = 1_772_409_600_000
    static let weeks = 12

    static let courses: [TermCourse] = [
        TermCourse(
            id: "python", title: ["zh": "Python 入门", "en": "Python from zero"], prices: [(.cny, 19900), (Currency("USD")!, 2900)],
            lessons: [
                ("01-values", "值和名字", "Values and names", 312, 5), ("02-functions", "函数", "Functions", 405, 5), ("03-conditions", "条件", "Conditions", 268, 4),
                ("04-lists", "列表", "Lists", 421, 5), ("05-loops", "循环", "Loops", 366, 4), ("06-dictionaries", "字典", "Dictionaries", 337, 5),
                ("07-files", "文件", "Files", 295, 4), ("08-errors", "出错了怎么办", "When it fails", 254, 4), ("09-modules", "模块", "Modules", 284, 0),
                ("10-project", "做一个记账本", "A cash book", 612, 0),
            ].map { ("python/" + $0.0, ["zh": $0.1, "en": $0.2], $0.3, $0.4) }),
        TermCourse(
            id: "drawing", title: ["zh": "从一条线开始画画", "en": "Drawing from one line"], prices: [(.cny, 9900), (Currency("USD")!, 1500)],
            lessons: [
                ("01-lines", "线", "Lines", 224, 0), ("02-shapes", "形", "Shapes", 263, 0), ("03-light", "光", "Light", 317, 0), ("04-hands", "手", "Hands", 352, 0),
                ("05-faces", "脸", "Faces", 388, 0), ("06-street", "一条街", "A street", 441, 0),
            ].map { ("drawing/" + $0.0, ["zh": $0.1, "en": $0.2], $0.3, $0.4) }),
    ]

    private static let sources: [(item: (referrer: String?, campaign: String?, source: String?), weight: Double)] = [
        ((nil, nil, nil), 30), (("www.bing.com", nil, nil), 17), (("weibo.com", nil, nil), 13), (("www.youtube.com", nil, nil), 13),
        (("www.zhihu.com", nil, nil), 9), ((nil, "spring", "newsletter"), 12), ((nil, nil, "wechat"), 6),
    ]

    mutating func write(visits: Int) async throws {
        for number in 0..<visits {
            // A few more come each week, and most in the evening.
            let week = min(Double(Self.weeks) - 0.001, Double(Self.weeks) * random.unit().squareRoot())
            let at = Self.begin + Int64(week * 7) * 86_400_000 + Int64((8 + 14 * random.unit().squareRoot()) * 3_600_000)
            try await visit(at: at, number)
        }
        try await others()
    }

    // MARK: Visitors

    private mutating func visit(at start: Int64, _ number: Int) async throws {
        let name = random.name(), from = random.pick(Self.sources)
        let course = random.chance(0.7) ? Self.courses[0] : Self.courses[1]
        var at = start, events: [Beacon] = []
        let lands = random.pick([("/", 3.0), ("/courses/\(course.id)/", 6), ("/courses/\(course.lessons[0].id)/", 2)])
        events.append(event(at, nil, nil, .view(path: lands, referrer: from.referrer, source: from.source, medium: nil, campaign: from.campaign)))
        var sawPrice = lands == "/courses/\(course.id)/"
        if !sawPrice, random.chance(0.45) {
            at += seconds(40)
            events.append(event(at, nil, nil, .view(path: "/courses/\(course.id)/", referrer: nil, source: nil, medium: nil, campaign: nil)))
            sawPrice = true
        }
        if random.chance(0.18) { try await watch(course, 0, visit: name, learner: nil, from: &at, ability: 0, leaves: 0.5, events: &events) }
        let isSpring = planted.contains(.source) && from.campaign == "spring"
        if sawPrice {
            events.append(event(at + 1000, course.id, nil, .step(name: "price-seen")))
            at += seconds(90)
            if random.chance(isSpring ? 0.32 : 0.16) {
                events.append(event(at, nil, nil, .view(path: "/checkout/", referrer: nil, source: nil, medium: nil, campaign: nil)))
                events.append(event(at + 1000, course.id, nil, .step(name: "checkout-opened")))
                at += seconds(60)
                try await keep(events, name, nil, at)
                return try await order(course, visit: name, at: at, number)
            }
        }
        try await keep(events, name, nil, at)
    }

    private mutating func order(_ course: TermCourse, visit: String, at: Int64, _ number: Int) async throws {
        let now = Instant(milliseconds: at)
        let address = EmailAddress("learner\(number)@simulated.example")!
        let learner = try await store.findOrMakeLearner(email: address, language: "zh", newID: ID("learner-" + random.name(12)), now: now)
        let (currency, price) = course.prices[random.chance(0.2) ? 1 : 0]
        var items = [Order.Item(course: course.id, title: course.title["en"] ?? course.id, price: Money(minorUnits: price, currency: currency))]
        // Both courses at once, for some.
        if random.chance(0.08), let other = Self.courses.first(where: { $0.id != course.id }), let second = other.prices.first(where: { $0.0 == currency }) {
            items.append(.init(course: other.id, title: other.title["en"] ?? other.id, price: Money(minorUnits: second.1, currency: currency)))
        }
        let total = Money(minorUnits: items.reduce(0) { $0 + $1.price.minorUnits }, currency: currency)
        let isManual = random.chance(0.1)
        let order = Order(
            id: ID("order-" + random.name(14)), learner: learner.id, items: items, total: total, provider: isManual ? .manual : .stripe, attempt: random.name(),
            language: "zh", visit: random.chance(0.94) ? visit : nil, consent: nil, createdAt: now)
        _ = try await store.openOrder(order, claim: nil)
        let payment = "payment-" + random.name(12), paidAt = Instant(milliseconds: at + 45_000)
        guard random.chance(0.52) else {
            if random.chance(0.7) { _ = try await store.record([.expired], of: order.id, now: Instant(milliseconds: at + 86_400_000)) }
            return
        }
        if random.chance(0.005) {
            _ = try await store.record([.paid(transaction: payment, money: Money(minorUnits: total.minorUnits - 100, currency: currency))], of: order.id, now: paidAt)
            return
        }
        _ = try await store.record([.paid(transaction: payment, money: total)], of: order.id, details: told.of(payment, total, isManual: isManual), now: paidAt)
        for item in items { if let bought = Self.courses.first(where: { $0.id == item.course }) { try await learn(bought, learner.id, from: at + 120_000) } }
        if random.chance(0.04) {
            let money = Money(minorUnits: random.chance(0.7) ? total.minorUnits : total.minorUnits / 2, currency: currency)
            let refund = OrderFact.refunded(reference: "refund-" + random.name(8), transaction: payment, money: money, status: .succeeded)
            _ = try await store.record([refund], of: order.id, now: Instant(milliseconds: at + 9 * 86_400_000))
        }
        if random.chance(0.008) {
            _ = try await store.record([.dispute(id: "dispute-" + random.name(8), transaction: payment, status: .open)], of: order.id, now: Instant(milliseconds: at + 20 * 86_400_000))
        }
    }

    // MARK: Learners

    private mutating func learn(_ course: TermCourse, _ learner: ID<Learner>, from start: Int64) async throws {
        guard random.chance(0.94) else { return }
        let ability = random.normal(), pace = random.exponential(mean: 2.2) + 0.3
        var at = start
        for place in course.lessons.indices {
            let name = random.name()
            var events = [event(at, nil, nil, .view(path: "/courses/\(course.lessons[place].id)/", referrer: nil, source: nil, medium: nil, campaign: nil))]
            let completed = try await watch(course, place, visit: name, learner: learner, from: &at, ability: ability, leaves: 0.1, events: &events)
            if place == 0 { for answer in surveyed.answers(ability: ability) { events.append(event(at, nil, nil, answer)) } }
            try await keep(events, name, learner, at)
            guard random.chance(completed ? 0.955 : 0.8) else { return }
            at += Int64(random.exponential(mean: pace) * 86_400_000) + 60_000
            guard at < Self.begin + Int64(15 * 7) * 86_400_000 else { return }
        }
    }

    /// A film, second by second as a player tells it, then its quiz.
    /// - Returns: whether the lesson was completed.
    @discardableResult
    private mutating func watch(
        _ course: TermCourse, _ place: Int, visit: String, learner: ID<Learner>?, from at: inout Int64, ability: Double, leaves: Double, events: inout [Beacon]
    ) async throws -> Bool {
        let lesson = course.lessons[place], rate = random.pick([(1.0, 6.0), (1.25, 2), (1.5, 2), (2, 0.6)])
        var end = lesson.seconds
        if random.chance(leaves) { end = max(2, Int(random.unit() * Double(lesson.seconds))) }
        let loses = 187
        if planted.contains(.second), lesson.id == "python/04-lists", end > loses, random.chance(0.3) { end = loses + random.whole(0..<2) }
        play(0, end, course, lesson, rate, &at, &events)
        if end > 60, random.chance(0.22) {
            let back = random.whole(0..<end - 40)
            play(back, min(end, back + random.whole(10..<40)), course, lesson, rate, &at, &events)
        }
        guard end == lesson.seconds, learner != nil || random.chance(0.3) else { return false }
        for number in 0..<lesson.questions {
            let question = "q\(number + 1)"
            // Each question is as hard as it is, for everybody in every term.
            let ease = 0.5 + Double((place * 7 + number * 5) % 8) * 0.17
            let isBad = planted.contains(.question) && lesson.id == "python/02-functions" && question == "q3"
            for attempt in 1...3 {
                at += seconds(20)
                let p = isBad ? 0.3 : 1 / (1 + exp(-(ease + 1.1 * ability + Double(attempt - 1) * 0.8)))
                let isRight = random.chance(p)
                let answer = isRight ? "a" : ["b", "c", "d"][isBad && random.chance(0.7) ? 0 : random.whole(0..<3)]
                events.append(event(at, course.id, lesson.id, .quiz(question: question, answer: .text(answer), correct: isRight, attempt: attempt)))
                if isRight { break }
            }
        }
        at += 2000
        events.append(event(at, course.id, lesson.id, .done))
        return true
    }

    private mutating func play(
        _ from: Int, _ to: Int, _ course: TermCourse, _ lesson: (id: String, title: [String: String], seconds: Int, questions: Int), _ rate: Double, _ at: inout Int64,
        _ events: inout [Beacon]
    ) {
        var second = from
        while second < to {
            let next = min(to, second + 15)
            var watched = WatchedRanges()
            watched.insert(second..<next)
            at += Int64(Double(next - second) / rate * 1000)
            events.append(event(at, course.id, lesson.id, .video(watched: watched, rate: rate, lengthSeconds: lesson.seconds, positionSeconds: next)))
            second = next
        }
    }

    // MARK: Who is not counted

    private mutating func others() async throws {
        for _ in 0..<30 {
            let name = random.name(), at = Self.begin + Int64(random.unit() * 80) * 86_400_000
            let events = (0..<12).map { page in event(at + Int64(page) * 300, nil, nil, .view(path: "/courses/python/?\(page)", referrer: nil, source: nil, medium: nil, campaign: nil)) }
            try await keep(events, name, nil, at + 55_000, isRobot: true)
        }
        let teacher = try await store.findOrMakeLearner(
            email: EmailAddress("teacher@lamplight.example")!, language: "zh", newID: ID("teacher"), now: Instant(milliseconds: Self.begin))
        for _ in 0..<20 {
            let name = random.name(), at = Self.begin + Int64(random.unit() * 80) * 86_400_000
            try await keep([event(at, nil, nil, .view(path: "/courses/python/", referrer: nil, source: nil, medium: nil, campaign: nil))], name, teacher.id, at)
        }
    }

    // MARK: Events

    private mutating func event(_ at: Int64, _ course: String?, _ lesson: String?, _ event: Beacon.Event) -> Beacon {
        eventNumber += 1
        return Beacon(id: "e" + String(eventNumber, radix: 36), at: Instant(milliseconds: at), course: course, lesson: lesson, event: event)
    }

    private mutating func seconds(_ mean: Double) -> Int64 { 1000 + Int64(random.exponential(mean: mean) * 1000) }

    private mutating func keep(_ events: [Beacon], _ visit: String, _ learner: ID<Learner>?, _ at: Int64, isRobot: Bool = false) async throws {
        let now = Instant(milliseconds: at + 5000)
        guard fold != nil else {
            return try await store.append(events, visit: visit, learner: learner, progressOnly: false, isRobot: isRobot, now: now)
        }
        for event in events { event.told(seq: 0, visit: visit, learner: learner, isRobot: isRobot, now: now) { fold?.add($0) } }
    }
}
