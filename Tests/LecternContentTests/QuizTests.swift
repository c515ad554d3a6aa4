import LecternCore
import Testing

@testable import LecternContent

@Suite struct QuizTests {
    private func read(_ text: String) -> (quiz: Quiz?, problems: [String]) {
        let (quiz, problems) = Quiz.read(bytes: Array(text.utf8), file: "quiz.yml")
        return (quiz, problems.sorted().map(\.description))
    }

    /// A quiz of one question, whose first line is line 2 of the file.
    private func ask(_ question: String) -> (question: Quiz.Question?, problems: [String]) {
        let lines = question.split(separator: "\n").enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
        let (quiz, problems) = read("questions:\n" + lines.joined(separator: "\n") + "\n")
        return (quiz?.questions.first, problems)
    }

    @Test func `a quiz is read with its pass mark, attempts and points`() throws {
        let (quiz, problems) = read(
            """
            title: 小测
            pass: 75
            attempts: 3
            questions:
              - id: loop
                prompt: 哪个是循环？
                points: 2
                at: 1:23
                explain: 见第三课。
                options: [{text: while, correct: true, explain: 对}, if]
              - {prompt: 2 + 2, answer: 4}
            """)
        #expect(problems == [])
        #expect(quiz?.title == "小测" && quiz?.passPercent == 75 && quiz?.attempts == 3)
        let first = try #require(quiz?.questions.first)
        #expect(first.id == "loop" && first.points == 2 && first.atSeconds == 83 && first.line == 5)
        #expect(first.prompt.value == "哪个是循环？" && first.prompt.line == 6 && first.explain?.value == "见第三课。")
        guard case .single(let options) = first.kind else { Issue.record("not single"); return }
        #expect(options.map(\.text.value) == ["while", "if"] && options.map(\.isCorrect) == [true, false])
        #expect(options[0].explain?.value == "对")
        #expect(quiz?.questions[1].id == "q2")
    }

    @Test func `without words, sixty percent pass and attempts are free`() {
        let quiz = read("questions: [{prompt: a, answer: true}]").quiz
        #expect(quiz?.passPercent == 60 && quiz?.attempts == nil && quiz?.title == nil)
    }

    @Test func `the keys tell the kind of a question`() {
        func kind(_ question: String) -> String {
            switch ask("prompt: a\n" + question).question?.kind {
            case .single: "single"
            case .multiple: "multiple"
            case .trueFalse(let answer): "trueFalse \(answer)"
            case .number(let answer, let tolerance): "number \(answer) \(tolerance)"
            case .text(let forms): "text \(forms)"
            case .ordering(let items): "ordering \(items.map(\.value))"
            case .blanks(let parts, let isCode): "blanks \(parts.count) \(isCode)"
            case nil: "nothing"
            }
        }
        #expect(kind("options: [{text: a, correct: true}, b]") == "single")
        #expect(kind("options: [{text: a, correct: true}, {text: b, correct: true}]") == "multiple")
        #expect(kind("kind: multiple\noptions: [{text: a, correct: true}, b]") == "multiple")
        #expect(kind("answer: no") == "trueFalse false")
        #expect(kind("answer: 3.5\ntolerance: 0.25") == "number 3.5 0.25")
        #expect(kind("answer: -200\ntolerance: 1%") == "number -200.0 2.0")
        #expect(kind("answer: 4") == "number 4.0 0.0")
        #expect(kind("accept: while") == #"text ["while"]"#)
        #expect(kind("accept: [1, 'null']") == #"text ["1", "null"]"#)
        #expect(kind("order: [b, a]") == #"ordering ["b", "a"]"#)
        #expect(kind("text: 'a {{b}} c'\ncode: true") == "blanks 3 true")
    }

    @Test func `blanks hold accepted forms, and a backslash keeps braces`() {
        let (parts, problems) = readBlankParts(#"for {{ i }} in {{range(3)|range(0, 3)}}: \{{x\}} {{a \|\| b}}"#)
        #expect(problems.isEmpty)
        #expect(
            parts == [
                .plain("for "), .blank(["i"]), .plain(" in "), .blank(["range(3)", "range(0, 3)"]), .plain(": {{x}} "), .blank(["a || b"]),
            ])
    }

