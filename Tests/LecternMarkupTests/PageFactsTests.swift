import LecternMarkup
import Testing

@Suite struct PageFactsTests {
    @Test func `the title is the first level-one heading, and only the layout shows it`() {
        let page = render("Intro\n\n# The `title` *here* {#top}\n\ntext")
        #expect(page.title == "The title here")
        #expect(page.body == "<p>Intro</p>\n<p>text</p>\n")
        #expect(page.headings == [])
        #expect(page.problems == [])
    }

    @Test func `a deeper heading is no title`() {
        #expect(render("## Introduction\n\ntext").title == nil)
    }

    @Test func `another level-one heading becomes level two, with a warning`() {
        let page = render("# A\n\n# B\n\n### C", firstLine: 5)
        #expect(page.headings.map(\.level) == [2, 3])
        #expect(page.printed == [
            "lesson.md:7: warning: a level-one heading in the text, shown as level two: \"B\"\n  a page has one level-one heading, its title: write ## here"
        ])
        #expect(render("# A", dropTitle: false).headings == [.init(level: 2, title: "A", anchor: "a", line: 1)])
    }

    @Test func `a heading's link stands beside it and is named after it`() {
        #expect(render("## For & `while` loops").body
            == "<div class=\"heading\"><h2 id=\"for-while-loops\">For &amp; <code>while</code> loops</h2><a class=\"anchor\" href=\"#for-while-loops\" aria-labelledby=\"for-while-loops\"></a></div>\n")
    }

    @Test func `anchors are unique, keep Chinese, and can be chosen`() {
        let page = render("""
            ## 变量 与 类型
            ## 变量与类型
            ## 变量 与 类型
            ## Loops {#circles}
            ## Circles
            ## !!!
            ### Loops
            <a id="loops"></a>
            """)
        #expect(page.headings.map(\.anchor) == ["变量-与-类型", "变量与类型", "变量-与-类型-1", "circles", "circles-1", "section", "loops-1"])
        #expect(page.headings.map(\.title)[3] == "Loops")
        #expect(page.anchors.sorted() == (page.headings.map(\.anchor) + ["loops"]).sorted())
    }

    @Test func `an id that the author uses twice is a warning`() {
        #expect(render("## A {#x}\n\n<p id=x>").printed == ["lesson.md:3: warning: the id \"x\" is already used on this page"])
    }

    @Test func `the description is the first paragraph on one line`() {
        #expect(render("# T\n\n![x](y.png)\n\n- item\n\n> quote\n\nFirst  *para*\nhere.\n\nSecond.").description == "First para here.")
        #expect(render("## Only a heading").description == nil)
    }

    @Test func `a long description is cut between words or Chinese characters`() throws {
        let english = try #require(render(String(repeating: "word ", count: 50)).description)
        #expect(english == String(repeating: "word ", count: 31) + "word…")
        #expect(english.count == 160)
        let chinese = try #require(render(String(repeating: "课程，", count: 70)).description)
        #expect(chinese == String(repeating: "课程，", count: 53) + "…")
        #expect(render(String(repeating: "好", count: 160)).description == String(repeating: "好", count: 160))
        #expect(render(String(repeating: "x", count: 300)).description == String(repeating: "x", count: 159) + "…")
    }

    @Test func `text for search has a line a block, and no code blocks`() {
        #expect(render("# T\n\n## A `b`\n\nc **d**\n\n```\ncode\n```\n\n| e | f |\n|---|---|\n| g | h |\n\n- i\n- j").searchText
            == "A b\nc d\ne f \ng h \ni\nj\n")
    }

    @Test func `the mark that ends an excerpt is not in the page`() {
        #expect(render("above\n\n<!-- more -->\n\nbelow").body == "<p>above</p>\n<p>below</p>\n")
    }
}
