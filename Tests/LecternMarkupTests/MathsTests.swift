import LecternCore
import LecternMarkup
import Testing

/// Without Node a formula stands in the page as its TeX: which text is a formula can be seen without typesetting it.
private func untypeset(_ markdown: String) -> MarkdownPage {
    var programs = MarkupPrograms()
    programs.node = "no-such-node"
    return MarkdownRenderer(programs: programs).render(Array(markdown.utf8), file: "lesson.md", options: .init(words: .english))
}

private func formulas(_ markdown: String) -> [String] {
    untypeset(markdown).body.split(separator: "<code class=\"maths\">", omittingEmptySubsequences: false).dropFirst().map {
        String($0.prefix(upTo: $0.firstRange(of: "</code>")!.lowerBound))
    }
}

@Suite struct MathsTests {
    @Test(arguments: [
        ("设$x^2$为", ["x^2"]),
        ("**$x$** and *a $y_1*z_2$ b*", ["x", "y_1*z_2"]),
        ("[$a$](b.md) and ![$c$](d.png)", ["a"]),
        ("| $a$ | b |\n|---|---|\n| $\\frac{1}{2}$ | ~~$c$~~ |", ["a", "\\frac{1}{2}", "c"]),
        ("- $a$\n  - > $b$", ["a", "b"]),
        ("a $x +\ny$ b", ["x +\ny"]),
        ("($a$, $b$)", ["a", "b"]),
        ("a $\\text{cost \\$5}$ b", ["\\text{cost \\$5}"]),
        ("a $$x$$ b", ["x"]),
        ("## Heading $h$", ["h"]),
        ("a[^1]\n\n[^1]: $f$", ["f"]),
    ])
    func `a formula is found wherever text may stand`(_ markdown: String, _ expected: [String]) {
        #expect(formulas(markdown) == expected)
    }

    @Test func `punctuation stays on the line of the formula before it`() {
        #expect(untypeset("设 $x$，则 *$y$*").body == "<p>设 <span class=\"held\"><code class=\"maths\">x</code>，</span>则 <em><code class=\"maths\">y</code></em></p>\n")
        #expect(untypeset("($a$). b").body == "<p>(<span class=\"held\"><code class=\"maths\">a</code>).</span> b</p>\n")
        #expect(untypeset("$a$ **,** $b$").body.contains("held") == false)
    }

    @Test(arguments: [
        "costs $5 and $6", "$ cd folder\n$ ls", "a $ b $ c", "from 5$ to 6$", "`$x$`", "    $x$", "```\n$x$\n```", "\\$x\\$", "$x\n\ny$",
        "pay $5, run `echo a$` now", "$$ is the shell's own id", "a $x$5 b", "<a title=\"$x$\">b</a>",
    ])
    func `money, prompts, code and escaped dollars are no formulas`(_ markdown: String) {
        #expect(formulas(markdown) == [])
        #expect(untypeset(markdown).problems == [])
    }

    @Test func `a block of maths may hold what would be a list, a quote or a heading, and an empty line`() {
        #expect(formulas("text\n$$\na\n+ b\n> c\n=\n\n# d\n$$\nmore") == ["\na\n+ b\n&gt; c\n=\n\n# d\n"])
        #expect(formulas("> $$ a\n> = b $$\n> c") == [" a\n= b "])
        #expect(formulas("1. x\n\n   $$\n   a\n   $$\n2. y") == ["\na\n"])
        #expect(formulas("```math\na\n+ b\n```") == ["a\n+ b"])
    }

    @Test func `dollars that no dollars close stay text, and what follows them Markdown`() {
        let page = untypeset("a\n\n$$\nb\n\n- c\n\n$$ d\n\n*e*")
        #expect(page.body == "<p>a</p>\n<p>$$\nb</p>\n<ul>\n<li>c</li>\n</ul>\n<p>$$ d</p>\n<p><em>e</em></p>\n")
        #expect(page.printed == ["lesson.md:3: warning: $$ opens a formula that no $$ closes"])
    }

