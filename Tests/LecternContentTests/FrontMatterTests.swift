import LecternCore
import Testing

@testable import LecternContent

/// What stands at the head of a page.
@Suite struct FrontMatterTests {
    private func read(_ text: String) -> FrontMatterFile { readFrontMatter(Array(text.utf8), file: "a.md", currency: .cny) }

    private func body(_ text: String) -> String {
        String(decoding: Array(text.utf8)[read(text).bodyOffset...], as: UTF8.self)
    }

    @Test func `every key is read`() {
        let file = read(
            """
            ---
            title: Loops
            description: Words
            date: 2026-03-01
            lastmod: 2026-03-02 09:30
            draft: yes
            publishDate: 2026-03-03T09:30:00+08:00
            expiryDate: 2027-01-01
            slug: loops
            aliases: [/old/, /older/]
            weight: -3
            tags: one
            images: [a.jpg]
            id: python/loops
            access: preview
            video: talk.mp4
            duration: 1:02:03
            chapters:
              - {time: "0:00", title: A}
              - "1:23": B
              - 2:00 C
            concepts: [loop]
            requires: [python/if]
            audience: [all]
            level: easy
            outcomes: [much]
            price: {CNY: 199, JPY: 4900}
            product: p
            drip: 7
            faq:
              - {question: Why?, answer: Because}
              - {q: How?, a: So}
              - "When?": Now
            ---
            Body
            """)
        let front = file.frontMatter
        #expect(file.problems == [])
        #expect(file.bodyLine == 35)
        #expect((front.title, front.description, front.slug, front.weight) == ("Loops", "Words", "loops", -3))
        #expect(front.publishDate == Moment("2026-03-03T01:30:00Z"))
        #expect(front.draft)
        #expect(front.aliases.map(\.value) == ["/old/", "/older/"])
        #expect(front.tags == ["one"])
        #expect(front.access?.value == .preview)
        #expect(front.durationSeconds == 3723)
        #expect(front.chapters.map(\.startSeconds) == [0, 83, 120])
        #expect(front.chapters.map(\.title) == ["A", "B", "C"])
        #expect(front.price?.value.map(\.text) == ["¥199", "JP¥4900"])
        #expect(front.faq.map(\.question) == ["Why?", "How?", "When?"])
        #expect((front.video?.value, front.video?.line, front.dripDays) == ("talk.mp4", 16, 7))
    }

    @Test func `TOML is read as the same`() {
        let file = read("+++\ntitle = \"Loops\"\ndate = 2026-03-01\nlastmod = 2026-03-02T09:30:00+08:00\ndraft = true\ntags = [\"a\", \"b\"]\nweight = 3\n[price]\nCNY = 49.5\n+++\nBody\n")
        #expect(file.problems == [])
        #expect((file.frontMatter.title, file.frontMatter.draft, file.frontMatter.weight) == ("Loops", true, 3))
        #expect(file.frontMatter.date == Moment("2026-03-01"))
        #expect(file.frontMatter.lastmod == Moment("2026-03-02T01:30:00Z"))
        #expect(file.frontMatter.tags == ["a", "b"])
        #expect(file.frontMatter.price?.value.map(\.text) == ["¥49.50"])
    }

    @Test(arguments: [
        ("no fences\n", "no fences\n"), ("---\n---\nBody", "Body"), ("---\r\ntitle: A\r\n---\r\nBody", "Body"), ("\u{FEFF}---\ntitle: A\n---\nBody", "Body"),
        ("---\ntitle: A\n---", ""), ("----\nA rule\n", "----\nA rule\n"), ("", ""), ("--- \ntitle: A\n---\t\nBody", "Body"), ("\u{FEFF}Body", "Body"),
    ])
    func `the body starts below the fences`(text: String, expected: String) {
        #expect(body(text) == expected)
        #expect(read(text).problems == [])
    }
}
