import Foundation
import LecternContent
import LecternLayouts
import Testing

@testable import LecternBuild

@Suite struct QuizViewTests {
    private func questions(_ text: String, id: String = "python/loops") throws -> (version: String, questions: [LayoutFields]) {
        let (quiz, problems) = Quiz.read(bytes: Array(text.utf8), file: "quiz.yml")
        #expect(problems.isEmpty)
        let fields = quizFields(try #require(quiz), id: id) { markdown, _, _ in Array(markdown.value.utf8) }
        guard case .list(let list) = fields["questions"] else { return ("", []) }
        return (string(fields["version"]), list.compactMap { if case .fields(let fields) = $0 { fields } else { nil } })
    }

    private func string(_ value: LayoutValue) -> String {
        switch value {
        case .text(let text): text
        case .html(let bytes): String(decoding: bytes, as: UTF8.self)
        default: ""
        }
    }

    private func list(_ value: LayoutValue) -> [LayoutFields] {
        guard case .list(let values) = value else { return [] }
        return values.compactMap { if case .fields(let fields) = $0 { fields } else { nil } }
    }

    private func after(_ question: LayoutFields) throws -> String {
        String(decoding: try #require(Data(base64Encoded: string(question["after"]))), as: UTF8.self)
    }

    @Test func `an answer has the digest that the browser gives it`() throws {
        struct Table: Decodable { var digests: [[String]] }
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let table = try JSONDecoder().decode(Table.self, from: Data(contentsOf: tests.appending(path: "Browser/answer-forms.json")))
        #expect(!table.digests.isEmpty)
        for row in table.digests { #expect(answerDigest(quiz: row[0], question: row[1], answer: row[2]) == row[3]) }
    }

    @Test func `accepted forms that are compared as one get one digest`() throws {
        let text = try questions("questions: [{id: a, prompt: p, accept: ['[20, 30]', '[20,30]', \"20\"]}]").questions[0]
        let digests = string(text["answers"]).split(separator: " ")
        #expect(digests.count == 2 && digests[0] == answerDigest(quiz: "python/loops", question: "a", answer: "[20,30]"))
        #expect(try after(text) == #"{"shown":["[20, 30]"]}"#)
    }

    @Test func `the right options leave as digests of their places, and explanations wait for the marking`() throws {
        let choice = try questions(
            "questions: [{prompt: p, explain: e, options: [{text: a, explain: why}, {text: b, correct: true}]}]"
        ).questions[0]
        #expect(string(choice["answers"]) == answerDigest(quiz: "python/loops", question: "q1", answer: "2"))
        #expect(list(choice["options"]).map { string($0["html"]) } == ["a", "b"])
        #expect(try after(choice) == #"{"options":{"1":"why"},"explain":"e"}"#)
    }

    @Test func `a number waits with its tolerance, written the shortest way`() throws {
        let numbers = try questions("questions: [{prompt: p, answer: 12}, {prompt: p, answer: 13.2, tolerance: 0.01}]").questions
        #expect(try after(numbers[0]) == #"{"answer":"12","tolerance":"0","shown":["12"]}"#)
        #expect(try after(numbers[1]) == #"{"answer":"13.2","tolerance":"0.01","shown":["13.2"]}"#)
        #expect(string(numbers[0]["answers"]) == "")
    }

    @Test func `an ordering is never shown in the right order, and always in the same one`() throws {
        for count in 2...6 {
            let words = (0..<count).map { "w\($0)" }
            for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
                let source = "questions: [{id: \(id), prompt: p, order: [\(words.joined(separator: ", "))]}]"
                let question = try questions(source).questions[0]
                let items = list(question["items"])
                let shown = items.map { string($0["html"]) }
                #expect(shown != words && shown.sorted() == words)
                #expect(try list(questions(source).questions[0]["items"]).map { string($0["html"]) } == shown)
                // The digest in each place is that of the item that belongs there.
                let digests = string(question["answers"]).split(separator: " ").map(String.init)
                for (place, word) in words.enumerated() {
                    let item = try #require(items.first { string($0["html"]) == word })
                    #expect(digests[place] == answerDigest(quiz: "python/loops", question: id, answer: "\(place + 1):\(string(item["id"]))"))
                }
            }
        }
    }

    @Test func `blanks are numbered, and their size tells little of their answer`() throws {
        let blanks = try questions(#"questions: [{prompt: p, text: "for {{i}} in {{range(3)|range(0, 3)}}:"}]"#).questions[0]
        let parts = list(blanks["parts"])
        #expect(parts.map { string($0["plain"]) } == ["for ", "", " in ", "", ":"])
        #expect(parts.map { string($0["blank"]) } == ["", "1", "", "2", ""])
        #expect(parts.map { string($0["size"]) } == ["", "4", "", "12", ""])
        #expect(try after(blanks) == #"{"shown":["i","range(3)"]}"#)
    }

    @Test func `a translation continues what the other language began, and a changed answer starts anew`() throws {
        let chinese = try questions("questions: [{prompt: 问, options: [{text: 甲, correct: true}, 乙]}, {prompt: 真, answer: true}]").version
        let english = try questions("questions: [{prompt: A, options: [{text: B, correct: true}, C]}, {prompt: D, answer: true}]").version
        let changed = try questions("questions: [{prompt: A, options: [B, {text: C, correct: true}]}, {prompt: D, answer: true}]").version
        #expect(chinese == english && english != changed && chinese.count == 8)
    }

    @Test func `points are shown when they differ`() throws {
        func shows(_ points: String) throws -> Bool {
            guard case .flag(let flag) = try questions("questions: [{prompt: p, answer: 1}, {prompt: p, answer: 1, points: \(points)}]").questions[0]["showPoints"]
            else { return false }
            return flag
        }
        #expect(try shows("2") && !shows("1"))
    }
}
