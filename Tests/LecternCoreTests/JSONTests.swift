import LecternCore
import Testing

struct JSONTests {
    @Test func `what was written is read again`() throws {
        let value: JSON = [
            "id": "a/b", "words": "\"\\\n\u{7}<&>课程😀", "price": ["currency": "KWD", "minorUnits": .whole(.max)], "none": .null,
            "list": [true, false, .real(12.5), -3], "empty": [:],
        ]
        #expect(try JSON(value.bytes) == value)
        #expect(String(decoding: JSON.text("<a>&").bytes, as: UTF8.self) == #""\u003ca\u003e\u0026""#)
        #expect(String(decoding: JSON.real(12).bytes, as: UTF8.self) == "12")
    }

    @Test func `escapes, pairs and numbers are read as RFC 8259 writes them`() throws {
        #expect(try JSON(" [ \"\\u8bfe\\ud83d\\ude00\\/\\b\" ,1e2,-0.5, 0 ] ".utf8) == ["课😀/\u{8}", .real(100), .real(-0.5), 0])
        #expect(try JSON("9223372036854775808".utf8) == .real(9223372036854775808))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "'a'", "\"a", "\"\t\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\udc00\"", "\"\\ud800\\u0041\"", "01", "1.", ".5", "-", "+1", "1e", "1e999", "NaN", "Infinity", "tru", "nul", "[] []", "\u{feff}[]",
        "\"\0\"",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: JSONRefusal.self) { try JSON(text.utf8) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONRefusal.self) { try JSON([0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONRefusal.self) { try JSON([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test func `a name that stands twice is refused, among few names and among many`() {
        #expect(throws: JSONRefusal.namesTwice("a")) { try JSON(#"{"a":1,"\u0061":2}"#.utf8) }
        let many = (0..<5000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: JSONRefusal.namesTwice("k7")) { try JSON("{\(many),\"k7\":1}".utf8) }
        #expect(throws: JSONRefusal.namesTwice("k4000")) { try JSON("{\(many),\"k4000\":1}".utf8) }
    }

    @Test func `depth is bounded`() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        _ = try JSON(nested(JSON.depthLimit).utf8)
        #expect(throws: JSONRefusal.isTooDeep) { try JSON(nested(JSON.depthLimit + 1).utf8) }
        #expect(throws: JSONRefusal.isTooDeep) { try JSON(String(repeating: "{\"a\":", count: 1_000_000).utf8) }
    }
}
