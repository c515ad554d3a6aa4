import Foundation
import Testing

@testable import LecternContent

@Suite struct AnswerFormTests {
    /// The table that the browser's side is tested with too.
    struct Table: Decodable {
        var forms: [[String]]

        static func read() throws -> Table {
            let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return try JSONDecoder().decode(Table.self, from: Data(contentsOf: tests.appending(path: "Browser/answer-forms.json")))
        }
    }

    @Test func `an answer is compared in the form that the browser gives it`() throws {
        let forms = try Table.read().forms
        #expect(forms.count > 40)
        for pair in forms { #expect(Array(answerForm(pair[0]).utf8) == Array(pair[1].utf8), "\(pair[0])") }
    }

    @Test func `a form is its own form`() throws {
        for pair in try Table.read().forms { #expect(answerForm(pair[1]) == pair[1]) }
    }
}
