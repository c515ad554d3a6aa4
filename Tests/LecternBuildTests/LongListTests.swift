import LecternCore
import Testing

@testable import LecternBuild

@Suite struct LongListTests {
    /// Enough that the tag's entries do not stay in memory.
    private func site() throws -> SiteFixture {
        let site = try SiteFixture(["content/courses/a/course.md": "---\ntitle: A\n---\n"])
        for number in 100..<400 {
            try site.write(
                "content/courses/a/\(number)-lesson-\(number).md",
                "---\ntitle: Lesson \(number)\ntags: [long]\ndescription: \"\(String(repeating: "word ", count: 1_000))\"\n---\nText.\n")
        }
        return site
    }

    @Test func `a tag that is on very many pages lists them all, in their order`() throws {
        let site = try site()
        let report = site.build()
        #expect(report.problems == [])
        let page = ["", "2/", "3/"].map { site.page("tags/long/\($0)index.html") }.joined()
        #expect(page.utf8.count > 1 << 20)
        var rest = page[...]
        for number in 100..<400 {
            let found = try #require(rest.firstRange(of: ">Lesson \(number)</a>"))
            rest = rest[found.upperBound...]
        }
        #expect(rest.hasSuffix("</html>\n"))
    }

    @Test func `a long list that is as it was is not written again`() throws {
        let site = try site()
        _ = site.build()
        let before = site.output()
        // The list of all pages for machines changes, the tag's page does not.
        try site.write("content/pages/about.md", "# About\n\nText.\n")
        let report = site.build()
        #expect(report.problems == [])
        let after = site.output()
        #expect(after["tags/long/index.html"] == before["tags/long/index.html"])
        #expect(after["sitemap.xml"] != before["sitemap.xml"])
        #expect(report.written < 20)
    }
}
