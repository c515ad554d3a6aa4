import LecternContent
import LecternCore
import Testing

@testable import LecternBuild

private func page(
    _ path: String, id: String = "", source: String = "", language: String = "en", alternates: [(language: String, path: String)] = []
) -> PageFact {
    PageFact(
        kind: .lesson, source: source, language: language, path: path, title: "Title of \(path)", description: "", id: id, courseTitle: "",
        published: Moment("2026-03-01"), modified: nil, access: .free, tags: [], concepts: [], alternates: alternates, images: [], video: nil,
        durationSeconds: 0, noindex: false)
}

@Suite struct SitemapTests {
    private func files(_ sitemap: Sitemap, _ pages: [PageFact]) throws -> [(path: String, text: String)] {
        var sitemap = sitemap
        var files: [(path: String, text: String)] = []
        for page in pages { try sitemap.add(page) }
        try sitemap.finish { path, file throws(Problem) in files.append((path, String(decoding: file.buffer, as: UTF8.self))) }
        return files
    }

    @Test func `more URLs than one file may hold are cut into parts, and an index names them`() throws {
        let sitemap = Sitemap(Address(origin: "https://me.example", root: "/"), language: "en", limit: 2, folder: nil)
        let files = try files(sitemap, (1...5).map { page("\($0)/") })
        #expect(files.map(\.path) == ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"])
        let texts = files.map(\.text)
        #expect(texts[0].contains("<sitemap><loc>https://me.example/sitemap-3.xml</loc></sitemap>"))
        #expect(texts.dropFirst().map { $0.split(separator: "<url>").count - 1 } == [2, 2, 1])
    }

    @Test func `an empty site has an empty sitemap`() throws {
        let files = try files(Sitemap(Address(origin: "", root: "/"), language: "en", folder: nil), [])
        #expect(files.map(\.path) == ["sitemap.xml"])
        #expect(files[0].text.hasSuffix("\">\n</urlset>\n"))
    }
}

@Suite struct FeedTests {
    private func entry(_ title: String, _ day: String?) -> Feed.Entry {
        Feed.Entry(title: title, path: title + "/", summary: "", published: day.flatMap { Moment($0) })
    }

    @Test func `the newest come first, what has no date last in its order`() {
        let entries = [entry("a", nil), entry("b", "2026-01-01"), entry("c", "2026-02-01"), entry("d", nil)]
        #expect(Feed.newest(entries).map(\.title) == ["c", "b", "a", "d"])
        let many = (1...80).map { entry("\($0)", nil) }
        #expect(Feed.newest(many).count == Feed.limit)
    }

    @Test func `a feed is as new as its newest entry, and its texts are escaped`() {
        let feed = Feed(
            title: "A & B", subtitle: "", language: "en", page: "", path: "feed.xml", author: "<Lin>",
            entries: [entry("c", "2026-02-01"), entry("d", nil)])
        let text = String(decoding: feed.bytes(Address(origin: "https://me.example", root: "/x/")), as: UTF8.self)
        #expect(text.contains("<title>A &amp; B</title>"))
        #expect(text.contains("<name>&lt;Lin&gt;</name>"))
        #expect(text.contains("<link rel=\"self\" href=\"https://me.example/x/feed.xml\"/>"))
        #expect(text.firstRange(of: "<updated>2026-02-01T00:00:00Z</updated>")!.lowerBound < text.firstRange(of: "<entry>")!.lowerBound)
    }
}

@Suite struct SiteChecksTests {
    private func problems(_ units: [UnitFacts], copied: Set<String> = []) -> [String] {
        var checks = SiteChecks()
        for facts in units { checks.add(facts) }
        checks.add(copied: copied)
        if checks.needsComparison { for facts in units { checks.compare(facts) } }
        checks.finish()
        return checks.problems.map(\.message)
    }

    private func unit(_ name: String, _ pages: [PageFact] = [], requires: [(String, String)] = []) -> UnitFacts {
        var facts = UnitFacts(unit: name)
        facts.pages = pages
        facts.requires = requires.map { RequireFact(from: $0.0, to: $0.1, file: name, line: 1) }
        return facts
    }

    @Test func `translations share an id, other pages do not`() {
        let pages = [page("a/", id: "x", source: "a.md"), page("zh/a/", id: "x", source: "a.zh.md", language: "zh")]
        #expect(problems([unit("a", pages)]) == [])
        #expect(problems([unit("a", pages), unit("b", [page("b/", id: "x", source: "b.md")])]) == ["the id \"x\" is another's too"])
    }

    @Test func `two pages of one address are told of, and files and old addresses that take a page's place`() {
        let pages = [page("a/", source: "a.md"), page("b/", source: "b.md")]
        #expect(problems([unit("a", pages)]) == [])
        #expect(problems([unit("a", pages), unit("b", [page("a/", source: "c.md")])]) == ["this becomes /a/, and so does another"])
        #expect(problems([unit("a", pages)], copied: ["b/index.html", "b/other.html"]) == ["this file would lie where a page is"])
        var old = unit("old")
        old.aliases = [AliasFact(from: "b/", to: "a/", file: "a.md", line: 2), AliasFact(from: "c/", to: "a/", file: "a.md", line: 3)]
        #expect(problems([old, unit("a", pages)]) == ["the old address /b/ is that of a page that exists"])
    }

    @Test func `each circle is told of once, and a long chain is none`() {
        #expect(problems([unit("a", requires: [("1", "2"), ("2", "3"), ("3", "1"), ("4", "1"), ("5", "5")])]).count == 2)
        let chain = (0..<20_000).map { ("\($0)", "\($0 + 1)") }
        #expect(problems([unit("a", requires: chain)]) == [])
        #expect(problems([unit("a", requires: chain + [("20000", "0")])]).count == 1)
        // A diamond is no circle.
        #expect(problems([unit("a", requires: [("1", "2"), ("1", "3"), ("2", "4"), ("3", "4")])]) == [])
    }
}

@Suite struct OutsideLinksTests {
    @Test func `a link leads to the page in its own language, else to the original`() {
        var facts = UnitFacts(unit: "courses/b")
        facts.outsideLinks = ["en", "zh", "ja"].map { language in
            OutsideLink(
                target: .source("content/courses/a/1.md", language: language), anchor: "x", file: "b.md", line: 3, written: "../a/1.md#x")
        }
        var target = UnitFacts(unit: "courses/a")
        target.pages = [
            page("zh/a/", source: "content/courses/a/1.zh.md", language: "zh"), page("a/", source: "content/courses/a/1.md"),
        ]
        target.anchors = [["x"], ["y"]]
        var links = OutsideLinks(languages: ["en", "zh", "ja"])
        links.ask(facts)
        links.answer(target, targets: links.targets)
        let table = links.table(for: "courses/b")
        #expect(table.pages[.source("content/courses/a/1.md", language: "zh")]?.path == "zh/a/")
        #expect(table.pages[.source("content/courses/a/1.md", language: "en")]?.path == "a/")
        #expect(links.unitsToBuildAgain() == ["courses/b"])
        let problems = links.problems(isFile: { _ in false }, isSource: { _ in true }, pages: { [] })
        // The English page has no such heading, the Chinese one has.
        #expect(Set(problems.map(\.message)) == ["broken link \"../a/1.md#x\": that page has no \"#x\""])
        #expect(problems.count == 2)
    }
}
