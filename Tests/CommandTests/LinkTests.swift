import LecternCore
import Testing

/// `lectern link`.
@Suite struct LinkTests {
    @Test func `a link names its campaign, and nothing in it is taken for more`() throws {
        let at = try CommandFixture()
        try at.newSite()
        let base = ["--site", "site", "--base-url", "https://me.example/learn/"]
        #expect(try at.run(["link", "/courses/变量/", "--campaign", "spring & more"] + base).output
            == "https://me.example/learn/courses/%E5%8F%98%E9%87%8F/?utm_campaign=spring%20%26%20more\n")
        #expect(try at.run(["link", "https://me.example/learn/en/", "--campaign", "a", "--source", "slides", "--medium", "print"] + base).output
            == "https://me.example/learn/en/?utm_source=slides&utm_medium=print&utm_campaign=a\n")
    }

    @Test func `what leads nowhere is refused`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.write("site/content/site.yml", "title: Mine\nlanguage: en\n")
        #expect(try at.run("link", "", "--campaign", "a", "--site", "site").complaint.contains("baseURL: https://me.example/"))
        let base = ["--campaign", "a", "--site", "site", "--base-url", "https://me.example/"]
        #expect(try at.run(["link", "https://other.example/"] + base).code == 1)
        #expect(try at.run(["link", "courses/?a=b"] + base).code == 1)
        #expect(try at.run(["link", "", "--campaign", "", "--site", "site"]).code == 2)
        #expect(try at.run("build", "site", "--now", "2026-11-24").code == 0)
        let refused = try at.run(["link", "courses/my-first-course"] + base)
        #expect(refused.code == 1 && refused.complaint.contains("did you mean courses/my-first-course/?"))
        #expect(try at.run(["link", "courses/my-first-course/"] + base).code == 0)
    }
}
