import Testing

@testable import LecternBuild

/// The pages that talk to the companion: when they are built, what they carry, and who must not find them.
@Suite struct CompanionPagesTests {
    private static let paths = ["sign-in/", "checkout/", "orders/", "account/"]

    private func shop(_ more: [String: String] = [:], companion: Bool = true) throws -> SiteFixture {
        let files = [
            "content/site.yml": "title: {zh: 店, en: Shop}\nlanguages: [zh, en]\nbaseURL: https://shop.example/\n" + (companion ? "companion: /api/\n" : ""),
            "content/courses/a/course.md": "---\ntitle: 甲\nprice: {CNY: 199, USD: 29}\n---\n", "content/courses/a/01-one.md": "# 一\n",
            "content/courses/a/course.en.md": "# Alpha\n", "content/courses/a/01-one.en.md": "# One\n",
            "content/courses/b/course.md": "---\ntitle: 乙\nprice: 99\n---\n", "content/courses/b/01-two.md": "# 二\n",
        ]
        return try SiteFixture(files.merging(more) { $1 })
    }

    @Test func `a site without a companion has none of them, and no way to them`() throws {
        let site = try shop(companion: false)
        #expect(site.build().failed == false)
        for path in Self.paths { #expect(!site.exists("output/" + path)) }
        let home = site.page("index.html")
        #expect(!home.contains("/account/") && !home.contains("data-companion") && !home.contains("beacon"))
    }

    @Test func `a site with a companion has them in each of its languages, and in no index`() throws {
        let site = try shop()
        #expect(site.build().failed == false)
        let indexed = site.output().filter { $0.key.hasSuffix(".xml") || $0.key == "llms.txt" || $0.key.hasPrefix("search/") && !$0.key.hasSuffix(".html") }
        #expect(indexed.count > 4)
        for path in Self.paths.flatMap({ [$0, "en/" + $0] }) {
            let page = site.page(path + "index.html")
            #expect(page.contains("<meta name=\"robots\" content=\"noindex\">"), "\(path)")
            #expect(page.contains("data-companion=\"/api/\""))
            for (name, bytes) in indexed { #expect(!String(decoding: bytes, as: UTF8.self).contains("/" + path), "\(path) in \(name)") }
        }
        #expect(site.page("en/index.html").contains("href=\"/en/account/\""))
    }

    @Test func `they know each course once, in the reader's language where it has it`() throws {
        let site = try shop()
        #expect(site.build().failed == false)
        let page = site.page("en/checkout/index.html")
        #expect(page.contains("<template data-course=\"a\" data-url=\"/en/courses/a/\" data-first=\"/en/courses/a/one/\">"))
        #expect(page.contains("<template data-course=\"b\" data-url=\"/courses/b/\" data-first=\"/courses/b/two/\">"))
        #expect(page.contains("lang=\"zh\""))
        #expect(page.components(separatedBy: "<template data-course=").count == 3)
    }

    @Test func `a change of the terms, and nothing else, is another edition to agree to`() throws {
        let site = try shop()
        func edition() -> Substring {
            #expect(site.build().failed == false)
            return site.page("checkout/index.html").split(separator: "data-terms=\"", maxSplits: 1).last?.prefix { $0 != "\"" } ?? ""
        }
        let without = edition()
        #expect(without.utf8.count == 32)
        #expect(!site.page("checkout/index.html").contains("class=\"note agreement\""))
        try site.write("content/pages/terms.md", "# 条款\n\n一。\n")
        let first = edition()
        #expect(first != without)
        #expect(site.page("checkout/index.html").contains("<a href=\"/terms/\" target=\"_blank\">"))
        try site.write("content/courses/a/01-one.md", "# 一\n\n改了。\n")
        #expect(edition() == first)
        try site.write("content/pages/terms.md", "# 条款\n\n二。\n")
        #expect(edition() != first)
    }

    @Test func `the terms of giving money back are said at the checkout in each language, and are agreed to`() throws {
        let days = "refundDays: 14\n", site = try shop()
        func edition(_ more: String) throws -> Substring {
            try site.write("content/site.yml", "title: Shop\nlanguages: [zh, en]\ncompanion: /api/\n" + more)
            #expect(site.build().problems == [])
            return site.page("en/checkout/index.html").split(separator: "data-terms=\"", maxSplits: 1).last?.prefix { $0 != "\"" } ?? ""
        }
        let promised = try edition(days)
        let first = try edition(days + "refundPolicy: {zh: 看完一半之前。, en: Before you have seen <half> of it.}\n")
        #expect(site.page("en/checkout/index.html").contains("you get your money back. Before you have seen &lt;half&gt; of it.</p>"))
        #expect(site.page("checkout/index.html").contains("看完一半之前。</p>"))
        let other = try edition(days + "refundPolicy: {zh: 看完一半之前。, en: Before you have seen a third of it.}\n")
        #expect(Set([promised, first, other]).count == 3)
        _ = try edition("refundPolicy: Whenever you like.\n")
        #expect(site.page("en/checkout/index.html").contains(#"<p class="note">Whenever you like.</p>"#))
    }
}
