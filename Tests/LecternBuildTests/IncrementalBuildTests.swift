import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// A build knows what did not change, and does not rely on what it cannot know.
@Suite struct IncrementalBuildTests {
    private static let site = [
        "content/site.yml": "title: Site\nlanguages: [en]\n", "content/courses/a/01-one.md": "# One\n", "content/courses/b/01-two.md": "# Two\n",
        "content/pages/about.md": "# About\n", "static/file.txt": "static\n",
    ]

    @Test func `nothing is built when nothing changed, or only times did`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().unitsBuilt == 2)
        let first = site.output()
        #expect(site.build().unitsBuilt == 0)
        for path in Self.site.keys {
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 4_000_000_000)], ofItemAtPath: site.root + "/" + path)
        }
        let touched = site.build()
        #expect((touched.unitsBuilt, touched.written, touched.removed) == (0, 0, 0))
        #expect(site.output() == first)
    }

    @Test func `a copy of the folder, with other times and inodes, builds nothing anew`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().problems == [])
        let before = site.output()
        // What a clone does to the sources, while the output and what is known of it stay.
        for (path, text) in Self.site {
            try site.remove(path)
            try site.write(path, text)
        }
        let report = site.build()
        #expect((report.unitsBuilt, report.written, report.removed) == (0, 0, 0))
        #expect(site.output() == before)
    }

    @Test func `one edited lesson builds its course alone`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().problems == [])
        try site.write("content/courses/a/01-one.md", "# One\n\nA new paragraph.\n")
        #expect(site.build().unitsBuilt == 1)
        #expect(site.page("courses/a/one/index.html").contains("A new paragraph."))
    }

    @Test func `what is kept beside the output and was cut short is made again by the next build that needs it`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().problems == [])
        let kept = site.root + "/.output.lectern/facts"
        let count = try FileManager.default.contentsOfDirectory(atPath: kept).count
        // Two courses and the pages: facts, and what they give to the search index.
        #expect(count >= 5)
        for number in 0..<count {
            let name = try FileManager.default.contentsOfDirectory(atPath: kept).sorted()[number]
            try #require(truncate(kept + "/" + name, off_t(site.bytes(".output.lectern/facts/" + name).count / 2)) == 0)
            let text = "# One\n\nEdit \(number).\n"
            try site.write("content/courses/a/01-one.md", text)
            let report = site.build()
            #expect(report.problems == [], "\(name)")
            var other = Self.site
            other["content/courses/a/01-one.md"] = text
            let clean = try SiteFixture(other)
            #expect(clean.build().problems == [])
            #expect(differences(site.output(), clean.output()) == "", "\(name)")
        }
    }

    @Test func `an edit of the same length in the same instant is seen`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().problems == [])
        for word in ["Alpha", "Bravo", "Cocoa"] {
            try site.write("content/courses/a/01-one.md", "# One\n\n\(word)\n")
            #expect(site.build().problems == [])
            #expect(site.page("courses/a/one/index.html").contains(word))
        }
    }

    @Test(arguments: [1, 2])
    func `a deleted output is built in full, a deleted file is made again, foreign files stay`(jobs: Int) throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build(jobs: jobs).problems == [])
        let first = site.output()
        try site.write("output/mine/notes.txt", "mine")
        try site.remove("output/courses/a/one/index.html")
        #expect(site.build(jobs: jobs).problems == [])
        #expect(site.output() == first.merging(["mine/notes.txt": Array("mine".utf8)]) { $1 })
        try site.remove("output")
        #expect(site.build(jobs: jobs).unitsBuilt == 2)
        #expect(site.output() == first)
    }

    @Test(arguments: [1, 2])
    func `a build that finds out late that somebody was in the output makes what is lost and keeps what is theirs`(jobs: Int) throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build(jobs: jobs).problems == [])
        for number in 1...3 {
            try site.write("content/courses/a/01-one.md", "# One\n\nEdit \(number).\n")
            try site.remove("output/courses/b/two/index.html")
            try site.write("output/courses/a/one/theirs-\(number).txt", "theirs")
            let report = site.build(jobs: jobs)
            #expect((report.problems, report.unitsBuilt) == ([], 2))
            let clean = site.build(jobs: jobs) { $0.output = site.root + "/clean-\(number)" }
            #expect(clean.problems == [])
            var made = site.output()
            for theirs in 1...number { #expect(made.removeValue(forKey: "courses/a/one/theirs-\(theirs).txt") == Array("theirs".utf8)) }
            #expect(made == site.output("clean-\(number)"))
        }
    }

    @Test func `an edit that fails does not hide that somebody was in the output`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build(jobs: 2).problems == [])
        let first = site.output()
        try site.remove("output/courses/b/two/index.html")
        try site.write("content/courses/a/01-one.md", "# One\n\n[nowhere](nowhere.md)\n")
        #expect(site.build(jobs: 2).failed)
        try site.write("content/courses/a/01-one.md", "# One\n")
        #expect(site.build(jobs: 2).problems == [])
        #expect(site.output() == first)
    }

    @Test func `a lesson appears on its day, also in a course that had none before`() throws {
        let site = try SiteFixture(Self.site)
        try site.write("content/courses/c/01-later.md", "---\ndate: 2026-11-20\n---\n# Later\n")
        _ = site.build()
        #expect(!site.exists("output/courses/c/later/index.html"))
        _ = site.build { $0.now = Moment("2026-11-21")! }
        #expect(site.exists("output/courses/c/later/index.html"))
        _ = site.build { $0.now = Moment("2026-11-19")! }
        #expect(!site.exists("output/courses/c/later/index.html"))
    }

    @Test func `an error leaves the old output, and the mended site is built`() throws {
        let site = try SiteFixture(Self.site)
        #expect(site.build().problems == [])
        let first = site.output()
        try site.write("content/courses/a/01-one.md", "# One\n\n[gone](gone.md)\n")
        #expect(site.build().failed)
        #expect(site.output() == first)
        try site.write("content/courses/a/01-one.md", "# One\n\nMended.\n")
        #expect(!site.build().failed)
        #expect(site.page("courses/a/one/index.html").contains("Mended."))
    }

    @Test func `a course that links to another shows where it went`() throws {
        let site = try SiteFixture(Self.site)
        try site.write("content/courses/b/01-two.md", "# Two\n\n[to one](../a/01-one.md)\n")
        #expect(site.build().problems == [])
        try site.write("content/courses/a/01-one.md", "---\nslug: moved\n---\n# One\n")
        #expect(site.build().problems == [])
        #expect(site.page("courses/b/two/index.html").contains("href=\"/courses/a/moved/\""))
        try site.remove("content/courses/a/01-one.md")
        try site.write("content/courses/a/02-other.md", "# Other\n")
        #expect(site.build().problems.map(\.message) == ["broken link \"../a/01-one.md\": there is no such file"])
    }

    @Test func `what a warning said is said again by a build with nothing to do`() throws {
        let site = try SiteFixture(Self.site)
        try site.write("content/courses/a/01-one.md", "---\ntitel: One\n---\n# One\n")
        let first = site.build()
        #expect(first.problems.map(\.message) == ["unknown key \"titel\""])
        #expect(site.build().problems == first.problems)
    }
}
