import LecternCore
import LecternCrypto
import Testing

@testable import LecternBuild

/// A price that is lower until a date, and one that buyers choose: what pages and catalogue say.
@Suite struct ChangingPricePagesTests {
    private func site(_ front: String) throws -> SiteFixture {
        try SiteFixture([
            "content/site.yml": "title: {zh: 店, en: Shop}\nlanguages: [en, zh]\nbaseURL: https://shop.example/\ncompanion: /api/\n",
            "content/courses/a/course.md": "---\ntitle: A\nprice: {CNY: 199, USD: 29}\n\(front)\n---\n", "content/courses/a/01-one.md": "# One\n",
            "content/courses/a/course.zh.md": "---\ntitle: 甲\n---\n", "content/courses/a/01-one.zh.md": "# 一\n",
        ])
    }

    private func course(_ site: SiteFixture) throws -> Catalogue.Course {
        try #require(try Catalogue.read(bytes: site.bytes("output/catalogue.json"), secret: SiteSecret(bytes: Array(0..<32))!).course("a"))
    }

    @Test func `a page says both prices and until when, so that it stays true when the day has passed`() throws {
        let site = try site("earlyBird: {price: {CNY: 149}, until: 2027-01-01}")
        #expect(site.build().problems == [])
        for place in ["courses/a/index.html", "index.html"] {
            #expect(site.page(place).contains("¥149 before 1 January 2027 (UTC), then ¥199 · US$29"), "\(place)")
        }
        #expect(site.page("zh/courses/a/index.html").contains("2027 年 1 月 1 日 (UTC) 之前 ¥149，之后 ¥199 · US$29"))
        #expect(site.page("courses/a/index.html").contains(#""priceValidUntil":"2026-12-31T23:59:59Z""#))
        let course = try course(site)
        #expect(course.price(in: .cny, at: Moment("2026-12-31T23:59:59Z")!)?.minorUnits == 14900)
        #expect(course.price(in: .cny, at: Moment("2027-01-01")!)?.minorUnits == 19900)
        #expect(course.price(in: Currency("USD")!, at: Moment("2026-01-01")!)?.minorUnits == 2900 && course.floors == nil)
    }

    @Test func `a price that buyers choose is told with its floor`() throws {
        let site = try site("priceFloor: {CNY: 49, USD: 29}")
        #expect(site.build().problems == [])
        #expect(site.page("courses/a/index.html").contains("¥199 · US$29, or what you like from ¥49 · US$29"))
        #expect(try course(site).floor(in: .cny)?.minorUnits == 4900 && course(site).earlyBird == nil)
        // What a known unit told is read back the same.
        try site.write("content/pages/about.md", "# About\n")
        #expect(site.build().problems == [])
        #expect(try course(site).floor(in: .cny)?.minorUnits == 4900)
    }

    @Test(arguments: [
        ("earlyBird: 149", "earlyBird has a price and a date"), ("earlyBird: {price: 149}", "earlyBird has a price and a date"),
        ("earlyBird: {price: 149, until: soon}", "bad date \"soon\""), ("earlyBird: {price: 199, until: 2027-01-01}", "earlyBird is ¥199, and price is ¥199"),
        ("earlyBird: {price: {EUR: 1}, until: 2027-01-01}", "earlyBird is in EUR, and price is not"), ("earlyBird: {price: 0, until: 2027-01-01}", "earlyBird is more than nothing"),
        ("priceFloor: 200", "priceFloor is ¥200, and price is ¥199"), ("priceFloor: 0", "priceFloor is more than nothing"), ("priceFloor: cheap", "bad price \"cheap\""),
    ])
    func `what makes no sense is an error with its line`(_ front: String, _ words: String) throws {
        let built = try site(front).build()
        #expect(built.failed)
        let problem = try #require(built.problems.first { $0.description.contains(words) }, "\(built.problems)")
        #expect(problem.description.hasPrefix("content/courses/a/course.md:4: error: "), "\(problem)")
    }
}
