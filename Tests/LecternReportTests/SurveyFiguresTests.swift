import LecternCore
import LecternStore
import Testing

@testable import LecternReport

struct SurveyFiguresTests {
    private let survey = Catalogue.Survey(questions: [
        .init(id: "goal", prompt: ["en": "Why?"], kind: .single, options: [.init(id: "work", text: ["en": "For work"]), .init(id: "joy", text: ["en": "For joy"])]),
        .init(id: "on", prompt: ["en": "On what?"], kind: .multiple, options: [.init(id: "phone", text: ["en": "A phone"]), .init(id: "pc", text: ["en": "A computer"])]),
        .init(id: "wish", prompt: ["en": "What else?"], kind: .text, limit: 100),
    ])

    private func report(_ one: Fixture, _ change: (inout ReportRequest) -> Void = { _ in }) throws -> Report {
        try one.report {
            $0.survey = survey
            change(&$0)
        }
    }

    private func say(_ one: Fixture, _ who: String, _ question: String, _ answer: JSON, at: Int64 = 0, learner: Bool = true) async throws {
        try await one.tell(who, at, .survey(question: question, answer: answer), learner: learner ? who : nil, id: "\(question)-\(at)")
    }

    @Test func `each person's last answer counts, in whatever order it was heard of`() async throws {
        let one = try Fixture()
        // Six for work, of whom l0 said "joy" before (and is heard of later); five on a phone, three of them on a computer as well.
        for number in 0..<6 {
            try await say(one, "l\(number)", "goal", ["work"], at: 100)
            if number < 5 { try await say(one, "l\(number)", "on", number < 3 ? ["phone", "pc"] : ["phone"], at: 100) }
        }
        try await say(one, "l0", "goal", ["joy"], at: 50)
        let found = try report(one)
        #expect(found.row("surveys", "goal") == ["goal", "work", "For work", "6", "100 % (61–100)"])
        #expect(found.table("surveys")?.rows.count == 1, "one answer of one person is not shown")
        // Three on a computer are fewer than five.
        #expect(found.row("surveys", "on", "phone") == nil && found.sections.flatMap(\.tables).filter { $0.id == "surveys" }[1].rows.map { $0[1] } == [.text("phone")])
    }

    @Test func `who answers differently is a group, with how far it comes and what it buys`() async throws {
        let one = try Fixture()
        for number in 0..<6 {
            let who = "l\(number)"
            try await say(one, who, "goal", ["work"])
            // All begin; four complete a of two lessons, which is half; three bought.
            try await one.watch(who, 10, [0..<50], learner: who)
            if number < 4 { try await one.done(who, 20, learner: who) }
            if number < 3 { try await one.order("o\(number)", who, 5, facts: [one.paid("o\(number)", 19900)]) }
        }
        #expect(try report(one).row("segments-by-answer", "For work") == ["For work", "6", "67 % (30–90)", "0 % (0–39)", "c/a", "50 % (19–81)", "–", "goal"])
    }

    @Test func `own words are shown from five people on, without names, and not those of robots or the creator`() async throws {
        let one = try Fixture()
        for number in 0..<4 { try await say(one, "l\(number)", "wish", .text("wish \(number)"), at: Int64(number)) }
        try await one.tell("bot", 9, .survey(question: "wish", answer: .text("buy pills")), robot: true)
        _ = try await one.store.findOrMakeLearner(email: EmailAddress("me@me.example")!, language: "en", newID: ID("me"), now: one.at(0))
        try await say(one, "me", "wish", .text("my own"))
        #expect(try report(one) { $0.creators = ["me@me.example"] }.table("survey-words") == nil)
        try await say(one, "l4", "wish", .text("first"), at: 10)
        try await say(one, "l4", "wish", .text("second"), at: 11)
        let found = try report(one) { $0.creators = ["me@me.example"] }
        #expect(found.table("survey-words")?.rows == ["second", "wish 3", "wish 2", "wish 1", "wish 0"].map { [.text("wish"), .text($0)] })
        #expect(!found.page.contains("buy pills") && !String(decoding: found.json.bytes, as: UTF8.self).contains("my own"))
    }

    @Test func `own words end with their events and with who is forgotten, and are never in what is kept`() async throws {
        let one = try Fixture()
        for number in 0..<5 {
            try await one.order("o\(number)", "l\(number)", 0)
            try await say(one, "l\(number)", "wish", .text("secret wish \(number)"))
        }
        let totals = try readTotals(of: one.store, paths: PagePaths(one.courses)).0
        #expect(!totals.questions.names.contains { $0.contains("secret") } && !totals.answers.names.contains { $0.contains("secret") })
        #expect(try await one.store.forget(ID("l0"), now: one.at(100)))
        #expect(try report(one).table("survey-words") == nil)
    }

    @Test func `with a course those count who began it`() async throws {
        let one = try Fixture()
        for number in 0..<5 { try await say(one, "l\(number)", "goal", ["work"]) }
        #expect(try report(one).row("surveys", "goal") != nil)
        #expect(try report(one) { $0.course = "c" }.row("surveys", "goal") == nil)
        for number in 0..<5 { try await one.watch("l\(number)", 10, [0..<50], learner: "l\(number)") }
        #expect(try report(one) { $0.course = "c" }.row("surveys", "goal") != nil)
    }
}
