import LecternCore
import LecternLayouts
import Testing

@Suite struct LayoutProblemsTests {
    private let shape: LayoutShape = [
        "site": ["title": .text, "home": .text],
        "page": ["title": .text, "description": .text, "noindex": .flag],
        "content": .html,
        "tags": .list(["title": .text, "url": .text]),
    ]

    private func problems(_ page: String, partials: [String: String] = [:], overrides: [String: String] = [:]) -> String {
        printed(layouts(page, partials: partials, overrides: overrides, shape: shape))
    }

    @Test func `an unknown name says where it is and what was meant`() {
        #expect(
            problems("<h1>\n{{pgae.title}}{{page.titel}}\n{{#tags}}{{ulr}}{{/tags}}") == """
                theme/page.html:2: error: "page" has no "titel"
                  did you mean page.title?
                theme/page.html:2: error: there is no name "pgae.title" here
                  did you mean page.title?
                theme/page.html:3: error: there is no name "ulr" here
                  did you mean url?
                """)
    }

    @Test func `a name that stands inside another is found there`() {
        #expect(
            problems("{{title}}") == """
                theme/page.html:1: error: there is no name "title" here
                  did you mean page.title or site.title?
                """)
    }

    @Test func `a name that resembles nothing is answered with the names that there are`() {
        #expect(
            problems("{{price}}{{page.price}}") == """
                theme/page.html:1: error: "page" has no "price"
                  it has description, noindex, title
                theme/page.html:1: error: there is no name "price" here
                  names here: content, page, site, tags
                """)
    }

    @Test func `a section of an unknown name is told, and what is inside it is not`() {
        #expect(
            problems("{{#tagz}}{{title}}{{/tagz}}") == """
                theme/page.html:1: error: there is no name "tagz" here
                  did you mean tags?
                """)
    }

    @Test func `each kind of value is used as what it is`() {
        #expect(
            problems("{{content}}\n{{page.noindex}}\n{{tags}}\n{{site}}\n{{{page.title}}}\n{{tags.title}}\n{{content.length}}") == """
                theme/page.html:1: error: "content" is HTML, and {{content}} would show its tags
                  write {{{content}}}
                theme/page.html:2: error: "page.noindex" is a yes or no, not a text
                  write {{#page.noindex}}yes{{/page.noindex}}
                theme/page.html:3: error: "tags" is a list
                  write {{#tags}}…{{/tags}}, once for each
                theme/page.html:4: error: "site" has parts, and is no text itself
                  its parts: site.home, site.title
                theme/page.html:5: warning: "page.title" is text, and is written here without escaping
                  write {{page.title}}
                theme/page.html:6: error: "tags" is a list, and has no "title" of its own
                  write {{#tags}}{{title}}{{/tags}}
                theme/page.html:7: error: "content" has no "length"
                  it is a piece of HTML
                """)
    }

    @Test func `a partial is checked with the names of the place that includes it`() {
        let partials = ["link.html": "<a href=\"{{url}}\">{{title}}</a>"]
        #expect(problems("{{#tags}}{{> link}}{{/tags}}", partials: partials) == "")
        #expect(
            problems("{{#page}}{{> link}}{{/page}}", partials: partials) == """
                theme/link.html:1: error: there is no name "url" here
                  names here: content, description, home, noindex, page, site, tags, title
                  as part of page.html
                """.replacing("home, ", with: ""))
    }

    @Test func `a mistake in a partial that many pages include is told once`() {
        let text = { (text: String) in Array(text.utf8) }
        let set = LayoutSet(
            theme: ["a.html": text("{{> part}}"), "b.html": text("{{> part}}{{> part}}"), "part.html": text("\n{{nmae}}")],
            shapes: ["a.html": ["name": .text], "b.html": ["name": .text]])
        #expect(
            printed(set) == """
                theme/part.html:2: error: there is no name "nmae" here
                  did you mean name?
                  as part of a.html
                """)
    }

    @Test func `a block is checked with the names of the place in the parent that shows it`() {
        let partials = ["base.html": "{{#tags}}{{$tag}}{{/tag}}{{/tags}}"]
        #expect(problems("{{< base}}{{$tag}}{{title}}{{/tag}}{{/base}}", partials: partials) == "")
        #expect(
            problems("{{< base}}\n{{$tag}}{{nmae}}{{titel}}{{/tag}}\n{{/base}}", partials: partials) == """
                theme/page.html:2: error: there is no name "nmae" here
                  names here: content, page, site, tags, title, url
                theme/page.html:2: error: there is no name "titel" here
                  did you mean title?
                """)
    }

    @Test func `an unknown layout or block says what was meant`() {
        let partials = ["base.html": "{{$main}}{{/main}}{{> foot}}", "foot.html": "{{$foot}}{{/foot}}"]
        #expect(
            problems("{{> fooot}}\n{{< bsae}}{{/bsae}}\n{{< base}}{{$mian}}{{/mian}}{{$foot}}{{/foot}}{{$zzz}}{{/zzz}}{{/base}}\n{{> nothing}}", partials: partials)
                == """
                theme/page.html:1: error: there is no layout "fooot"
                  did you mean foot?
                theme/page.html:2: error: there is no layout "bsae"
                  did you mean base?
                theme/page.html:3: error: base.html has no block "mian"
                  did you mean main?
                theme/page.html:3: error: base.html has no block "zzz"
                  its blocks: foot, main
                theme/page.html:4: error: there is no layout "nothing"
                  put a file nothing.html into layouts/, or see the list: lectern layouts
                """)
    }

    @Test func `tags that are not closed, or close nothing, are told together`() {
        #expect(
            problems("{{#page}}\n{{#site}}\n{{/page}}\n{{/tags}}\n{{#tags}}") == """
                theme/page.html:2: error: {{#site}} is never closed
                  write {{/site}} before {{/page}} on line 3
                theme/page.html:4: error: {{/tags}} closes nothing
                theme/page.html:5: error: {{#tags}} is never closed
                  write {{/tags}} before the end of the file
                """)
        #expect(
            problems("{{#page}}\n{{/pgae}}{{/page}}") == """
                theme/page.html:2: error: {{/pgae}} closes nothing
                  open here: {{#page}} of line 1
                """)
    }

    @Test func `broken tags are told with their line`() {
        #expect(
            problems("{{! a\ncomment }}{{}}\n{{a name}}\n{{=<%=}}\n{{> *dynamic}}\n{{page.title}\n") == """
                theme/page.html:2: error: a tag without a name
                theme/page.html:3: error: "a name" is no name: names have no spaces
                  to write two braces as text, change the delimiters first: {{=<% %>=}}
                theme/page.html:4: error: new delimiters are two, with a space between them
                  for example {{=<% %>=}}
                theme/page.html:5: error: "*dynamic": a layout is included by its name, not by a value
                theme/page.html:6: error: the tag {{page.title} has no end
                  it ends with }}
                """)
    }

    @Test func `a layout that includes itself without an end is told, and loading ends`() {
        let partials = ["a.html": "{{#page}}{{> b}}{{/page}}", "b.html": "{{> a}}{{> a}}"]
        #expect(
            problems("{{> a}}", partials: partials) == """
                theme/b.html:1: error: a.html includes itself without an end
                  layouts here: a.html → b.html → a.html
                  as part of page.html
                """)
    }

    @Test func `data of an unknown shape may repeat a layout`() {
        let set = layouts("{{> node}}", partials: ["node.html": "<{{name}}{{#nodes}}{{> node}}{{/nodes}}{{#more}}{{> node}}{{/more}}>"])
        #expect(set.problems.isEmpty)
        #expect(shown(set, ["name": "a", "nodes": [["name": "b", "nodes": [["name": "c", "nodes": [], "more": []]], "more": []]]]) == "<a<b<c>>>")
    }

    @Test func `layouts that include each other too often are told, and loading ends`() {
        let parts = ["a.html": String(repeating: "{{x}}{{> b}}", count: 9), "b.html": String(repeating: "{{x}}{{> a}}", count: 9)]
        #expect(
            printed(layouts("{{> a}}", partials: parts)) == """
                theme/b.html:1: error: page.html becomes too large with all that it includes
                  look for layouts that include each other
                  as part of page.html
                """)
    }

    @Test func `tags nested ten thousand deep are told once, and loading ends`() {
        let page = String(repeating: "{{#page}}\n", count: 10_000) + String(repeating: "{{/page}}", count: 10_000)
        #expect(
            problems(page) == """
                theme/page.html:65: error: {{#page}} is the 65th tag inside another
                  64 are read: move the inner ones into a partial
                """)
    }

    @Test func `text outside the blocks of a parent is not shown, and that is told`() {
        let partials = ["base.html": "{{$main}}{{/main}}"]
        #expect(
            problems("{{< base}}\n\n<p>lost</p>\n{{$main}}kept{{/main}}\n{{/base}}", partials: partials) == """
                theme/page.html:3: warning: this is inside {{< base}} but in none of its blocks, so it is not shown
                  put it between {{$name}} and {{/name}}
                """)
    }

    @Test func `bytes that are not UTF-8 are told with their line`() {
        let set = LayoutSet(theme: ["page.html": [0x61, 0x0A, 0x62, 0xFF, 0x0A]], shapes: ["page.html": [:]])
        #expect(
            printed(set) == """
                theme/page.html:2: error: this is not UTF-8
                  save the file with the encoding UTF-8
                """)
    }

    @Test func `a page that no file describes is told`() {
        #expect(printed(LayoutSet(theme: [:], shapes: ["home.html": [:]])) == "theme/home.html: error: there is no such layout")
    }

    @Test func `problems of every file come together, sorted`() {
        let found = problems("{{nmae}}\n{{> part}}", partials: ["part.html": "{{oops"], overrides: ["part.html": "{{#x}}{{page.tilte}}"])
        #expect(
            found == """
                layouts/part.html:1: error: "page" has no "tilte"
                  did you mean page.title?
                  as part of page.html
                layouts/part.html:1: error: {{#x}} is never closed
                  write {{/x}} before the end of the file
                theme/page.html:1: error: there is no name "nmae" here
                  names here: content, page, site, tags
                """)
    }
}
