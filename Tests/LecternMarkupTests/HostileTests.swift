import LecternMarkup
import Testing

/// A file that nobody would write must not hang a build or end it.
@Suite struct HostileTests {
    @Test(arguments: [">", "[", "*a ", "- ", "![", "$", "$$", "`", "(", "<a ", "{{< ", "[^", "~~a ", "&#", "<!--", "<script>", "|", "#", "\\", "**a：**", "$\n$$\n"])
    func `ten thousand opening marks make a page`(_ mark: String) {
        let page = render(String(repeating: mark, count: 10_000))
        #expect(page.html.count < 10_000_000)
    }

    @Test func `nesting that no browser shows is flat, with a warning`() {
        let page = render(String(repeating: "> ", count: 10_000) + "deep")
        #expect(page.body.contains("<p>deep</p>"))
        #expect(page.body.split(separator: "<blockquote>").count < 110)
        #expect(page.problems.map(\.message) == ["more than 100 levels stand inside each other here; the inner ones are shown flat"])
        let inline = render(String(repeating: "*a **b ", count: 2_000) + "c" + String(repeating: "** x*", count: 2_000))
        #expect(inline.body.contains("c"))
        #expect(inline.body.split(separator: "<em>").count < 110)
    }

    @Test func `a line of five million characters makes a page`() {
        #expect(render(String(repeating: "字 a ", count: 1_000_000)).html.count > 5_000_000)
        #expect(render(String(repeating: "$a `", count: 100_000)).html.count > 400_000)
    }

    @Test func `many blocks of dollars that nothing closes make a page`() {
        #expect(render(String(repeating: "$$ a\n\n", count: 5_000)).html.count > 20_000)
        #expect(render(String(repeating: "- $$\n", count: 5_000)).html.count > 20_000)
    }

    @Test func `thousands of headings with one name have ids of their own`() {
        let page = render(String(repeating: "## a\n", count: 5_000))
        #expect(Set(page.anchors).count == 5_000)
    }

    @Test func `renderers in many threads write what one alone writes`() async {
        let documents = (0..<400).map { "# T\($0)\n\nwww.example.com ~~a~~ b: $x_\($0)$ w~w {{< c >}} `d` https://e.example **注：**f[^1]\n\n| a |\n|---|\n| ~~b~~ |\n\n[^1]: w" }
        func renderQuietly(_ document: String) -> [UInt8] {
            var programs = MarkupPrograms()
            programs.node = "no-such-node"
            return MarkdownRenderer(programs: programs).render(Array(document.utf8), file: "a.md", options: .init(words: .english)).html
        }
        let expected = documents.map(renderQuietly)
        let together = await withTaskGroup(of: (Int, [UInt8]).self) { group in
            for (index, document) in documents.enumerated() { group.addTask { (index, renderQuietly(document)) } }
            return await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
        }
        for index in documents.indices { #expect(together[index] == expected[index]) }
    }
}
