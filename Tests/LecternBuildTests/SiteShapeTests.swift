import LecternCore
import Testing

@testable import LecternBuild

/// The shapes of folders that become a site, and what every page has of `site.yml`.
@Suite struct SiteShapeTests {
    @Test func `courses and site.yml may lie in the site's folder itself`() throws {
        let site = try SiteFixture([
            "site.yml": "title: {en: Bare, zh: 简}\nlanguages: [en, zh]\nmenu:\n  - {title: About, url: /about/}\n",
            "index.md": "Welcome.\n", "index.zh.md": "欢迎。\n", "pages/about.md": "# About\n", "pages/about.zh.md": "# 关于\n",
            "courses/a/01-one.md": "# One\n", "notes.md": "not a page\n",
        ])
        #expect(site.build().problems == [])
        #expect(site.page("index.html").contains("Welcome."))
        #expect(site.page("zh/index.html").contains("欢迎。"))
        #expect(site.page("zh/about/index.html").contains("关于"))
        #expect(site.exists("output/courses/a/one/index.html"))
        #expect(!site.exists("output/notes/index.html"))
    }

    @Test func `a plain folder is one course, whatever it is called`() throws {
        let site = try SiteFixture(named: "02 My notes", ["01-first.md": "# First\n", "part/02-second.md": "Text\n", "part/data.csv": "1\n"])
        #expect(site.build().problems.filter { $0.severity == .error } == [])
        #expect(site.exists("output/courses/my-notes/first/index.html"))
        #expect(site.exists("output/courses/my-notes/second/index.html"))
        #expect(site.build().unitsBuilt == 0)
    }

    @Test func `the outline tells a lesson's id where its address does not, so that what is completed gets its tick`() throws {
        let site = try SiteFixture([
            "courses/a/course.md": "# A\n", "courses/a/01-one.md": "# One\n", "courses/a/02-二.md": "# Two\n",
            "courses/a/03-three.md": "---\nid: a/old-name\n---\n# Three\n", "courses/a/04-four.md": "---\nslug: another\n---\n# Four\n",
        ])
        #expect(site.build().failed == false)
        let page = site.page("courses/a/one/index.html")
        #expect(page.contains("<li><a href=\"/courses/a/one/\" aria-current=\"page\">One</a></li>"))
        #expect(page.contains("/\">Two</a></li>"))
        #expect(page.contains("<li><a href=\"/courses/a/three/\" data-lesson=\"a/old-name\">Three</a></li>"))
        #expect(page.contains("<li><a href=\"/courses/a/another/\" data-lesson=\"a/four\">Four</a></li>"))
    }

    @Test func `a link to a page that the reader's language lacks leads to the original, not to a third language`() throws {
        let site = try SiteFixture([
            "content/site.yml": "languages: [zh, en, ja]\ntitle: T\n", "content/pages/about.md": "# 关于\n", "content/pages/about.en.md": "# About\n",
            "content/courses/a/01-one.md": "# 一\n", "content/courses/a/01-one.ja.md": "# いち\n\n[link](../../pages/about.md)\n",
        ])
        #expect(site.build().problems == [])
        #expect(site.page("ja/courses/a/one/index.html").contains("<a href=\"/about/\">link</a>"))
    }