    @Test func `every problem of a quiz is told at once, with its line and how to mend it`() {
        let problems = read(
            """
            titel: 小测
            pass: 160
            attempts: 0
            questions:
              - kind: single
                prompt: a
                options: [{text: x, correct: true}, {text: y, correct: true}]
              - prompt: b
                options: [{text: x, corect: true}, x]
              - {prompt: c, answer: many}
              - {id: same, answer: 4, tolerance: -1}
              - {id: same, prompt: e, answer: true}
            """
        ).problems
        #expect(
            problems == [
                "quiz.yml:1: warning: unknown key \"titel\"\n  did you mean title?",
                "quiz.yml:2: error: pass is a whole number from 0 to 100",
                "quiz.yml:3: error: attempts is a whole number from 1 to 1000",
                """
                quiz.yml:7: error: 2 options are right in a question of the kind single
                  write kind: multiple, or leave correct: true on one of them
                """,
                "quiz.yml:9: error: none of these options is right\n  write correct: true on the right one",
                "quiz.yml:9: error: two options read \"x\", the other one is in line 9\n  change or remove one of them",
                "quiz.yml:9: warning: unknown key \"corect\"\n  did you mean correct?",
                "quiz.yml:10: error: \"many\" is not a number\n  answer: 3.14, without a unit\n  for a word write accept: [many]",
                """
                quiz.yml:11: error: "-1" is no tolerance
                  tolerance: 0.01, or tolerance: 1%, and never less than nothing
                """,
                "quiz.yml:11: error: question 4 has no prompt\n  prompt: what is asked",
            ])
    }

    @Test func `the questions beside a broken one are read, so that their Markdown is checked too`() {
        let (quiz, problems) = read("questions: [{prompt: a, answer: many}, {prompt: b, answer: 1}]")
        #expect(problems.count == 1 && quiz?.questions.map(\.prompt.value) == ["b"])
        #expect(read("questions: [{prompt: a, answer: many}]").quiz == nil)
    }

    @Test func `two questions of one id are told apart by their lines`() {
        #expect(
            read("questions:\n  - {id: a, prompt: x, answer: 1}\n  - {id: a, prompt: y, answer: 2}\n").problems == [
                "quiz.yml:3: error: two questions have the id \"a\", the other one is in line 2\n  give each its own id: results are kept under it"
            ])
        // An id that is left out may be the one that another question was given.
        #expect(read("questions: [{id: q2, prompt: x, answer: 1}, {prompt: y, answer: 2}]").problems.count == 1)
    }

    @Test(arguments: [
        ("prompt: a", "2: error: this question has no answer"),
        ("prompt: a\nkind: singel\noptions: [b, c]", "3: error: there is no kind of question \"singel\"\n  did you mean single?"),
        ("prompt: a\nkind: essay", "3: error: there is no kind of question \"essay\"\n  kinds: single, multiple"),
        ("prompt: a\nkind: single", "2: error: options are missing, or no list"),
        ("prompt: a\noptions: [{text: x, correct: true}]", "3: error: a choice has at least two options"),
        ("prompt: a\nkind: multiple\noptions: [x, y]", "4: error: none of these options is right"),
        ("prompt: a\noptions: [{text: null, correct: true}, y]", "3: error: this option has no text\n  write it in quotes: \"null\""),
        ("prompt: a\nkind: truefalse\nanswer: maybe", "4: error: answer is true or false"),
        ("prompt: a\nkind: truefalse", "2: error: answer is missing"),
        ("prompt: a\nkind: number", "2: error: answer is missing"),
        ("prompt: a\nanswer: '4'\nkind: number", "3: error: \"4\" is not a number"),
        ("prompt: a\nanswer: 0\ntolerance: 5%", "4: error: a share of 0 is 0"),
        ("prompt: a\nanswer: 1\ntolerance: some", "4: error: \"some\" is no tolerance"),
        ("prompt: a\nkind: text\naccept: []", "4: error: no accepted answer"),
        ("prompt: a\naccept: [x, '  ']", "3: error: an accepted answer is a text that is not empty"),
        ("prompt: a\norder: [x]", "3: error: an ordering has at least two items"),
        ("prompt: a\norder: [x, y, x]", "3: error: two items read \"x\""),
        ("prompt: a\ntext: no blank", "3: error: this text has no blank"),
        ("prompt: a\ntext: 'x {{y'", "3: error: {{ opens a blank that is never closed"),
        ("prompt: a\ntext: 'x }} y'", "3: error: }} closes a blank that was never opened"),
        ("prompt: a\ntext: 'x {{a {{b}}'", "3: error: a blank opens inside another one"),
        ("prompt: a\ntext: 'x {{a|}}'", "3: error: a blank has an empty answer"),
        ("prompt: a\nanswer: 1\nat: 1:75", "4: error: \"1:75\" is not a time"),
        ("prompt: a\nanswer: 1\nid: my id", "4: error: the id \"my id\" is too long or has a space in it"),
        ("prompt: a\nanswer: 1\npoints: 0", "4: error: points is a whole number from 1 to 100"),
        ("prompt: a\nanswer: 1\naccept: [x]", "4: warning: \"accept\" has no use in a question of the kind number"),
    ])
    func `a question that cannot be marked is refused`(question: String, problem: String) {
        let problems = ask(question).problems
        #expect(problems.count == 1 && problems[0].hasPrefix("quiz.yml:" + problem), "\(problems)")
    }

    @Test func `a file that is no quiz is refused in words`() {
        #expect(read("").problems == ["quiz.yml:1: error: this quiz has no questions\n  write a list below questions:, or remove the file"])
        #expect(read("questions: []").problems.count == 1)
        #expect(read("- prompt: a").problems.first?.hasPrefix("quiz.yml:1: error: a quiz is title, pass, attempts and questions") == true)
        #expect(read("questions: [a]").problems.first?.hasPrefix("quiz.yml:1: error: a question is a prompt and its answer") == true)
        #expect(read("title: [").problems.count == 1)
    }
}
