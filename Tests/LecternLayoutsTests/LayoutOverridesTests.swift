import LecternLayouts
import Testing

@Suite struct LayoutOverridesTests {
    private let theme = [
        "base.html": """
            <body>
            {{> header}}
            {{$before}}{{/before}}
            <main>
            {{$main}}{{/main}}
            </main>
            </body>

            """,
        "header.html": "<header>{{title}}</header>\n",
    ]
    private let shape: LayoutShape = ["title": .text]
    private let page = """
        {{< base}}
        {{$main}}
        <p>{{title}}</p>
        {{/main}}
        {{/base}}

        """

    @Test func `a page fills the blocks of its parent, and an unused one leaves no empty line`() {
        let set = layouts(page, partials: theme, shape: shape)
        #expect(set.problems.isEmpty)
        #expect(
            shown(set, ["title": "T"]) == """
                <body>
                <header>T</header>
                <main>
                <p>T</p>
                </main>
                </body>

                """)
    }

    @Test func `an override of a partial changes it on every page`() {
        let set = layouts(page, partials: theme, overrides: ["header.html": "<header>mine: {{title}}</header>\n"], shape: shape)
        #expect(set.problems.isEmpty)
        #expect(shown(set, ["title": "T"]).contains("<body>\n<header>mine: T</header>\n<main>"))
    }

    @Test func `an override of a page can add a block and keep the parent`() {
        let mine = "{{< base}}\n{{$before}}<nav>{{title}}</nav>{{/before}}\n{{$main}}<p>mine</p>{{/main}}\n{{/base}}\n"
        let set = layouts(page, partials: theme, overrides: ["page.html": mine], shape: shape)
        #expect(set.problems.isEmpty)
        #expect(
            shown(set, ["title": "T"]) == """
                <body>
                <header>T</header>
                <nav>T</nav>
                <main>
                <p>mine</p>
                </main>
                </body>

                """)
    }

    @Test func `a mistake in an override names the override's file`() {
        let set = layouts(page, partials: theme, overrides: ["header.html": "\n{{titel}}"], shape: shape)
        #expect(
            printed(set) == """
                layouts/header.html:2: error: there is no name "titel" here
                  did you mean title?
                  as part of page.html
                """)
    }

    @Test func `an override that nothing uses is a warning`() {
        let set = layouts(page, partials: theme, overrides: ["haeder.html": "x", "mine.html": "y"], shape: shape)
        #expect(
            printed(set) == """
                layouts/haeder.html: warning: no layout of the theme has this name, and none includes it: it changes nothing
                  did you mean header.html?
                layouts/mine.html: warning: no layout of the theme has this name, and none includes it: it changes nothing
                  lectern layouts lists the theme's files
                """)
    }

    @Test func `an override may include a new file of the site`() {
        let set = layouts(page, partials: theme, overrides: ["header.html": "{{> mine}}", "mine.html": "mine"], shape: shape)
        #expect(set.problems.isEmpty)
        #expect(shown(set).contains("<body>\nmine"))
    }

    @Test func `a block inside the content of the block of the same name is that content's own`() {
        let set = layouts("{{< base}}{{$main}}<b>{{$main}}inner{{/main}}</b>{{/main}}{{/base}}", partials: ["base.html": "[{{$main}}{{/main}}]"])
        #expect(shown(set) == "[<b>inner</b>]")
    }

    @Test func `a layout with Windows line ends and a byte order mark stays what it is`() {
        let set = layouts("\u{FEFF}a\r\n{{#title}}\r\nb\r\n{{/title}}\r\nc\r\n", shape: shape)
        #expect(shown(set, ["title": "T"]) == "a\r\nb\r\nc\r\n")
    }

    @Test func `an indented partial indents its lines, and not the lines of values`() {
        let set = layouts("<ul>\n  {{> items}}\n</ul>\n", partials: ["items.html": "{{#items}}\n<li>\n  {{.}}\n</li>\n{{/items}}\n"])
        #expect(shown(set, ["items": ["a\nb"]]) == "<ul>\n  <li>\n    a\nb\n  </li>\n</ul>\n")
    }
}
