import LecternCore
import Testing

@testable import LecternContent

@Suite struct SurveyTests {
    private func read(_ text: String) -> (survey: Survey?, problems: [String]) {
        let (survey, problems) = Survey.read(bytes: Array(text.utf8), file: "survey.yml")
        return (survey, problems.sorted().map(\.description))
    }

    @Test func `a survey is read with its questions, options and own words`() throws {
        let (survey, problems) = read(
            """
            title: Who are you?
            questions:
              - {id: goal, prompt: Why?, options: [{id: work, text: For work}, {id: joy, text: For joy}]}
              - {prompt: On what?, kind: multiple, options: [a phone, a computer]}
              - {id: wish, prompt: What else?, kind: text, limit: 200}
            """)
        #expect(problems == [])
        let questions = try #require(survey?.questions)
        #expect(questions.map(\.id) == ["goal", "q2", "wish"])
        #expect(questions[0].kind == .single([.init(id: "work", text: LocalText("For work")), .init(id: "joy", text: LocalText("For joy"))]))
        #expect(questions[1].kind.options.map(\.id) == ["1", "2"])
        #expect(questions[2].kind == .text(limit: 200))
    }

    @Test func `every mistake is told with its line and how to mend it`() {
        let (survey, problems) = read(
            """
            titel: Who?
            questions:
              - {id: goal, prompt: Why?, options: [one]}
              - {id: goal, prompt: Why not?, kind: singel, options: [a, b]}
              - {id: two words, prompt: What?, options: [a, a]}
              - {prompt: And?}
              - {options: [a, b]}
              - {prompt: How?, kind: text, options: [a, b]}
              - {prompt: How long?, kind: text, limit: 9000}
            """)
        #expect(survey == nil)
        #expect(
            problems == [
                "survey.yml:1: warning: unknown key \"titel\"\n  did you mean title?",
                "survey.yml:3: error: a choice has at least two options\n  add another option",
                "survey.yml:4: error: there is no kind of question \"singel\"\n  did you mean single?",
                "survey.yml:5: error: the id \"two words\" has something else in it than letters, digits, - and _, or is longer than 64 bytes\n  id: goal",
                "survey.yml:5: error: two options are \"a\"\n  change or remove one of them",
                "survey.yml:6: error: this question has no options\n  options: [yes please, no]\n  or kind: text, for the reader's own words",
                "survey.yml:7: error: question 5 has no prompt\n  prompt: what is asked",
                "survey.yml:8: error: \"options\" has no use in a question of the kind text\n  remove it, or change kind:",
                "survey.yml:9: error: limit is a whole number from 1 to 2000",
            ])
        #expect(read("questions: [{prompt: a, id: x, kind: text}, {prompt: b, id: x, kind: text}]").problems.first?.contains("two questions have the id \"x\"") == true)
        #expect(read("- a").problems.first?.contains("a survey is title, intro and questions") == true)
        #expect(read("title: nothing").problems.first?.contains("no questions") == true)
    }

    @Test func `a translation asks the same, under the same ids`() throws {
        var survey = try #require(read("questions: [{id: goal, prompt: 为什么？, options: [{id: work, text: 工作}, {id: joy, text: 喜欢}]}]").survey)
        let english = try #require(read("questions: [{id: goal, prompt: Why?, options: [{id: work, text: Work}, {id: joy, text: Joy}]}]").survey)
        #expect(survey.add(english, language: "en", file: "survey.en.yml") == [])
        #expect(survey.questions[0].prompt["en"] == "Why?" && survey.questions[0].prompt["zh"] == "为什么？")
        #expect(survey.questions[0].kind.options.map { $0.text["en"] } == ["Work", "Joy"])
        let turned = try #require(read("questions: [{id: goal, prompt: Why?, options: [{id: joy, text: Joy}, {id: work, text: Work}]}]").survey)
        #expect(survey.add(turned, language: "en", file: "survey.en.yml").map(\.message) == ["question \"goal\" has other answers than in survey.yml"])
        let other = try #require(read("questions: [{id: reason, prompt: Why?, kind: text}]").survey)
        #expect(survey.add(other, language: "en", file: "survey.en.yml").count == 1)
    }
}
