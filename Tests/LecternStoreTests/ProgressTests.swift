import LecternCore
import Testing

@testable import LecternStore

@Suite struct ProgressTests {
    private let learner = ID<Learner>("ada")

    private func watched(_ id: String, _ range: Range<Int>, at seconds: Int64, position: Int? = nil) -> Beacon {
        var ranges = WatchedRanges()
        ranges.insert(range)
        return beacon(id, at: seconds, .video(watched: ranges, rate: 1, lengthSeconds: 300, positionSeconds: position))
    }

    private func beacon(_ id: String, at seconds: Int64, _ event: Beacon.Event) -> Beacon {
        Beacon(id: id, at: Instant(seconds: seconds), course: "python", lesson: "python/lists", event: event)
    }

    private func append(_ events: [Beacon], to shop: Shop, learner: ID<Learner>?, progressOnly: Bool = false) async throws {
        try await shop.store.append(events, visit: "visit-0001", learner: learner, progressOnly: progressOnly, now: shop.now)
    }

    private func kept(_ shop: Shop) throws -> Int { try shop.store.beacons.read { db in try db.rows("SELECT 1 FROM beacon").count } }

    @Test func `watched time is the union of ranges, in whatever order and however often they are told`() async throws {
        let events = [watched("a", 0..<15, at: 1), watched("b", 15..<30, at: 2, position: 30), watched("c", 250..<260, at: 3, position: 260)]
        for order in [events, events.reversed(), events + events] {
            let shop = try Shop()
            for event in order { try await append([event], to: shop, learner: learner) }
            let progress = try #require(try shop.store.progress(of: learner, course: "python", lesson: "python/lists"))
            #expect(progress.watched.text == "0-30,250-260")
            #expect(progress.positionSeconds == 260 && progress.lengthSeconds == 300 && progress.completedAt == nil)
            #expect(try kept(shop) == 3)
        }
    }

    @Test func `a question is right once any attempt was, and a lesson is completed when it first was`() async throws {
        let shop = try Shop()
        func answered(_ id: String, _ correct: Bool, _ attempt: Int) -> Beacon {
            beacon(id, at: 5, .quiz(question: "q1", answer: "x", correct: correct, attempt: attempt))
        }
        try await append([answered("a", false, 1), answered("b", true, 2), beacon("d", at: 9, .done)], to: shop, learner: learner)
        try await append([answered("c", false, 3), beacon("e", at: 7, .done), beacon("f", at: 8, .done)], to: shop, learner: learner)
        let progress = try #require(try shop.store.progress(of: learner, course: "python")["python/lists"])
        #expect(progress.quiz == [LessonProgress.QuizResult(question: "q1", correct: true, attempts: 3)])
        #expect(progress.completedAt == Instant(seconds: 7))
        #expect(try shop.store.progress(of: ID("bob"), course: "python").isEmpty)
    }

    @Test func `of a visitor only events are kept, of who asked not to be counted only progress`() async throws {
        let shop = try Shop(), event = watched("a", 0..<15, at: 1)
        try await append([event], to: shop, learner: nil)
        #expect(try kept(shop) == 1)
        #expect(try shop.store.progress(of: learner, course: "python").isEmpty)
        let quiet = try Shop()
        try await append([event], to: quiet, learner: learner, progressOnly: true)
        try await append([event], to: quiet, learner: nil, progressOnly: true)
        #expect(try kept(quiet) == 0)
        #expect(try quiet.store.progress(of: learner, course: "python")["python/lists"]?.watched.seconds == 15)
    }

    @Test func `a question of who asked not to be counted reaches the creator, and nothing else of it`() async throws {
        let shop = try Shop()
        let view = Beacon.Event.view(path: "/", referrer: nil, source: nil, medium: nil, campaign: nil)
        try await append(
            [beacon("a", at: 1, .ask(text: "Why?")), beacon("b", at: 1, view), beacon("c", at: 1, .step(name: "price-seen"))], to: shop, learner: learner,
            progressOnly: true)
        let rows = try shop.store.beacons.read { db in try db.rows("SELECT kind, learner, detail FROM beacon").map { [try $0.text("kind"), try $0.text("learner"), try $0.text("detail")] } }
        #expect(rows == [["ask", "ada", #"{"text":"Why?"}"#]])
    }

    @Test func `a row with a hole where the schema allows none is a broken database, and no crash`() throws {
        let shop = try Shop(), whole = ["'python'", "'python/lists'", "'0-15'", "300", "15", "NULL", "5", "'q1'", "1", "2"]
        func joined(_ columns: [String]) throws -> [LessonProgress] {
            try shop.store.beacons.read { db in try LessonProgress.joined(db.rows("SELECT " + columns.joined(separator: ", "))) }
        }
        #expect(try joined(whole).first?.quiz == [LessonProgress.QuizResult(question: "q1", correct: true, attempts: 2)])
        for hole in whole.indices where ![5, 7].contains(hole) {
            var columns = whole
            columns[hole] = "NULL"
            #expect(throws: StoreError.self, "column \(hole)") { try joined(columns) }
        }
        for (place, odd) in [(2, "x'FF'"), (2, "7"), (2, "'15-0'")] {
            var columns = whole
            columns[place] = odd
            #expect(throws: StoreError.self, "\(odd)") { try joined(columns) }
        }
    }

    @Test func `old events go, progress stays`() async throws {
        let shop = try Shop()
        try await append([watched("a", 0..<15, at: 1), watched("b", 20..<30, at: 1)], to: shop, learner: learner)
        #expect(try await shop.store.pruneBeacons(before: shop.now) == 0)
        let later = shop.now.adding(seconds: 1)
        #expect(try await shop.store.pruneBeacons(before: later, limit: 1) == 1)
        #expect(try await shop.store.pruneBeacons(before: later) == 1)
        #expect(try kept(shop) == 0)
        #expect(try shop.store.progress(of: learner, course: "python")["python/lists"]?.watched.seconds == 25)
    }
}
