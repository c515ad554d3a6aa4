import Glibc
import LecternCore
import Testing

@testable import LecternBuild

@Suite struct OutputStateTests {
    let pages = ["index.html": "home", "courses/a/index.html": "A", "courses/a/one/index.html": "1", "courses/b/index.html": "B"]

    @Test func `a file that was removed is named, and made anew`() throws {
        let site = try OutputFixture()
        for round in 0..<3 {
            try site.build(pages)
            site.remove("courses/a/one/index.html")
            #expect(try site.state().lost.strings == ["courses/a/one/index.html"])
            if round == 2 { try site.build(pages.merging(["index.html": "new"]) { $1 }) }
        }
        #expect(site.tree == pages.merging(["index.html": "new"]) { $1 })
        try site.build(pages)
        #expect(site.tree == pages)
        #expect(try site.state().condition == .intact)
    }

    @Test func `a folder that was removed loses all its files`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        site.remove("courses/a")
        let state = try site.state()
        #expect(state.condition == .damaged)
        #expect(state.lost.strings == ["courses/a/index.html", "courses/a/one/index.html"])
        try site.build(pages)
        #expect(site.tree == pages)
    }

    @Test func `a page that was replaced is made anew`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        site.remove("courses/b/index.html")
        try site.write("courses/b/index.html", "somebody's")
        #expect(try site.state().lost.strings == ["courses/b/index.html"])
        try site.build(pages)
        #expect(site.tree == pages)
    }

    @Test func `a unit whose file is lost cannot be kept`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        site.remove("courses/b/index.html")
        var transaction = try OutputTransaction.open(site.folder)
        _ = try transaction.prepare()
        #expect(commitProblems(transaction, [.kept(""), .kept("courses")]).map(\.file) == ["output/courses/b/index.html"])
    }

    @Test func `looking writes nothing`() throws {
        let site = try OutputFixture()
        _ = try site.state()
        #expect(readTree(site.site).isEmpty)
        try site.build(pages)
        try site.write("foreign.txt", "mine")
        let before = readTree(site.site)
        _ = try site.state()
        #expect(readTree(site.site) == before)
    }

    @Test func `a manifest survives being written and read`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        let manifest = try site.state().known
        let bytes = manifest.encoded()
        #expect(Manifest(bytes) == manifest)
        for cut in [0, 1, 40, bytes.count / 2, bytes.count - 1] { #expect(Manifest(Array(bytes.prefix(cut))) == nil) }
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var broken = bytes
            broken[place] ^= 1
            #expect(Manifest(broken) == nil)
        }
    }

    @Test func `another boot without a sync is not trusted`() throws {
        let site = try OutputFixture()
        try site.build(pages)
        let state = try FolderHandle(site.folder.state)
        var manifest = try #require(try state.readManifest(StateName.manifest)).manifest
        manifest.boot = Array("another boot".utf8)
        try state.write(manifest, to: StateName.manifest)
        #expect(try site.state().condition == .unknown)
        try site.build(["index.html": "home"])
        #expect(site.tree == ["index.html": "home"])
    }
}
