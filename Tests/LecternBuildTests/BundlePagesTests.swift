import LecternCore
import LecternCrypto
import Testing

@testable import LecternBuild

/// Courses that are sold together: their page, the ways there, what the companion is told.
@Suite struct BundlePagesTests {
    private func site(_ bundles: String, companion: Bool = true, b price: String = "{CNY: 99, USD: 15}") throws -> SiteFixture {
        try SiteFixture([
            "content/site.yml": "title: {zh: 店, en: Shop}\nlanguages: [zh, en]\nbaseURL: https://shop.example/\n" + (companion ? "companion: /api/\n" : "") + bundles,
            "content/courses/a/course.md": "---\ntitle: 甲\nprice: {CNY: 199, USD: 29}\n---\n", "content/courses/a/01-one.md": "# 一\n",
            "content/courses/a/course.en.md": "# Alpha\n", "content/courses/a/01-one.en.md": "# One\n",
            "content/courses/b/course.md": "---\ntitle: 乙\nprice: \(price)\n---\n", "content/courses/b/01-two.md": "# 二\n",
            "content/courses/c/course.md": "---\ntitle: 丙\n---\n", "content/courses/c/01-three.md": "# 三\n",
        ])
    }

    private let all = "bundles:\n  all: {title: {zh: 全部, en: All <of it>}, courses: [a, b], price: {CNY: 249, USD: 35}}\n"

    @Test func `a bundle has a page in each language, courses and home lead there, and the catalogue tells it`() throws {
        let site = try site(all)
        #expect(site.build().problems == [])
        let page = site.page("en/bundles/all/index.html")
        #expect(page.contains("All &lt;of it&gt;") && page.contains("¥249 · US$35") && page.contains("¥298 · US$44 when bought one by one"))
        #expect(page.contains(#"href="/en/checkout/?bundle=all""#) && page.contains(#"href="/en/courses/a/""#) && page.contains(#"href="/courses/b/""#))
        #expect(page.contains(#""@type":"Product""#) && page.contains(#""price":"249""#))
        for place in ["index.html", "courses/a/index.html", "courses/b/index.html"] { #expect(site.page(place).contains(#"href="/bundles/all/""#), "\(place)") }
        #expect(!site.page("courses/c/index.html").contains("bundles/all") && !site.page("courses/a/one/index.html").contains("bundles/all"))
        let sitemap = site.output().filter { $0.key.hasPrefix("sitemap") }.map { String(decoding: $0.value, as: UTF8.self) }.joined()
        #expect(sitemap.contains("https://shop.example/en/bundles/all/"))
        let catalogue = try Catalogue.read(bytes: site.bytes("output/catalogue.json"), secret: SiteSecret(bytes: Array(0..<32))!)
        let bundle = try #require(catalogue.bundle("all"))
        #expect(bundle.courses == ["a", "b"] && bundle.title == ["zh": "全部", "en": "All <of it>"] && bundle.path["en"] == "en/bundles/all/")
        #expect(bundle.price(in: .cny)?.minorUnits == 24900 && bundle.price(in: Currency("EUR")!) == nil)
    }

    @Test func `another price of a course is on the bundle's page after the next build`() throws {
        let site = try site(all)
        #expect(site.build().problems == [])
        try site.write("content/courses/b/course.md", "---\ntitle: 乙\nprice: {CNY: 109, USD: 15}\n---\n")
        #expect(site.build().problems == [])
        #expect(site.page("bundles/all/index.html").contains("¥308 · US$44"))
    }

    @Test func `without a companion a bundle shows its price and sells nothing`() throws {
        let site = try site(all, companion: false)
        #expect(site.build().problems == [])
        let page = site.page("bundles/all/index.html")
        #expect(page.contains("¥249") && !page.contains("checkout"))
    }

    @Test(arguments: [
        ("bundles: [a]", "bundles have an id each"), ("bundles: {all: 3}", "a bundle has a title, courses and a price"),
        ("bundles: {All: {title: T, courses: [a, b], price: 1}}", "\"All\" is no id of a bundle"),
        ("bundles: {../x: {title: T, courses: [a, b], price: 1}}", "\"../x\" is no id of a bundle"),
        ("bundles: {all: {courses: [a, b], price: 1}}", "the bundle \"all\" has no title"),
        ("bundles: {all: {title: T, courses: [a], price: 1}}", "the bundle \"all\" is of one course"),
        ("bundles: {all: {title: T, courses: [a, a], price: 1}}", "the bundle \"all\" is of one course"),
        ("bundles: {all: {title: T, price: 1}}", "the bundle \"all\" is of 0 courses"),
        ("bundles: {all: {title: T, courses: [a, b]}}", "the bundle \"all\" has no price"),
        ("bundles: {all: {title: T, courses: [a, b], price: 0}}", "the bundle \"all\" has no price"),
        ("bundles: {all: {title: T, courses: [a, b], price: 1.234}}", "bad price \"1.234\""),
        ("bundles: {all: {title: T, courses: [a, bb], price: 1}}", "is of a course \"bb\", which is not there"),
        ("bundles: {all: {title: T, courses: [a, c], price: 1}}", "is sold in CNY, and its course \"c\" is not"),
        ("bundles: {all: {title: T, courses: [a, b], price: {EUR: 9}}}", "is sold in EUR, and its course \"a\" is not"),
    ])
    func `what cannot be sold is an error with its line`(_ bundles: String, _ words: String) throws {
        let site = try site(bundles + "\n")
        let built = site.build()
        #expect(built.failed)
        let problem = try #require(built.problems.first { $0.description.contains(words) }, "\(built.problems)")
        #expect(problem.description.hasPrefix("content/site.yml:5: error: "), "\(problem)")
    }

    @Test func `a bundle that saves nothing is a warning, and so is an unknown key`() throws {
        let built = try site("bundles: {all: {title: T, courses: [a, b], price: 298, cover: x.jpg}}\n").build()
        #expect(!built.failed)
        #expect(built.problems.map(\.description).contains { $0.contains("no less than its courses alone") })
        #expect(built.problems.map(\.description).contains { $0.contains("unknown key \"cover\"") })
    }
}
