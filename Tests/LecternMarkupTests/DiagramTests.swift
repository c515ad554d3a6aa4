import LecternMarkup
import Testing

@Suite struct DiagramTests {
    @Test(.enabled(if: Installed.dot, "needs Debian's graphviz"))
    func `a dot fence becomes a picture with a name, in the colour of the text`() {
        let page = render("```dot title=\"How it flows\"\ndigraph { a [label=\"输入 <\"]; a -> b }\n```")
        #expect(page.problems == [])
        #expect(page.body.hasPrefix("<figure class=\"diagram\" tabindex=\"0\" aria-label=\"How it flows\"><svg width=\""))
        #expect(page.body.contains(" role=\"img\"><title>How it flows</title>"))
        #expect(page.body.contains("fill=\"currentColor\">输入 &lt;</text>"))
        #expect(page.body.hasSuffix("</svg><figcaption>How it flows</figcaption></figure>\n"))
        for unwanted in ["style=", "xlink", "xmlns", " id=", "black", "<!", "<?"] { #expect(!page.body.contains(unwanted)) }
    }

    @Test(.enabled(if: Installed.dot, "needs Debian's graphviz"))
    func `text on a colour of the author's stays black, and gradients keep to their own diagram`() {
        let page = render("""
            ```dot
            digraph { a [style=filled fillcolor="red:blue"]; b }
            ```

            ```dot
            digraph { c [style=filled fillcolor="red:blue"] }
            ```
            """, words: .chinese)
        let ids = page.body.split(separator: "<linearGradient id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(ids.count == 2 && ids[0] != ids[1])
        for id in ids { #expect(page.body.contains("fill=\"url(#\(id))\"")) }
        #expect(page.body.contains("fill=\"black\">a</text>"))
        #expect(page.body.contains("fill=\"currentColor\">b</text>"))
        #expect(page.body.contains("stop-color=\"red\""))
        #expect(page.body.contains("<title>图示</title>"))
    }

    @Test(.enabled(if: Installed.dot, "needs Debian's graphviz"))
    func `a drawing with coloured areas keeps its black on white`() {
        let page = render("```dot\ndigraph { subgraph cluster_x { bgcolor=lightgrey; a } }\n```")
        #expect(page.body.contains("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"))
        #expect(!page.body.contains("currentColor"))
    }

    @Test(.enabled(if: Installed.dot, "needs Debian's graphviz"))
    func `links in a diagram can be followed`() {
        let page = render("```dot\ndigraph { a [URL=\"b.md\"] }\n```")
        #expect(page.body.contains("<a href=\"b.md\">"))
        #expect(page.body.contains(" role=\"group\"><title>"))
    }

    @Test(.enabled(if: Installed.dot, "needs Debian's graphviz"))
    func `a mistake is an error in the line where Graphviz found it`() {
        let page = render("a\n\n```dot\ndigraph {\n  a -> ;\n}\n```", firstLine: 10)
        #expect(page.printed == ["lesson.md:14: error: diagram: syntax error in line 2 near ';'"])
        #expect(page.body.contains("<code class=\"language-dot\">digraph {"))
    }

    @Test(.enabled(if: Installed.dot, "needs Debian's graphviz"))
    func `a diagram in the cache needs no Graphviz`() throws {
        let folder = try TemporaryFolder()
        let markdown = Array("```dot\ndigraph { a }\n```".utf8)
        let options = MarkdownRenderer.Options(words: .english)
        let first = MarkdownRenderer(cacheFolder: folder.path).render(markdown, file: "a.md", options: options)
        var programs = MarkupPrograms()
        programs.dot = "no-such-dot"
        #expect(MarkdownRenderer(cacheFolder: folder.path, programs: programs).render(markdown, file: "a.md", options: options) == first)
        #expect(first.problems == [])
    }

    @Test func `without Graphviz a page with diagrams says once what to install`() {
        var programs = MarkupPrograms()
        programs.dot = "no-such-dot"
        let page = MarkdownRenderer(programs: programs).render(
            Array("```dot\ndigraph { a }\n```\n\n```dot\ndigraph { b }\n```".utf8), file: "a.md", options: .init(words: .english))
        #expect(page.printed == ["a.md:1: error: diagrams cannot be drawn: no-such-dot is not installed\n  apt-get install graphviz"])
    }
}
