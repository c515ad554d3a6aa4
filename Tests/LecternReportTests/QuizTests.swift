import LecternCore
import Testing

@testable import LecternReport

struct QuizTests {
    /// Forty learners, three questions. 10 have all right, 10 the first two, 10 the first alone, 10 none.
    private func ladder() async throws -> Fixture {
        let one = try Fixture()
        for learner in 0..<40 {
            let right = 3 - learner / 10
            for question in 0..<3 { try await one.answer("l\(learner)", "q\(question + 1)", question < right, answer: question < right ? "yes" : "no") }
        }
        return one
    }

    @Test func `difficulty, discrimination and reliability are those of the textbook`() async throws {
        let one = try await ladder()
        let quiz = try #require(quizFigures(try one.crowd(), one.asked()).first)
        // p = 0.75, 0.5, 0.25. Σpq = 0.1875 + 0.25 + 0.1875 = 0.625. Totals 3, 2, 1, 0, ten each: variance 1.25.
        // KR-20 = 3/2 · (1 − 0.625 / 1.25) = 0.75.
        #expect(quiz.complete == 40)
        #expect(quiz.questions.map(\.first.value) == [0.75, 0.5, 0.25])
        #expect(abs(try #require(quiz.reliability) - 0.75) < 1e-12)
        // q1 against q2 + q3, in the four groups: (1,2), (1,1), (1,0), (0,0): covariance 0.75 · … = mean(xy) − mean(x)·mean(y)
        // = 0.75 − 0.75 · 0.75 = 0.1875; sd(x) = √0.1875, sd(y) = √(5/4 − 9/16) = √0.6875; r = 0.1875 / √(0.1875 · 0.6875) = 0.5222.
        #expect(abs(try #require(quiz.questions[0].discrimination) - 0.52223) < 1e-4)
        // q2 against q1 + q3: (1,2), (1,1), (0,1), (0,0): mean(xy) 0.75 − 0.5 · 1 = 0.25; sd 0.5 and √0.5: r = 0.7071.
        #expect(abs(try #require(quiz.questions[1].discrimination) - 0.70711) < 1e-4)
    }

    @Test func `only the first attempt says how hard a question is`() async throws {
        let one = try Fixture()
        for learner in 0..<30 {
            try await one.answer("l\(learner)", "q1", learner < 12, at: 1, answer: learner < 12 ? "a" : "b")
            if learner >= 12 { try await one.answer("l\(learner)", "q1", true, attempt: 2, at: 2, answer: "a") }
        }
        // Heard of late, of somebody whose second attempt came first.
        let report = try one.report()
        #expect(report.row("questions", "c", "c/a", "q1")?[3] == "30")
        #expect(report.table("questions")?.rows[0][4] == .share(Share(12, of: 30)))
        #expect(report.table("questions")?.rows[0][5] == .part(1))
        #expect(report.row("answers", "c", "c/a", "q1", "b")?[5] == "18")
    }

    @Test func `under thirty answers nothing is said`() async throws {
        let one = try Fixture()
        for learner in 0..<29 { try await one.answer("l\(learner)", "q1", false) }
        #expect(try one.report().row("questions", "c", "c/a", "q1")?[4] == "too few (29)")
        #expect(try one.report().table("answers")?.rows.isEmpty == true)
        #expect(try one.report().advice.isEmpty)
    }

    @Test func `answers of a few are put together`() async throws {
        let one = try Fixture()
        for learner in 0..<34 { try await one.answer("l\(learner)", "q1", learner < 30, answer: learner < 30 ? "a" : "odd \(learner)") }
        #expect(try one.report().row("answers", "c", "c/a", "q1", "(others)")?[5] == "4")
        #expect(try !one.report().page.contains("odd 3"))
    }

    @Test func `questions of other lessons that bear the same name stay apart`() async throws {
        let one = try Fixture()
        try await one.answer("l1", "q1", true, lesson: "c/a")
        try await one.answer("l1", "q2", true, lesson: "c/a")
        try await one.answer("l1", "q1", false, lesson: "c/b")
        try await one.answer("l1", "q2", true, lesson: "c/b")
        #expect(try one.report().table("questions")?.rows.count == 4)
    }
}
