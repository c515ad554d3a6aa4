import LecternMarkup
import Testing

@Suite struct MarkdownTests {
    @Test func `paragraphs, emphasis, code and breaks become HTML, with what HTML reserves escaped`() {
        #expect(
            render("a *b* **c** ~~d~~ `<e>` & \"f\" <\\* g\\\nh\ni").body
                == "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>&lt;e&gt;</code> &amp; &quot;f&quot; &lt;* g<br>\nh\ni</p>\n")
    }

    @Test func `one tilde is a range and no deletion`() {
        #expect(render("需要 10~20 分钟,或者 30~40 分钟").body == "<p>需要 10~20 分钟,或者 30~40 分钟</p>\n")
    }

    @Test func `punctuation stays as it was typed`() {
        #expect(render("'a' -- \"b\"...").body == "<p>'a' -- &quot;b&quot;...</p>\n")
    }

    @Test func `a line's end between Chinese characters leaves no space`() {
        let page = render("程序从上\n到下**运行**\n，然后\nend\n结束")
        #expect(page.body == "<p>程序从上到下<strong>运行</strong>，然后\nend\n结束</p>\n")
        #expect(page.searchText == "程序从上到下运行，然后 end 结束\n")
    }

    @Test func `lists keep their start, and loose ones have paragraphs`() {
        #expect(render("3. a\n4. b\n\n- c\n\n- d").body
            == "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<ul>\n<li><p>c</p>\n</li>\n<li><p>d</p>\n</li>\n</ul>\n")
    }

    @Test func `a task's box is labelled by its text`() {
        #expect(render("- [ ] read\n- [x] **write**\n  - sub").body == """
            <ul class="tasks">
            <li><label><input type="checkbox" disabled> read</label></li>
            <li><label><input type="checkbox" disabled checked> <strong>write</strong></label>
            <ul>
            <li>sub</li>
            </ul>
            </li>
            </ul>

            """)
    }

    @Test func `a table scrolls in a box that the keyboard reaches, and aligns by class`() {
        #expect(render("| a | |\n|:-:|--:|\n| 1 | `2` |", words: .chinese).body == """
            <div class="table" tabindex="0" role="group" aria-label="表格"><table>
            <thead>
            <tr><th scope="col" class="align-center">a</th><td class="align-right"></td></tr>
            </thead>
            <tbody>
            <tr><td class="align-center">1</td><td class="align-right"><code>2</code></td></tr>
            </tbody>
            </table></div>

            """)
    }

    @Test func `footnotes have ids of their own, and each reference its way back`() {
        let page = render("x[^a] y[^a] z[^b]\n\n[^b]: Bee\n\n[^a]: Ay\n\n    more", words: .chinese, idPrefix: "q1-")
        #expect(page.body == """
            <p>x<sup class="footnote-ref"><a href="#q1-fn:1" id="q1-fnref:1" role="doc-noteref" aria-label="脚注 1">1</a></sup> \
            y<sup class="footnote-ref"><a href="#q1-fn:1" id="q1-fnref:1:2" role="doc-noteref" aria-label="脚注 1">1</a></sup> \
            z<sup class="footnote-ref"><a href="#q1-fn:2" id="q1-fnref:2" role="doc-noteref" aria-label="脚注 2">2</a></sup></p>
            <section class="footnotes" role="doc-endnotes" aria-label="脚注">
            <ol>
            <li id="q1-fn:1"><p>Ay</p>
            <p>more <a href="#q1-fnref:1" class="footnote-back" role="doc-backlink" aria-label="回到脚注 1 处的正文">↩</a> \
            <a href="#q1-fnref:1:2" class="footnote-back" role="doc-backlink" aria-label="回到脚注 1 处的正文 (2)">↩</a></p>
            </li>
            <li id="q1-fn:2"><p>Bee <a href="#q1-fnref:2" class="footnote-back" role="doc-backlink" aria-label="回到脚注 2 处的正文">↩</a></p>
            </li>
            </ol>
            </section>

            """)
        #expect(page.anchors == ["q1-fnref:1", "q1-fnref:1:2", "q1-fnref:2", "q1-fn:1", "q1-fn:2"])
    }

    @Test func `a callout has the word of the page's language or a title of its own`() {
        #expect(render("> [!NOTE]\n> Read *this*.", words: .chinese).body == """
            <aside class="callout callout-note" role="note">
            <p class="callout-title">说明</p>
            <p>Read <em>this</em>.</p>
            </aside>

            """)
        #expect(render("> [!warning] Mind the **gap**\n>\n> - x").body == """
            <aside class="callout callout-warning" role="note">
            <p class="callout-title">Mind the <strong>gap</strong></p>
            <ul>
            <li>x</li>
            </ul>
            </aside>

            """)
        for (mark, word) in [("TIP", "Tip"), ("IMPORTANT", "Important"), ("CAUTION", "Caution")] {
            #expect(render("> [!\(mark)]\n> x").body.contains("callout-\(mark.lowercased())\" role=\"note\">\n<p class=\"callout-title\">\(word)</p>"))
        }
    }

    @Test func `a quote that only looks like a callout stays a quote`() {
        #expect(render("> [!OTHER]\n> x").body == "<blockquote>\n<p>[!OTHER]\nx</p>\n</blockquote>\n")
        #expect(render("> see [!NOTE]").body == "<blockquote>\n<p>see [!NOTE]</p>\n</blockquote>\n")
    }

    @Test func `links and pictures are what the build says, with their lines in the creator's file`() {
        var seen: [String] = []
        let hooks = MarkdownHooks(
            link: {
                seen.append("\($0):\($1)")
                return "/to/\($0)?a=1&b=\"2\""
            },
            image: {
                seen.append("\($0)")
                return $0.source == "a.png" ? Array("<picture></picture>".utf8) : nil
            })
        let page = render("x\n\n[*a*](b.md \"T<\") then\n![p *q*](a.png \"t\") and ![](b%20c.png)", firstLine: 10, hooks: hooks)
        #expect(page.body == "<p>x</p>\n<p><a href=\"/to/b.md?a=1&amp;b=%222%22\" title=\"T&lt;\"><em>a</em></a> then\n<picture></picture> and <img src=\"b%20c.png\" alt=\"\"></p>\n")
        #expect(seen == [
            "b.md:12",
            "\(MarkdownImage(source: "a.png", alt: "p q", title: "t", line: 13))",
            "\(MarkdownImage(source: "b%20c.png", alt: "", title: nil, line: 13))",
        ])
    }

    @Test func `a link's line is right below code, tags and formulas that run over lines`() {
        var lines: [Int] = []
        let hooks = MarkdownHooks(link: { destination, line in
            lines.append(line)
            return destination
        })
        _ = render(
            """
            text `code
            span` [a](2) <b
            title="x"> [a](3) $a
            b$ [a](4) {{< c
            >}} [a](5)
            [a](6)

            | h |
            |---|
            | [a](10) |

            - x
              > [a](13)
            """, hooks: hooks)
        #expect(lines == [2, 3, 4, 5, 6, 10, 13])
    }

    @Test func `whatever is written, elements nest and end`() {
        let pieces = [
            "a", "变", "，", "\n", "\n\n", " ", "*", "**", "~~", "`", "```", "```python {1}\n", "> ", "> [!NOTE]\n", "> [!TIP] t\n", "- ",
            "- [ ] ", "1. ", "# ", "## ", "{#x}", "[", "](b)", "![", "](c \"t\")", "[^1]", "[^1]: ", "| a | b |\n|---|:-:|\n", "|", "$x$",
            "$$", "$$\n", "www.a.b", "    ", "---\n", "\\", "&", "< ", "<!--more-->\n",
        ]
        var programs = MarkupPrograms()
        programs.node = "no-such-node"
        let renderer = MarkdownRenderer(programs: programs)
        // A fixed sequence (Knuth's linear congruential generator), so that a failure can be seen again.
        var state: UInt64 = 7
        for round in 0..<1000 {
            var markdown = ""
            for _ in 0..<(round % 60) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                markdown += pieces[Int(state >> 33) % pieces.count]
            }
            let page = renderer.render(Array(markdown.utf8), file: "a.md", options: .init(words: .english))
            if let problem = firstUnbalanced(page.body) { Issue.record("\(problem) in \(page.body.debugDescription) of \(markdown.debugDescription)") }
            #expect(Set(page.anchors).count == page.anchors.count || page.problems.contains { $0.message.contains("already used") })
        }
    }

    private func firstUnbalanced(_ html: String) -> String? {
        var open: [Substring] = []
        for part in html.split(separator: "<").dropFirst(html.hasPrefix("<") ? 0 : 1) {
            let isClosing = part.hasPrefix("/")
            let name = part.dropFirst(isClosing ? 1 : 0).prefix { $0.isLetter || $0.isNumber }
            if name.isEmpty || ["br", "hr", "img", "input"].contains(name) { continue }
            if !isClosing {
                open.append(name)
            } else if open.popLast() != name {
                return "</\(name)>"
            }
        }
        return open.last.map { "<\($0)>" }
    }

    @Test func `a picture with a title, alone in its paragraph, is a figure`() {
        #expect(render("![a](b.png \"A title\")").body
            == "<figure class=\"picture\"><img src=\"b.png\" alt=\"a\" title=\"A title\"><figcaption>A title</figcaption></figure>\n")
    }

    @Test func `addresses in Chinese stay readable and spaces do not`() {
        #expect(render("[a](<第 一 课.md#变量>)").body == "<p><a href=\"第%20一%20课.md#变量\">a</a></p>\n")
    }

    @Test func `no document is an empty page`() {
        #expect(render("") == MarkdownPage())
    }
}
