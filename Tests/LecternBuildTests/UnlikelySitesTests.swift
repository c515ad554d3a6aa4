import LecternCore
import Testing

@testable import LecternBuild

/// Folders that few creators have, and that must neither crash a build nor mislead one.
@Suite struct UnlikelySitesTests {
    private static let settings = "title: Site\nlanguages: [en]\nbaseURL: https://site.example/\n"

    private func messages(_ report: BuildReport) -> [String] { report.problems.map(\.message) }

    @Test func `a language that is named twice is built once, with a warning`() throws {
        let site = try SiteFixture(["content/site.yml": "languages: [en, EN, en]\n", "content/courses/a/01-one.md": "# One\n"])
        let report = site.build()
        #expect(!report.failed)
        #expect(report.problems.map(\.line) == [1, 1])
        #expect(site.exists("output/courses/a/one/index.html") && !site.exists("output/EN"))
    }

    @Test func `two names that read the same and differ in bytes are a mistake to be told of`() throws {
        let site = try SiteFixture(["content/site.yml": Self.settings, "content/courses/a/01-caf\u{E9}.md": "# One\n"])
        try site.write("content/courses/a/01-cafe\u{301}.md", "# Two\n")
        #expect(messages(site.build()) == ["two names here read \"01-café.md\" and differ only in how their letters are stored"])
    }

    @Test func `a layout or a site yml that can no longer be read is an error, though nothing else changed`() throws {
        let site = try SiteFixture(["content/courses/a/01-one.md": "# One\n"])
        #expect(!site.build().failed)
        try site.write("layouts/lesson.html", bytes: [0xFF, 0xFE])
        #expect(site.build().failed)
        try site.remove("layouts/lesson.html")
        #expect(!site.build().failed)
        try site.write("content/site.yml", bytes: Array(repeating: UInt8(ascii: "\n"), count: 2 << 20))
        #expect(site.build().failed)
    }

    @Test func `warnings about site yml and a site without courses are shown by every build`() throws {
        let site = try SiteFixture(["content/site.yml": Self.settings + "colour: red\n", "content/pages/about.md": "# About\n"])
        let first = site.build()
        #expect(messages(first).sorted() == ["this site has no courses yet", "unknown key \"colour\""])
        let second = site.build()
        #expect(second.written == 0)
        #expect(second.problems == first.problems)
    }

    @Test(arguments: ["/courses/old/", "/courses/old/feed.xml"])
    func `a link to what a removed course made is broken, whether the build is the first or not`(_ link: String) throws {
        let site = try SiteFixture([
            "content/site.yml": Self.settings, "content/courses/a/01-one.md": "# One\n\n[old](\(link))\n", "content/courses/old/01-two.md": "# Two\n",
        ])
        #expect(!site.build().failed)
        try site.remove("content/courses/old")
        #expect(messages(site.build()) == ["broken link \"\(link)\": there is no such page"])
    }

    @Test func `a file to download never takes the place of its lesson's page`() throws {
        let site = try SiteFixture([
            "content/site.yml": Self.settings, "content/courses/a/01-one/index.md": "# One\n", "content/courses/a/01-one/index.html": "<p>mine",
        ])
        let report = site.build()
        #expect(report.problems.map(\.file) == ["content/courses/a/01-one/index.md"])
        #expect(report.problems.first?.help.first == "the other: content/courses/a/01-one/index.html")
    }

    @Test func `a price of nothing is no price: the course is free and its lessons are open`() throws {
        let site = try SiteFixture([
            "content/site.yml": Self.settings, "content/courses/a/course.md": "---\ntitle: A\nprice: 0\n---\nAll of it.\n",
            "content/courses/a/01-one.md": "# One\n\nThe whole text.\n",
        ])
        #expect(!site.build().failed)
        #expect(site.page("courses/a/one/index.html").contains("The whole text."))
    }

    @Test func `a film in a folder of a paid lesson's own folder is no free lesson`() throws {
        let site = try SiteFixture([
            "content/site.yml": Self.settings, "content/courses/a/01-one/index.md": "---\ntitle: One\naccess: paid\n---\nSecret.\n",
            "content/courses/a/02-two.md": "# Two\n", "content/courses/a/01-one/parts/film.mp4": "frames",
        ])
        _ = site.build()
        #expect(!site.output().keys.contains { $0.contains("film") })
        #expect(site.exists("output/courses/a/two/index.html"))
    }

    @Test func `a translation of a paid lesson is paid, whichever language the lesson was written in`() throws {
        let site = try SiteFixture([
            "content/site.yml": "title: Site\nlanguages: [zh, en, ja]\n",
            "content/courses/a/01-one.en.md": "---\ntitle: One\naccess: paid\n---\nSecret text.\n",
            "content/courses/a/01-one.ja.md": "---\ntitle: Ichi\n---\nSecret text.\n", "content/courses/a/02-two.md": "# Two\n",
        ])
        #expect(!site.build().failed)
        #expect(site.exists("output/ja/courses/a/one/index.html"))
        for (path, bytes) in site.output() { #expect(!String(decoding: bytes, as: UTF8.self).contains("Secret"), "\(path)") }
    }

    @Test func `an id reaches the checkout whole, whatever its letters mean in a query`() throws {
        let site = try SiteFixture([
            "content/site.yml": Self.settings + "companion: /api/\n",
            "content/courses/a/course.md": "---\ntitle: A\nid: \"C++ & more\"\nprice: 5\n---\nText.\n", "content/courses/a/01-one.md": "# One\n",
        ])
        _ = site.build()
        #expect(site.page("courses/a/index.html").contains("?course=C%2B%2B%20%26%20more\""))
    }

    @Test(arguments: ["/../../evil/", "//old//place/", "/a/./b/"])
    func `an old address that is no path of a site is told of with its line`(_ alias: String) throws {
        let site = try SiteFixture([
            "content/site.yml": Self.settings + "redirects:\n  \(alias): /\n",
            "content/courses/a/01-one.md": "---\ntitle: One\naliases: [\"\(alias)\"]\n---\nText.\n",
        ])
        let report = site.build()
        #expect(report.problems.map(\.line) == [3, 5])
        #expect(messages(report) == ["bad alias \"\(alias)\"", "a redirect goes from a path to a path or an address"])
    }
}
