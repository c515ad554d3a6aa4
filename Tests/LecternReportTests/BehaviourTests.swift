import LecternCore
import Testing

@testable import LecternReport

struct BehaviourTests {
    /// Three visitors: one buys and learns, one only looks and sees 30 seconds of a film, one sees the price. A robot, the creator.
    private func term() async throws -> Fixture {
        let one = try Fixture()
        try await one.view("v1", 0, "/courses/c/")
        try await one.step("v1", 10, "price-seen")
        try await one.step("v1", 70, "checkout-opened")
        try await one.order("o1", "ann", 100, visit: "v1", facts: [one.paid("o1", 19900)])  // access at 160
        try await one.view("v2", 0, "/", referrer: "weibo.com")
        try await one.watch("v2", 60, [0..<30])
        try await one.view("v3", 0, "/courses/c/", campaign: "spring & more")
        try await one.step("v3", 20, "price-seen")
        try await one.view("v4", 0, "/courses/c/", robot: true)
        try await one.order("o9", "creator", 0)
        try await one.view("v5", 0, "/courses/c/", learner: "creator")
        // Ann, another day: 0–50, then 40–100 at twice the speed.
        try await one.view("v6", 86_400, "/courses/c/a/", learner: "ann")
        try await one.watch("v6", 86_500, [0..<50], learner: "ann", id: "w1")
        try await one.watch("v6", 86_600, [40..<100], rate: 2, learner: "ann", id: "w2")
        try await one.done("v6", 86_700, learner: "ann")
        return one
    }

    @Test func `each step of the way counts the visits that came so far`() async throws {
        let report = try await term().report { $0.creators = ["creator@me.example"] }
        // v1, v2, v3; v6 came to learn; robot and creator are left out. Half of two lessons is one.
        #expect(report.table("funnel")?.rows.map { $0[2] } == [3, 2, 1, 1, 1, 1, 0].map { Cell.count($0) })
        #expect(report.notes.contains("Left out: 1 visits of robots.") && report.notes.contains("Left out: 1 visits of the creator."))
        // Each source has one visit: under five, they stand together.
        #expect(report.table("sources")?.rows.map { $0[0] } == [.text("(others)")])
        #expect(report.row("sources", "(others)")?.prefix(5) == ["(others)", "3", "2", "1", "1"])
    }

    @Test func `seconds count once and who was a visitor first is one person`() async throws {
        let one = try await term()
        let lessons = lessonFigures(try one.crowd(), one.asked())
        let film = try #require(lessons.first)
        // Ann and v2. Ann saw all 100 of 100 seconds, v2 30 of 100: median 0.65. Played 50 + 60 + 30 = 140, of them 130 new.
        // Speed: (50 · 1 + 60 · 2 + 30 · 1) / 140.
        #expect(film.reached == 2 && film.started == 2 && film.completed == 1 && film.watchers == 2)
        #expect(film.shares.sorted() == [0.3, 1] && film.medianShare == 0.65)
        #expect(film.playedSeconds == 140 && film.uniqueSeconds == 130)
        #expect(abs(try #require(film.speed) - 200.0 / 140) < 1e-9)
        #expect(film.leftAt == [30] && film.left[29] == 1 && film.there[29] == 2 && film.there[30] == 1)
        #expect(film.seenTwice[39] == 0 && film.seenTwice[40] == 1 && film.seenTwice[49] == 1 && film.seenTwice[50] == 0)
        // v2 signs in: what it saw is bob's, who saw 20–40 on another day.
        try await one.tell("v2", 90, .ask(text: "Why?"), course: "c", lesson: "c/a", learner: "bob")
        try await one.watch("v7", 90_000, [20..<40], learner: "bob")
        let joined = try #require(lessonFigures(try one.crowd(), one.asked()).first)
        #expect(joined.watchers == 2 && joined.shares.sorted() == [0.4, 1] && joined.uniqueSeconds == 140 && joined.playedSeconds == 160)
    }