    @Test func `without Node a page with formulas says once what to install`() {
        #expect(untypeset("a\n\n$x$ and $y$").printed == [
            "lesson.md:3: error: formulas cannot be typeset: no-such-node is not installed\n  apt-get install nodejs libjs-katex"
        ])
        #expect(untypeset("no formula").problems == [])
    }

    @Test(.enabled(if: Installed.node, "needs Debian's nodejs"))
    func `without KaTeX a page with formulas says once what to install`() {
        var programs = MarkupPrograms()
        programs.katex = "/no/such/katex.js"
        let page = MarkdownRenderer(programs: programs).render(Array("$x$ $y$".utf8), file: "a.md", options: .init(words: .english))
        #expect(page.printed == ["a.md:1: error: formulas cannot be typeset: KaTeX is not at /no/such/katex.js\n  apt-get install nodejs libjs-katex"])
    }

    @Test(.enabled(if: Installed.katex, "needs Debian's nodejs and libjs-katex"))
    func `formulas become MathML without inline styles`() {
        let page = render("设$x^2$为 $\\fcolorbox{red}{blue}{y}$\n\n$$\na\n$$", words: .chinese)
        #expect(page.problems == [])
        #expect(page.body.hasPrefix("<p>设<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>为 <math>"))
        #expect(page.body.hasSuffix("<div class=\"maths\" tabindex=\"0\" role=\"group\" aria-label=\"公式\"><math display=\"block\"><mrow><mi>a</mi></mrow></math></div>\n"))
        #expect(!page.body.contains("style="))
    }

    @Test(.enabled(if: Installed.katex, "needs Debian's nodejs and libjs-katex"))
    func `what browsers leave out of MathML is said another way`() {
        let letters = render("$\\mathbb{R} \\mathbf{x1} \\mathcal{L} \\mathfrak{g} \\mathbb{k}$").body
        for letter in ["<mi>ℝ</mi>", "𝐱", "𝟏", "ℒ", "𝔤", "𝕜"] { #expect(letters.contains(letter), "\(letter)") }
        #expect(!letters.contains("mathvariant"))
        #expect(render("$a \\bmod b$").body.contains("<mo lspace=\"0.22em\" rspace=\"0.22em\">mod</mo>"))
        #expect(render("$\\stackrel{a}{=}$").body.contains("<mrow><mover><mo>=</mo><mi>a</mi></mover></mrow>"))
        let aligned = render("$$\n\\begin{aligned} a &= \\begin{pmatrix} b & c \\end{pmatrix} \\\\ d &= e \\end{aligned}\n$$").body
        #expect(aligned.split(separator: "<mtd class=\"align-right\">").count == 3)
        #expect(aligned.split(separator: "<mtd class=\"align-left\">").count == 3)
        #expect(aligned.contains("<mtd><mstyle"))
        let numbered = render("$$\n\\begin{alignat}{1} a &= b \\end{alignat}\n$$")
        #expect(numbered.problems == [])
        #expect(numbered.body.contains("<mtr><mtd class=\"align-right\">"))
    }

    @Test(.enabled(if: Installed.katex, "needs Debian's nodejs and libjs-katex"))
    func `KaTeX's complaint is an error with the formula's line, and the rest is typeset`() {
        let page = render("a\n\nb $\\foo$ $x$\n\n$$\na\nb \\baz\n$$", firstLine: 11)
        #expect(page.problems.map(\.severity) == [.error, .error])
        #expect(page.problems.map(\.line) == [13, 17])
        #expect(page.problems[0].message == "formula: Undefined control sequence: \\foo at position 1: \\foo")
        #expect(page.body.contains("<code class=\"maths\">\\foo</code> <math>"))
    }

    @Test(.enabled(if: Installed.katex, "needs Debian's nodejs and libjs-katex"))
    func `a formula in the cache needs no Node`() throws {
        let folder = try TemporaryFolder()
        let markdown = Array("$x$ and $$y$$".utf8)
        let options = MarkdownRenderer.Options(words: .english)
        let first = MarkdownRenderer(cacheFolder: folder.path + "/made/later").render(markdown, file: "a.md", options: options)
        var programs = MarkupPrograms()
        programs.node = "no-such-node"
        let second = MarkdownRenderer(cacheFolder: folder.path + "/made/later", programs: programs).render(markdown, file: "a.md", options: options)
        #expect(first.problems == [])
        #expect(second == first)
    }
}
