import LecternCore
import Testing

@testable import LecternBuild

/// Links are checked in every build, also those to files that no text became.
@Suite struct InnerLinkTests {
    private static let site = [
        "content/site.yml": "title: Site\nlanguages: [en]\n",
        "content/courses/a/01-one.md": "---\naliases: [/old/]\n---\n# One\n",
        "content/courses/b/01-two.md": "# Two\n\n[old](/old/) [feed](/feed.xml) [its feed](/courses/a/feed.xml) [file](/file.txt) [tags](/tags/) [home](/)\n",
        "static/file.txt": "static\n",
    ]

    @Test func `old addresses, feeds, files and pages of the site's own may be linked to`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.check().problems == [])
        #expect(site.build().problems == [])
    }

    @Test func `courses and free-standing pages link to each other's files`() throws {
        let site = try SiteFixture(Self.site)
        try site.write("content/pages/about.md", "# About\n\n## Team\n\n[one](../courses/a/01-one.md)\n")
        try site.write("content/index.md", "[about](pages/about.md)\n")
        try site.write("content/courses/a/01-one.md", "# One\n\n[about](../../pages/about.md#team) [home](../../index.md)\n")
        try site.write("content/courses/b/01-two.md", "# Two\n")
        #expect(site.build().problems == [])
        let page = site.page("courses/a/one/index.html")
        #expect(page.contains("<a href=\"/about/#team\">about</a> <a href=\"/\">home</a>"))
        #expect(site.page("about/index.html").contains("<a href=\"/courses/a/one/\">one</a>"))
        // Moving the page moves the links to it, in courses that were not edited.
        try site.write("content/pages/about.md", "---\nslug: us\n---\n# About\n\n## Team\n")
        #expect(site.build().problems == [])
        #expect(site.page("courses/a/one/index.html").contains("<a href=\"/us/#team\">about</a>"))
    }

    @Test func `they still may when only the page that links to them was edited`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().problems == [])
        try site.write("content/courses/b/01-two.md", Self.site["content/courses/b/01-two.md"]! + "\nA paragraph.\n\n## Heading\n")
        #expect(site.build().problems == [])
    }

    @Test func `a file of the creator's takes the place of what Lectern would make, not of another text's page`() throws {
        let site = try SiteFixture(Self.site)
        try site.write("static/robots.txt", "mine")
        try site.write("static/tags/index.html", "mine")
        #expect(site.build().problems == [])
        #expect(site.page("robots.txt") == "mine")
        #expect(site.page("tags/index.html") == "mine")
        try site.write("static/courses/a/one/index.html", "mine")
        let message = "static/courses/a/one/index.html: error: this file would lie where a page is\n  the page: content/courses/a/01-one.md\n  remove one of them"
        #expect(site.check().problems.map(\.description) == [message])
        #expect(site.build().problems.map(\.description) == [message])
    }
}