    @Test func `the menu and the author lead to the reader's language only where there is a page`() throws {
        let site = try SiteFixture([
            "content/site.yml": """
                title: Menu
                languages: [en, zh]
                author: {name: Lin, url: /about/}
                menu:
                  - {title: About, url: "/about/#team"}
                  - {title: Terms, url: /terms/}
                  - {title: Course, url: /courses/a/}
                  - {title: Other, url: /courses/b/}
                  - {title: Tags, url: /tags/}

                """,
            "content/pages/about.md": "# About\n\n## Team\n", "content/pages/about.zh.md": "# 关于\n\n## Team\n", "content/pages/terms.md": "# Terms\n",
            "content/courses/01-a/course.md": "# A\n", "content/courses/01-a/course.zh.md": "# 甲\n", "content/courses/01-a/01-one.md": "# One\n",
            "content/courses/01-a/01-one.zh.md": "# 一\n", "content/courses/b/01-one.md": "# One\n",
        ])
        #expect(site.build().problems == [])
        let page = site.page("zh/index.html")
        for url in ["/zh/about/#team", "/terms/", "/zh/courses/a/", "/courses/b/", "/zh/tags/"] { #expect(page.contains("<a href=\"\(url)\""), "\(url)") }
        // A translation that is added later shows in the menu of every page.
        try site.write("content/pages/terms.zh.md", "# 条款\n")
        #expect(site.build().problems == [])
        #expect(site.page("zh/courses/a/one/index.html").contains("<a href=\"/zh/terms/\""))
    }

    @Test func `the header's logo has its size, so that the page does not move when it arrives`() throws {
        func svg(_ width: Int) -> String { "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"40\"></svg>\n" }
        let site = try SiteFixture([
            "content/site.yml": "title: T\nlanguage: en\ntheme: {logo: logo.svg}\n", "content/courses/a/01-one.md": "# One\n", "static/logo.svg": svg(120),
        ])
        #expect(site.build().problems == [])
        for page in ["index.html", "courses/a/one/index.html"] { #expect(site.page(page).contains("<img src=\"/logo.svg\" width=\"120\" height=\"40\"")) }
        try site.write("static/logo.svg", svg(90))
        #expect(site.build().problems == [])
        for page in ["index.html", "courses/a/one/index.html"] { #expect(site.page(page).contains("<img src=\"/logo.svg\" width=\"90\" height=\"40\"")) }
    }

    @Test func `checking finds a file of static/ that lies where a course has one, as building does`() throws {
        let site = try SiteFixture([
            "site.yml": "language: en\ntitle: T\n", "courses/a/01-one/index.md": "# One\n", "courses/a/01-one/data.csv": "1\n",
            "static/courses/a/one/data.csv": "2\n",
        ])
        let found = site.check().problems.map(\.description)
        #expect(found.count == 1 && found[0].hasPrefix("output/courses/a/one/data.csv: error: two parts of the site make this file"))
        #expect(site.build().problems.map(\.description) == found)
    }

    @Test func `a site that says nothing of its language follows its texts when they change`() throws {
        let site = try SiteFixture(["01-one.md": "# One\n\nText in English.\n"])
        #expect(site.build().failed == false)
        #expect(site.page("courses/site/one/index.html").contains("<html lang=\"en\""))
        try site.write("01-one.md", "# 一\n\n现在是中文的课文。\n")
        #expect(site.build().failed == false)
        #expect(site.page("courses/site/one/index.html").contains("<html lang=\"zh\""))
        #expect(site.page("index.html").contains("<html lang=\"zh\""))
    }

    @Test func `Hugo's _index.md is the text of its course, of its chapter, of the home page`() throws {
        let site = try SiteFixture([
            "content/site.yml": "languages: [en, zh]\ntitle: T\n", "content/_index.md": "Welcome home.\n",
            "content/courses/a/_index.md": "---\ntitle: All about A\n---\nThe course.\n", "content/courses/a/_index.zh.md": "# 甲\n",
            "content/courses/a/01-part/_index.md": "---\ntitle: First part\n---\n", "content/courses/a/01-part/01-one.md": "# One\n",
            "content/courses/a/01-part/01-one.zh.md": "# 一\n",
        ])
        #expect(site.build().problems == [])
        #expect(site.page("index.html").contains("Welcome home."))
        #expect(site.page("courses/a/index.html").contains("<h1>All about A</h1>"))
        #expect(site.page("courses/a/index.html").contains("First part"))
        #expect(site.page("zh/courses/a/index.html").contains("<h1>甲</h1>"))
        #expect(!site.exists("output/courses/a/index/index.html"))
        try site.write("content/courses/a/course.md", "# Another\n")
        #expect(site.build().problems.map(\.description) == [
            "content/courses/a/course.md: error: this is the text of its folder, and so is another\n  the other: content/courses/a/_index.md\n  remove one of them"
        ])
    }

    @Test(arguments: [("ar", "rtl"), ("uz-Arab", "rtl"), ("az-Latn-IR", "ltr"), ("fa-IR", "rtl"), ("ku", "ltr"), ("ku-arab", "rtl"), ("zh-Hant", "ltr")])
    func `a language has the direction of its script`(language: String, expected: String) throws {
        let site = try SiteFixture(["site.yml": "language: \(language)\ntitle: T\n", "courses/a/01-one.md": "# One\n"])
        #expect(site.build().failed == false)
        #expect(site.page("courses/a/one/index.html").contains(" dir=\"\(expected)\""))
    }

    @Test func `a tag of many lessons is cut into pages that lead to each other`() throws {
        let site = try SiteFixture(["site.yml": "language: en\ntitle: T\nbaseURL: https://me.example/x/\n"])
        for number in 1...201 {
            let tags = number < 102 ? "[many, some]" : "[many]"
            try site.write("courses/a/\(number)-lesson-\(number).md", "---\ntitle: Lesson \(number)\ntags: \(tags)\n---\nText\n")
        }
        #expect(site.build().problems == [])
        let pages = ["tags/many/", "tags/many/2/", "tags/many/3/"].map { site.page($0 + "index.html") }
        #expect(pages.map { $0.split(separator: "<h2>").count - 1 } == [100, 100, 1])
        #expect(site.exists("output/tags/some/2/index.html") && !site.exists("output/tags/many/4/index.html"))
        #expect(!pages[0].contains("rel=\"prev\"") && pages[0].contains("<link rel=\"next\" href=\"/x/tags/many/2/\">"))
        #expect(pages[1].contains("<link rel=\"prev\" href=\"/x/tags/many/\">") && pages[1].contains("rel=\"next\" href=\"/x/tags/many/3/\""))
        #expect(pages[2].contains("rel=\"prev\"") && !pages[2].contains("rel=\"next\""))
        #expect(pages[1].contains("<link rel=\"canonical\" href=\"https://me.example/x/tags/many/2/\">"))
        #expect(pages[1].contains("<title>many · Page 2 of 3 · T</title>"))
        let sitemap = site.page("sitemap.xml")
        #expect(sitemap.contains("/tags/many/</loc>") && !sitemap.contains("/tags/many/2/"))
    }
}
