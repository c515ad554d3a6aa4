import LecternMarkup
import Testing

@Suite struct RawHTMLTests {
    @Test func `raw HTML is kept as it is`() {
        let html = "<details open>\n<summary>More</summary>\n\n</details>\n"
        #expect(render(html).body == html.replacing("\n\n", with: "\n"))
        #expect(render("a <kbd>Ctrl</kbd> b").body == "<p>a <kbd>Ctrl</kbd> b</p>\n")
        #expect(render(html).problems == [])
    }

    @Test func `what the site's policy would block is a warning with its line`() {
        let page = render("""
            <div
              class="x"><p STYLE="color: red">a</p>
            <button onclick='go()'>b</button>
            </div>

            <script>
            let x = "<b style=''>"
            </script>

            <script src="https://elsewhere.example/x.js"></script>
            <script src="/mine.js"></script>
            <script type="application/json">{}</script>

            <style>p { color: red }</style>

            text <a href="javascript:go()">c</a> and [d](JavaScript:go)
            """, firstLine: 3)
        #expect(page.problems.map { "\($0.line ?? 0) \($0.message)" } == [
            "4 the style attribute of <p> is blocked by the site's content security policy",
            "5 the handler onclick of <button> is blocked by the site's content security policy",
            "8 a script inside the page is blocked by the site's content security policy",
            "12 a script from another site is blocked by the site's content security policy: https://elsewhere.example/x.js",
            "16 a <style> element is blocked by the site's content security policy",
            "18 a javascript: link is blocked by the site's content security policy",
            "18 a javascript: link is blocked by the site's content security policy",
        ])
        #expect(page.problems.allSatisfy { $0.severity == .warning })
    }

    @Test func `the build may resolve URLs in raw HTML, and the rest stays byte for byte`() {
        let hooks = MarkdownHooks(rawURL: { element, url, line in
            url.hasPrefix("http") ? nil : "/r/\(element)/\(line)/\(url)"
        })
        #expect(render("<p>\n<img  alt='a>b' src=a.png><a href=\"b&amp;c.md\" class=x>d</a> <a href='http://e'>\n</p>", hooks: hooks).body
            == "<p>\n<img  alt='a>b' src=\"/r/img/2/a.png\"><a href=\"/r/a/2/b&amp;c.md\" class=x>d</a> <a href='http://e'>\n</p>\n")
    }

    @Test func `a comment holds no tags`() {
        #expect(render("<!-- <p style='x' id='y'> -->").problems == [])
        #expect(render("<!-- <p style='x' id='y'> -->").anchors == [])
    }

    @Test func `a shortcode of another generator stays as text, with a warning`() {
        let page = render("a\n\nSee {{<youtube w7Ft2ym_a-0>}} and {{% notice tip %}}, `{{< code >}}`.")
        #expect(page.body == "<p>a</p>\n<p>See {{&lt;youtube w7Ft2ym_a-0&gt;}} and {{% notice tip %}}, <code>{{&lt; code &gt;}}</code>.</p>\n")
        #expect(page.printed == [
            "lesson.md:3: warning: shortcode \"youtube\" of another generator is shown as text\n  write it in Markdown or HTML instead",
            "lesson.md:3: warning: shortcode \"notice\" of another generator is shown as text\n  write it in Markdown or HTML instead",
        ])
    }
}
