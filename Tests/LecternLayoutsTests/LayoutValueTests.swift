import LecternLayouts
import Testing

@Suite struct LayoutValueTests {
    @Test func `text is escaped and HTML is not`() {
        let set = layouts("<p title=\"{{text}}\">{{{html}}}</p>", shape: ["text": .text, "html": .html])
        #expect(set.problems.isEmpty)
        #expect(
            shown(set, ["text": "<b> & \"c\" 'd' 变量 🙂", "html": .html(Array("<em>é</em>".utf8))])
                == "<p title=\"&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; 变量 🙂\"><em>é</em></p>")
    }

    @Test func `items that come one at a time show as a list of them does, and what is written may leave on the way`() {
        let set = layouts("a{{#x}}<{{n}}{{y}}>{{/x}}b{{#x}}{{n}}{{/x}}{{^x}}none{{/x}}c", shape: ["x": .list(["n": .text, "y": .text])])
        #expect(set.problems.isEmpty)
        let items: [LayoutValue] = (1...4).map { ["n": .text(String($0)), "y": "y"] }
        var gone: [[UInt8]] = []
        var out: [UInt8] = []
        set.render(
            "page.html", ["x": .stream], into: &out,
            stream: LayoutStream(
                items: { each in for item in items { each(item) } },
                drain: { out in
                    gone.append(out)
                    out = []
                }))
        #expect(gone.count == 8)
        #expect(String(decoding: gone.joined() + out, as: UTF8.self) == shown(set, ["x": .list(items)]))
    }

    @Test func `text that is longer than a small string is escaped too`() {
        let long = String(repeating: "a & b, ", count: 40)
        #expect(shown(layouts("{{text}}"), ["text": .text(long)]) == long.replacing("&", with: "&amp;"))
    }

    @Test(arguments: [
        LayoutValue.missing, .flag(false), .text(""), .html([]), .list([]), .splice(1), .splices(1..<3),
    ])
    func `nothing, no, and the empty show the inverted section`(value: LayoutValue) {
        #expect(shown(layouts("{{#x}}yes{{/x}}{{^x}}no{{/x}}"), ["x": value]) == "no")
    }

    @Test(arguments: [LayoutValue.flag(true), .text("0"), .html([0x20]), .list([.missing]), .fields([:])])
    func `everything else shows the section`(value: LayoutValue) {
        #expect(shown(layouts("{{#x}}yes{{/x}}{{^x}}no{{/x}}"), ["x": value]) == "yes")
    }

    @Test func `an optional that is nil is nothing`() {
        let set = layouts("{{#text}}[{{text}}]{{/text}}{{#group}}[{{name}}]{{/group}}")
        #expect(shown(set, ["text": LayoutValue(nil as String?), "group": LayoutValue(nil as LayoutFields?)]) == "")
        #expect(shown(set, ["text": LayoutValue("a" as String?), "group": ["name": "b"]]) == "[a][b]")
    }

    @Test func `a part that an item lacks is not taken from around it`() {
        let link: LayoutShape = ["title": .text, "url": .text]
        let set = layouts("{{#course}}{{#author}}{{title}}:{{url}}{{/author}}{{/course}}", shape: [
            "course": ["url": .text], "author": link,
        ])
        #expect(set.problems.isEmpty)
        #expect(shown(set, ["course": ["url": "/course/"], "author": ["title": "Ada"]]) == "Ada:")
    }

    @Test func `what only the outside has is found from inside`() {
        let set = layouts("{{#items}}{{name}} in {{site.title}}. {{/items}}", shape: [
            "site": ["title": .text], "items": .list(["name": .text]),
        ])
        #expect(shown(set, ["site": ["title": "S"], "items": [["name": "a"], ["name": "b"]]]) == "a in S. b in S. ")
    }

    @Test func `setting a name again replaces it, and reading an unset one gives nothing`() {
        var fields: LayoutFields = ["a": "1"]
        fields["a"] = "2"
        fields["a name of more than twenty-four bytes"] = "long"
        fields["a name of more than twenty-four bits"] = "other"
        #expect(shown(layouts("{{a}}{{b}}"), fields) == "2")
        #expect(fields[LayoutName("a name of more than " + "twenty-four bytes")].text == "long")
        #expect(fields["unset"].text == nil)
    }
}

extension LayoutValue {
    fileprivate var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
