import LecternCore
import Testing

@testable import LecternServer

struct FormTests {
    private func code(_ work: () throws(Refused) -> Void) -> String? {
        do {
            try work()
            return nil
        } catch {
            return error.more.first?.value.text ?? error.code
        }
    }

    @Test func `fields are taken by their kind, and the wrong one is named`() throws {
        let text = #"{"email":" L@Me.example","total":{"currency":"CNY","minorUnits":19900},"attempt":"abc-DEF_123","note":"a\u0000b"}"#
        var form = try Form(text.utf8)
        #expect(try form.email().text == "l@me.example")
        #expect(try form.money("total") == Money(minorUnits: 19900, currency: .cny))
        #expect(try form.word("attempt", 8...64) == "abc-DEF_123")
        #expect(code { () throws(Refused) in _ = try form.text("note", limit: 10) } == "note")
        #expect(code { () throws(Refused) in _ = try form.text("missing", limit: 10) } == "missing")
        #expect(code { () throws(Refused) in _ = try form.text("total", limit: 10) } == "total")
        #expect(code { () throws(Refused) in _ = try form.word("email", 1...64) } == "email")
        #expect(code { () throws(Refused) in try form.end() } == nil)
    }

    @Test func `a field that nobody asked for is refused`() throws {
        #expect(code { () throws(Refused) in try Form.requireNothing(#"{"x":1}"#.utf8) } == "x")
        #expect(code { () throws(Refused) in try Form.requireNothing("{}".utf8) } == nil)
        for text in ["", "[]", "1", "null", "{", "\"{}\""] { #expect(code { () throws(Refused) in try Form.requireNothing(text.utf8) } == "bad-json", "\(text)") }
    }

    @Test func `null is a value, not a missing one`() throws {
        var form = try Form(#"{"language":null}"#.utf8)
        #expect(code { () throws(Refused) in _ = try form.optionalText("language", limit: 35) } == "language")
    }

    @Test(arguments: [
        #"{"total":{"currency":"XXX","minorUnits":1}}"#, #"{"total":{"currency":"CNY","minorUnits":1.5}}"#, #"{"total":{"currency":"CNY"}}"#,
        #"{"total":{"currency":"CNY","minorUnits":1,"more":1}}"#, #"{"total":{"currency":"CNY","minorUnits":99999999999999999999}}"#, #"{"total":1}"#,
    ])
    func `money is whole units of a currency that is known`(text: String) throws {
        var form = try Form(text.utf8)
        #expect(code { () throws(Refused) in _ = try form.money("total") } == "total")
    }
}