    @Test func `a lesson that is gone keeps its history and nobody has to complete it`() async throws {
        var one = try await term()
        try await one.done("v6", 86_800, lesson: "c/b", learner: "ann")
        #expect(try one.report().row("courses", "c")?[5] == "1")
        one.courses[0].lessons.removeLast()
        let report = try one.report()
        #expect(report.row("lessons", "c", "c/b")?[4] == "1")
        #expect(report.row("courses", "c")?[5] == "1")
        #expect(report.sections.first { $0.id == "watching" }?.notes.contains { $0.contains("no longer in the catalogue") } == true)
    }

    @Test func `a renamed course keeps what its ids did`() async throws {
        var one = try await term()
        one.courses[0].title = ["en": "New name"]
        one.courses[0].paths = ["courses/other/"]
        one.courses[0].lessons[0].paths = ["courses/other/a/"]
        #expect(try one.report().row("lessons", "c", "c/a")?[4] == "2")
        #expect(try one.report().row("sales-by-course", "c", "New name") != nil)
    }

    @Test func `a page that says which lesson it is needs no path`() async throws {
        let one = try Fixture()
        let view = Beacon.Event.view(path: "/of-long-ago/", referrer: nil, source: nil, medium: nil, campaign: nil)
        try await one.tell("v1", 0, view, course: "c", lesson: "c/a")
        try await one.tell("v2", 0, view, course: "c")
        let report = try one.report { $0.course = "c" }
        #expect(report.row("lessons", "c", "c/a")?[3] == "1")
        #expect(report.table("funnel")?.rows.first?[2] == .count(2))
    }

    @Test func `a clock beyond reason counts when it was heard of`() async throws {
        let one = try Fixture()
        try await one.tell("v1", -1000 * 86_400, .view(path: "/", referrer: nil, source: nil, medium: nil, campaign: nil), id: "old", heard: 50)
        let report = try one.report { $0.since = one.at(0) }
        #expect(report.table("funnel")?.rows.first?[2] == .count(1))
        #expect(report.notes.contains { $0.hasPrefix("1 events came from clocks") })
    }

    @Test func `thirty pages within a few seconds are no person`() async throws {
        let one = try Fixture()
        for page in 0..<40 { try await one.view("fast", Int64(page / 10), "/" + String(repeating: "x", count: page)) }
        #expect(try one.report().table("funnel") == nil)
        #expect(try one.report().notes.contains("Left out: 1 visits of robots."))
    }

    @Test func `waits are the median of who took both steps`() async throws {
        let one = try Fixture()
        // Five visitors wait 10, 20, 30, 40 and 100 seconds for the price: 30.
        for (place, wait) in [10, 20, 30, 40, 100].enumerated() {
            try await one.view("v\(place)", 0, "/courses/c/", referrer: "weibo.com")
            try await one.step("v\(place)", Int64(wait), "price-seen")
        }
        let report = try one.report()
        #expect(report.row("funnel", "price")?.last == "0:30")
        #expect(report.row("sources", "weibo.com")?.prefix(3) == ["weibo.com", "5", "5"])
    }

    @Test func `nobody is named unless it is asked for`() async throws {
        let one = try await term()
        let silent = try one.report()
        for face in [silent.text, silent.page, String(decoding: silent.json.bytes, as: UTF8.self)] + silent.csv.map(\.text) {
            #expect(!face.contains("ann@") && !face.contains("me.example"))
        }
        #expect(try one.report { $0.namesLearners = true }.text.contains("ann@me.example"))
    }

    @Test func `what a stranger sent is text on every face`() async throws {
        let one = try Fixture()
        for place in 0..<6 { try await one.view("v\(place)", 0, "/courses/c/", campaign: "<script>=1\"") }
        let report = try one.report()
        #expect(!report.page.contains("<script") && report.page.contains("campaign &lt;script&gt;=1&quot;"))
        #expect(try #require(report.csv.first { $0.name == "sources.csv" }).text.contains("\"campaign <script>=1\"\"\""))
    }
}
