import LecternLayouts
import Testing

@Suite struct SplicedBytesTests {
    /// What each key from -1 to 4 sees; 4 is no lesson's.
    private func views(_ page: String, _ fields: LayoutFields) -> [String] {
        var out: [UInt8] = []
        var splices: [LayoutSplice] = []
        layouts(page).render("page.html", fields, into: &out, splices: &splices)
        let spliced = SplicedBytes(bytes: out, splices: splices)
        return (-1...4).map { String(decoding: spliced.bytes(key: $0), as: UTF8.self) }
    }

    /// The same, rendered once for each key with flags in the place of splices.
    private func renderedEach(_ page: String, _ fields: (Int) -> LayoutFields) -> [String] {
        (-1...4).map { shown(layouts(page), fields($0)) }
    }

    private func course(_ flag: (Range<Int>) -> LayoutValue) -> LayoutFields {
        let chapters: [LayoutFields] = [0..<2, 2..<4].map { lessons in
            [
                "title": .text("Chapter \(lessons.lowerBound / 2)"), "open": flag(lessons),
                "lessons": LayoutValue(lessons.map { ["title": .text("Lesson \($0)"), "current": flag($0..<$0 + 1)] as LayoutFields }),
            ]
        }
        return ["chapters": LayoutValue(chapters)]
    }

    private func splice(_ keys: Range<Int>) -> LayoutValue { keys.count == 1 ? .splice(keys.lowerBound) : .splices(keys) }

    @Test(arguments: [
        "{{#chapters}}<details{{#open}} open{{/open}}>{{#lessons}}<li{{#current}} aria-current{{/current}}>{{title}}{{/lessons}}</details>{{/chapters}}",
        "{{#chapters}}{{#lessons}}{{^current}}<a>{{title}}</a>{{/current}}{{#current}}<b>{{title}}</b>{{/current}}{{/lessons}}{{/chapters}}",
        "{{#chapters}}{{#lessons}}{{#current}}<b>{{title}}</b>{{/current}}{{^current}}<a>{{title}}</a>{{/current}}{{/lessons}}{{/chapters}}",
        "{{#chapters}}{{#open}}<ol>{{#lessons}}<li{{#current}} x{{/current}}>{{title}}{{^current}}.{{/current}}{{/lessons}}</ol>{{/open}}{{/chapters}}",
        "{{#chapters}}{{^open}}<ol>{{#lessons}}<li{{#current}} x{{/current}}>{{title}}{{^current}}.{{/current}}{{/lessons}}</ol>{{/open}}{{/chapters}}",
        "{{#chapters}}{{#lessons}}{{^current}}{{#open}}near{{/open}}{{^open}}far{{/open}}{{#current}}never{{/current}}{{/current}}{{/lessons}}{{/chapters}}",
        "{{#chapters}}{{#lessons}}{{#current}}{{^open}}never{{/open}}{{#open}}here{{/open}}{{/current}}|{{/lessons}}{{/chapters}}",
    ])
    func `one rendering with splices equals a rendering for each lesson`(page: String) {
        let each = renderedEach(page) { key in course { .flag($0.contains(key)) } }
        #expect(views(page, course(splice)) == each)
        #expect(Set(each).count >= 3, "the lessons should differ, else this tests nothing")
    }

    @Test func `splices are found at their positions in the output`() {
        var out = Array("before ".utf8)
        var splices: [LayoutSplice] = []
        layouts("a{{#x}}!{{/x}}b{{^x}}?{{/x}}").render("page.html", ["x": .splice(7)], into: &out, splices: &splices)
        #expect(String(decoding: out, as: UTF8.self) == "before ab?")
        #expect(
            splices == [
                LayoutSplice(keys: 7..<8, range: 8..<8, bytes: [UInt8(ascii: "!")]),
                LayoutSplice(keys: 7..<8, range: 9..<10, bytes: []),
            ])
    }

    @Test func `without splices a page shows what no key changes`() {
        #expect(shown(layouts("a{{#x}}!{{/x}}{{^x}}?{{/x}}"), ["x": .splice(0)]) == "a?")
    }
}
