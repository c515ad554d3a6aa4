import LecternMarkup
import Testing

/// Highlighted code with its spans written short: `<k:let>`.
private func short(_ html: String) -> String {
    html.replacing("<span class=\"hl-line\">", with: "[").replacing("<span class=\"hl-", with: "<").replacing("\">", with: ":").replacing("</span>", with: ">")
}

private func highlighted(_ language: String, _ code: String) -> String? {
    Highlighter.highlight(Array(code.utf8), language: language).map { short(String(decoding: $0, as: UTF8.self)) }
}

@Suite struct CodeTests {
    @Test func `a code block is a figure with its title, its language and a place for the copy button`() {
        #expect(render("```python title=\"x <1>.py\"\na\n```").body
            == "<figure class=\"code\" data-copy><figcaption>x &lt;1&gt;.py</figcaption><pre tabindex=\"0\" role=\"group\" aria-label=\"x &lt;1&gt;.py\"><code class=\"language-python\">a\n</code></pre></figure>\n")
        #expect(render("    <indented>", words: .chinese).body
            == "<figure class=\"code\" data-copy><pre tabindex=\"0\" role=\"group\" aria-label=\"代码\"><code>&lt;indented&gt;\n</code></pre></figure>\n")
    }

    @Test func `marked lines are one element each, strings that run over them cut`() {
        let body = render("```python {1,3-4}\nx = 1\ny = 2\ns = '''a\nb'''\n```").body
        #expect(short(body).contains("[x = <m:1>\n>y = <m:2>\n[s = <s:'''a>\n>[<s:b'''>\n>"))
    }

    @Test(arguments: ["```python {2} title=a.py", "```python title='a.py' {2}", "``` {.python title=a.py} {2}"])
    func `what stands behind a fence may come in any order`(_ fence: String) {
        let body = render(fence + "\na\nb\n```").body
        #expect(short(body).contains("a\n[b\n>"))
        #expect(body.contains("language-python"))
    }

    @Test func `a language that is not known stays plain, and one that was mistyped is a warning`() {
        #expect(render("```brainfuck\n+<\n```").body.contains("<code class=\"language-brainfuck\">+&lt;\n</code>"))
        #expect(render("```brainfuck\n+<\n```").problems == [])
        #expect(render("x\n\n```pyhton\na\n```").printed == ["lesson.md:3: warning: no highlighting for the language \"pyhton\"\n  did you mean \"python\"?"])
        #expect(highlighted("brainfuck", "+") == nil)
    }

    @Test(arguments: [
        ("python", "@cache\ndef f(x: int) -> None:  # c", "<a:@cache>\n<k:def> <f:f>(x: <b:int>) -&gt; <b:None>:  <c:# c>"),
        ("python", "f\"{a!r:>{w}} {{b}} {c('d')}\\n\" rb'\\d'", "<s:f&quot;><e:{>a!r:&gt;{w}<e:}><s: {{b}} ><e:{><f:c>(<s:'d'>)<e:}\\n><s:&quot;> <s:rb'\\d'>"),
        ("python", "class A(B): '''x\ny'''", "<k:class> <t:A>(<t:B>): <s:'''x\ny'''>"),
        ("swift", "/* a /* b */ c */ let s = #\"a \"b\" \\(c) \\#(d + \"e\")\"#", "<c:/* a /* b */ c */> <k:let> s = <s:#&quot;a &quot;b&quot; \\(c) ><e:\\#(>d + <s:&quot;e&quot;><e:)><s:&quot;#>"),
        ("swift", "@MainActor func a<T>() async throws(E) -> Int { 0...5 }", "<a:@MainActor> <k:func> <f:a>&lt;<t:T>&gt;() <k:async> <k:throws>(<t:E>) -&gt; <t:Int> { <m:0>...<m:5> }"),
        ("swift", "#if os(Linux)\nx.default = \"\"\"\n  a\n  \"\"\"", "<a:#if> <f:os>(<t:Linux>)\nx.default = <s:&quot;&quot;&quot;\n  a\n  &quot;&quot;&quot;>"),
        ("js", "const r = /a[/]b/g; x = a / b / c; `t ${f(`${y}`)} u`", "<k:const> r = <s:/a[/]b/g>; x = a / b / c; <s:`t ><e:${><f:f>(<s:`><e:${>y<e:}><s:`>)<e:}><s: u`>"),
        ("ts", "interface A { readonly b: string } // c", "<k:interface> <t:A> { <k:readonly> b: <k:string> } <c:// c>"),
        ("bash", "for f in *.md; do echo \"a $f\" '$x' ${f%.md} $#; done # end", "<k:for> f <k:in> *.md; <k:do> <b:echo> <s:&quot;a ><v:$f><s:&quot;> <s:'$x'> <v:${f%.md}> <v:$#>; <k:done> <c:# end>"),
        ("bash", "cat <<'E' > a\n$x if\nE\nfi", "<b:cat> <s:&lt;&lt;'E'> &gt; a\n<s:$x if\nE>\n<k:fi>"),
        ("bash", "cat <<-E | wc\n\ta $b\n\tE\ncat <<< fi", "<b:cat> <s:&lt;&lt;-E> | <b:wc>\n<s:\ta ><v:$b><s:\n\tE>\n<b:cat> &lt;&lt;&lt; <k:fi>"),
        ("bash", "echo $((1 << n))\nfi", "<b:echo> $((<m:1> &lt;&lt; n))\n<k:fi>"),
        ("ruby", "f(<<~A, <<~B)\n  if\n  A\n  end\n  B\nend", "<f:f>(<s:&lt;&lt;~A>, <s:&lt;&lt;~B>)\n<s:  if\n  A\n  end\n  B>\n<k:end>"),
        ("console", "$ ls # x\nls a", "<p:$ ><b:ls> <c:# x>\nls a"),
        ("sql", "select a from B where c = 'D''e' -- f", "<k:select> a <k:from> B <k:where> c = <s:'D''e'> <c:-- f>"),
        ("json", "{\"a\": [1.5e3, true, \"b\\\"c\"]}", "{<a:&quot;a&quot;>: [<m:1.5e3>, <b:true>, <s:&quot;b\\&quot;c&quot;>]}"),
        ("yaml", "a: \"b\" # c\n- d: 2026-11-24\ne: |\n  f: g\nh: {i: 1}", "<a:a>: <s:&quot;b&quot;> <c:# c>\n- <a:d>: <m:2026-11-24>\n<a:e>: <k:|>\n  <s:f: g>\n<a:h>: {<a:i>: <m:1>}"),
        ("toml", "[a]\nb = \"c\" # d", "<t:[a]>\n<a:b> = <s:&quot;c&quot;> <c:# d>"),
        ("html", "<!-- a --><b class=\"c\" d>&amp;</b><script>let e = 1</script>", "<c:&lt;!-- a --&gt;><g:&lt;b> <a:class>=<s:&quot;c&quot;> <a:d><g:&gt;><e:&amp;amp;><g:&lt;/b&gt;&lt;script&gt;><k:let> e = <m:1><g:&lt;/script&gt;>"),
        ("css", "a:hover, .b { color: #fff; --c: 1px; width: calc(2em) }", "<g:a>:<k:hover>, <t:.b> { <a:color>: <m:#fff>; <v:--c>: <m:1px>; <a:width>: <f:calc>(<m:2em>) }"),
        ("c", "#include <a.h>\nint main(void) { return 'a' + 0x1F; }", "<a:#include> &lt;a.h&gt;\n<t:int> <f:main>(<t:void>) { <k:return> <s:'a'> + <m:0x1F>; }"),
        ("cpp", "auto s = R\"x(a\"b)x\"; std::vector<int> v;", "<k:auto> s = <s:R&quot;x(a&quot;b)x&quot;>; <b:std>::<t:vector>&lt;<t:int>&gt; v;"),
        ("rust", "#[test]\nfn f<'a>(x: &'a str) { println!(\"{}\", r#\"a\"b\"#, 'c'); }", "<a:#[test]>\n<k:fn> <f:f>&lt;<v:'a>&gt;(x: &amp;<v:'a> <t:str>) { <f:println!>(<s:&quot;{}&quot;>, <s:r#&quot;a&quot;b&quot;#>, <s:'c'>); }"),
        ("go", "func (s *S) F(a string) error { return nil }", "<k:func> (s *S) <f:F>(a <t:string>) <t:error> { <k:return> <b:nil> }"),
        ("java", "@Override public String f() { return \"a\" + MAX; }", "<a:@Override> <k:public> <t:String> <f:f>() { <k:return> <s:&quot;a&quot;> + <b:MAX>; }"),
        ("kotlin", "fun f() = \"a $b ${c.d()}\"", "<k:fun> <f:f>() = <s:&quot;a ><v:$b><s: ><e:${>c.<f:d>()<e:}><s:&quot;>"),
        ("diff", "+++ a\n-b\n+c\n d", "<k:+++ a>\n<d:-b>\n<i:+c>\n d"),
    ])
    func `words of a language are told apart`(_ language: String, _ code: String, _ expected: String) {
        #expect(highlighted(language, code) == expected)
    }

    @Test func `highlighting changes no character of the code`() {
        let languages = ["python", "swift", "js", "bash", "sql", "json", "yaml", "html", "css", "cpp", "rust", "csharp", "php", "lua", "toml", "diff", "console"]
        let pieces = ["\"", "'", "`", "\\", "\n", "{", "}", "${", "\\(", "f\"", "r#\"", "/*", "*/", "//", "#", "<", "&", "a", "A", "0", ".", "@", "$", "变", ":", "-", " ", "|", "<!--", "<script>"]
        // A fixed sequence (Knuth's linear congruential generator), so that a failure can be seen again.
        var state: UInt64 = 42
        for round in 0..<500 {
            var code = ""
            for _ in 0..<(round % 40) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                code += pieces[Int(state >> 33) % pieces.count]
            }
            for language in languages {
                let html = String(decoding: Highlighter.highlight(Array(code.utf8), language: language)!, as: UTF8.self)
                #expect(withoutTags(html) == code, "\(language)")
            }
        }
    }

    private func withoutTags(_ html: String) -> String {
        var out: [UInt8] = []
        var isInTag = false
        for byte in html.utf8 {
            if byte == 0x3C { isInTag = true } else if byte == 0x3E { isInTag = false } else if !isInTag { out.append(byte) }
        }
        return String(decoding: out, as: UTF8.self).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
}
