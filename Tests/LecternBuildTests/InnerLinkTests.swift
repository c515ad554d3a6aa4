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
