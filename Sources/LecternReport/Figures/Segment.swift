import LecternCore

/// People that have something in common: how many, how far they come, where they stand, and what they buy.
struct Segment {
    var people = 0, half = 0, completed = 0
    /// Where those stand who did not complete: by course and lesson.
    var stands: [UInt64: Int] = [:]
    var buyers = 0
    /// By product: how many people.
    var bought: [String: Int] = [:]

    /// - Parameter products: what this person bought.
    mutating func add(_ journey: Journeys.Journey, course: Int, products: [String]) {
        people += 1
        if !products.isEmpty { buyers += 1 }
        for product in Set(products) { bought[product, default: 0] += 1 }
        if journey.halfAt != Totals.never { half += 1 }
        if journey.completedAt != Totals.never { completed += 1 } else { stands[pair(UInt32(course), UInt32(journey.lastLesson)), default: 0] += 1 }
    }

    mutating func add(_ other: Segment) {
        people += other.people
        half += other.half
        completed += other.completed
        stands.merge(other.stands, uniquingKeysWith: +)
        buyers += other.buyers
        bought.merge(other.bought, uniquingKeysWith: +)
    }

    func cells(_ asked: ReportRequest) -> [Cell] {
        let stand = stands.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let lesson = stand.flatMap { key, count -> String? in
            let (course, lesson) = unpaired(key)
            guard count >= smallestGroup, Int(lesson) < asked.courses[Int(course)].lessons.count else { return nil }
            return asked.courses[Int(course)].lessons[Int(lesson)].id
        }
        let favourite = bought.max { ($0.value, $1.key) < ($1.value, $0.key) }.flatMap { $0.value >= smallestGroup ? $0.key : nil }
        return [
            .count(people), .share(Share(half, of: people)), .share(Share(completed, of: people)), lesson.map { .text($0) } ?? .none,
            .share(Share(buyers, of: people)), favourite.map { .text($0) } ?? .none,
        ]
    }
}

func segmentColumns(_ first: Column, _ w: Words) -> [Column] {
    [
        first, Column("people", w("people", "人数")), Column("half", w("came half way", "过半")), Column("completed", w("completed", "完成")),
        Column("stands_at", w("most others stand at", "其余多停在")),
        Column("bought", w("bought something", "买过")), Column("buys", w("mostly", "多为")),
    ]
}

/// What each person bought, whoever they were when they did.
struct Bought {
    private let crowd: Crowd
    private let books: Books

    init(_ crowd: Crowd, _ books: Books) { (self.crowd, self.books) = (crowd, books) }

    /// Courses that were bought together are one product.
    func products(of who: UInt32) -> [String] {
        let who = Totals.Who(code: who)
        if let learner = who.learner { return books.productsByLearner[crowd.totals.learners.keys[learner]] ?? [] }
        return who.visit.flatMap { books.salesByVisit[crowd.totals.visitKeys.keys[$0]]?.map { $0.courses.sorted().joined(separator: " + ") } } ?? []
    }
}
