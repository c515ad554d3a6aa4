import Glibc
import LecternCore
import Testing

@testable import LecternBuild

/// Files in the output that Lectern did not make.
@Suite struct OutputForeignFilesTests {
    let pages = ["index.html": "home", "courses/a/index.html": "A", "courses/b/index.html": "B"]

    private func put(foreign site: borrowing OutputFixture) throws -> [String: String] {
        try site.write("CNAME", "me.example")
        try site.write("courses/a/notes.txt", "mine")
        try site.write("legacy/old/page.html", "old")
        mkdir(site.folder.path + "/legacy/empty", 0o755)
        symlink("/nowhere", site.folder.path + "/courses/away")
        return [
            "CNAME": "me.example", "courses/a/notes.txt": "mine", "legacy/old/page.html": "old", "legacy/empty/": "",
            "courses/away": "→ /nowhere",
        ]
    }

    @Test func `they stay, wherever they are, build after build`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        let foreign = try put(foreign: site)
        #expect(try site.state().known.foreign.strings == foreign.keys.filter { !$0.hasSuffix("/") }.sorted())
        for round in 1...5 {
            let next = pages.merging(["courses/b/index.html": "B\(round)"]) { $1 }
            try site.build(next)
            #expect(site.tree == next.merging(foreign) { $1 })
            #expect(try site.state().condition == .intact)
        }
    }

    @Test func `they stay when the page beside them goes`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        let foreign = try put(foreign: site)
        for pages in [["index.html": "home"], pages, ["index.html": "home"]] {
            try site.build(pages)
            #expect(site.tree == pages.merging(foreign) { $1 })
        }
    }

    @Test func `those that their owner removed or changed do not come back as they were`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        _ = try put(foreign: site)
        try site.build(pages.merging(["index.html": "2"]) { $1 })
        try site.build(pages.merging(["index.html": "3"]) { $1 })
        for path in ["legacy", "CNAME", "courses/away"] { site.remove(path) }
        site.remove("courses/a/notes.txt")
        try site.write("courses/a/notes.txt", "newer")
        try site.write("legacy/now.txt", "another folder of that name")
        for round in 4...7 {
            let next = pages.merging(["index.html": "\(round)"]) { $1 }
            try site.build(next)
            #expect(site.tree == next.merging(["courses/a/notes.txt": "newer", "legacy/now.txt": "another folder of that name"]) { $1 })
        }
    }

    @Test func `one that appears while the site is built is in the new output`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        for round in 1...3 {
            try buildPages(pages.merging(["courses/a/index.html": "A\(round)"]) { $1 }, in: site.folder, whileRunning: {
                try site.write("courses/a/late\(round).txt", "late")
            })
            #expect(site.tree["courses/a/late\(round).txt"] == "late")
            #expect(site.tree.count == 3 + round)
        }
    }

    @Test(arguments: [
        ["about/index.html": "page"],  // on the file
        ["about/index.html/deep.html": "page"],  // under it
        ["about": "page"],  // in the place of its folder
    ])
    func `a page never takes the place of one`(wanted: [String: String]) throws {
        let site = try OutputFixture()
        try site.build(pages)
        try site.write("about/index.html", "not yours")
        for inPlace in [false, true] {
            let error = #expect(throws: OutputError.self) {
                try buildPages(pages.merging(wanted) { $1 }, in: site.folder, inPlace: inPlace)
            }
            #expect(
                error?.problems.map(\.description) == [
                    """
                    output/about/index.html: error: Lectern did not make this file, and a page wants its place
                      move it away, or put it into static/ if it belongs to the site
                    """
                ])
            #expect(site.tree == pages.merging(["about/index.html": "not yours"]) { $1 })
        }
    }

    @Test func `one that says what a page says becomes the page`() throws {
        let site = try OutputFixture()
        for (path, text) in pages { try site.write(path, text) }
        #expect(try site.state().condition == .unknown)
        let before = pages.keys.sorted().map { site.inode($0) }
        #expect(try site.build(pages) == OutputSummary(changed: 0, removed: 0, isAtomic: true))
        #expect(pages.keys.sorted().map { site.inode($0) } == before)
        try site.build(["index.html": "home"])
        #expect(site.tree == ["index.html": "home"])
    }

    @Test func `an output full of them names ten and counts the rest`() throws {
        let site = try OutputFixture()
        var many: [String: String] = [:]
        for number in 10..<30 {
            try site.write("page\(number).html", "old")
            many["page\(number).html"] = "new"
        }
        let error = #expect(throws: OutputError.self) { try site.build(many) }
        #expect(error?.problems.count == 11)
        #expect(error?.problems.last?.message == "10 more files stand in the way of pages")
        #expect(site.tree.values.allSatisfy { $0 == "old" })
    }

    @Test func `a link to a folder outside is not written through`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        let outside = site.site + "/outside"
        mkdir(outside, 0o755)
        symlink(outside, site.folder.path + "/media")
        #expect(throws: OutputError.self) { try site.build(pages.merging(["media/film.mp4": "film"]) { $1 }) }
        #expect(readTree(outside).isEmpty)
        #expect(site.tree["media"] == "→ \(outside)")
    }
}
