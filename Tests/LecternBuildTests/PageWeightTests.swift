import Foundation
import Testing

@testable import LecternBuild

/// What a page carries before it can be shown. Bytes as a host sends them are weighed in Tests/Browser/test_budget.py.
@Suite struct PageWeightTests {
    private func sheets(_ page: String) -> [String] {
        page.split(separator: "<link rel=\"stylesheet\" href=\"").dropFirst().map { link in
            String(link.prefix { $0 != "\"" }.split(separator: "/").last!.prefix { $0 != "." })
        }
    }

    @Test func `a lesson carries the styles of a player and of a quiz only when it has them`() throws {
        let site = try SiteFixture(copyOf: "small", ["content/courses/plain/03-asked/index.md": "# Asked\n"])
        try FileManager.default.copyItem(
            atPath: site.root + "/content/courses/python/02-data/02-project/quiz.yml", toPath: site.root + "/content/courses/plain/03-asked/quiz.yml")
        #expect(site.build().failed == false)
        #expect(sheets(site.page("courses/plain/welcome/index.html")) == ["style"])
        #expect(sheets(site.page("courses/plain/asked/index.html")) == ["quiz", "style"])
        #expect(sheets(site.page("courses/python/hello/index.html")) == ["player", "quiz", "style"])
    }

    @Test func `what only machines read, a whole transcript among it, stands behind the page`() throws {
        let site = try SiteFixture(copyOf: "small")
        #expect(site.build().failed == false)
        let page = site.page("courses/python/hello/index.html")
        let data = try #require(page.range(of: "<script type=\"application/ld+json\">"))
        #expect(page[data.lowerBound...].contains("\"transcript\":"))
        #expect(page[..<data.lowerBound].contains("</main>") && page[..<data.lowerBound].contains("</footer>"))
    }
}
