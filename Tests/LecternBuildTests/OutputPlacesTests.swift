import Glibc
import LecternCore
import Testing

@testable import LecternBuild

/// Outputs in places of all kinds.
@Suite struct OutputPlacesTests {
    let pages = ["index.html": "home", "a/index.html": "A", "a/style.css": "css"]

    /// A small memory disk; nil where this process may not mount one.
    private func mountDisk(_ path: String, options: String) -> Bool {
        mkdir(path, 0o755)
        return mount("tmpfs", path, "tmpfs", 0, options) == 0
    }

    @Test func `an output that is a mount point is changed file by file`() throws {
        let site = try OutputFixture()
        let isMounted = mountDisk(site.folder.path, options: "size=1m")
        guard isMounted else { return skipped("mounting a disk needs root") }
        defer { umount(site.folder.path) }
        try site.write("CNAME", "mine")
        let root = site.inode(".")
        for round in 1...3 {
            let next = pages.merging(["a/index.html": "\(round)", "only\(round).html": "x"]) { $1 }
            #expect(try site.build(next).isAtomic == false)
            #expect(site.tree == next.merging(["CNAME": "mine"]) { $1 })
            #expect(site.inode(".") == root)
            #expect(try site.state().condition == .intact)
        }
        site.remove("a/index.html")
        #expect(try site.state().lost.strings.contains("a/index.html"))
    }

    @Test func `a full disk leaves the old output and no half-made files`() throws {
        let site = try OutputFixture()
        let disk = site.site + "/disk"
        guard mountDisk(disk, options: "size=400k") else { return skipped("mounting a disk needs root") }
        defer { umount(disk) }
        let folder = try OutputFolder(disk + "/output", site: site.site, shown: "output")
        try buildPages(pages, in: folder)
        let before = readTree(disk)
        let problem = #expect(throws: Problem.self) {
            try buildPages(pages.merging(["big.bin": String(repeating: "x", count: 1 << 20)]) { $1 }, in: folder)
        }
        #expect(problem?.message == "the disk is full: No space left on device")
        #expect(problem?.help.first == "the old site is untouched")
        #expect(readTree(disk) == before)
        let next = pages.merging(["small.html": "x"]) { $1 }
        try buildPages(next, in: folder)
        #expect(readTree(folder.path) == next)
    }

    @Test func `an output that may not be written is a problem with a way out`() async throws {
        let site = try OutputFixture()
        try site.build(pages)
        chmod(site.site, 0o555)
        defer { chmod(site.site, 0o755) }
        await #expect(processExitsWith: .success) { [folder = site.folder.path as String, site = site.site as String] in
            if geteuid() == 0 { try #require(setuid(65534) == 0) }
            let folder = try OutputFolder(folder, site: site, shown: "output")
            let problem = #expect(throws: Problem.self) { _ = try OutputTransaction.open(folder) }
            #expect(problem?.file == "output")
            #expect(problem?.message.hasPrefix("the output cannot be written: Permission denied") == true)
            #expect(problem?.help.last == "or build into another folder: lectern build --output DIR")
        }
        #expect(site.tree == pages)
    }

    @Test func `a link to a folder keeps its name, and what it leads to is swapped`() throws {
        let site = try OutputFixture()
        mkdir(site.site + "/www", 0o2775)
        chmod(site.site + "/www", 0o2775)
        symlink("www", site.site + "/output")
        let folder = try OutputFolder(site.site + "/output", site: site.site)
        #expect(folder.path == site.site + "/www")
        try buildPages(pages, in: folder)
        try buildPages(["index.html": "2"], in: folder)
        #expect(readTree(site.site + "/www") == ["index.html": "2"])
        var info = stat()
        #expect(lstat(site.site + "/output", &info) == 0 && info.isLink)
        #expect(lstat(site.site + "/www", &info) == 0 && info.permissions == 0o2775)
    }

    @Test func `folders above an output are made`() throws {
        let site = try OutputFixture()
        let folder = try OutputFolder(site.site + "/a/b/../b/output/", site: site.site + "/mine")
        #expect(folder.path == site.site + "/a/b/output")
        #expect(folder.state == site.site + "/a/b/.output.lectern")
        try buildPages(pages, in: folder)
        #expect(readTree(folder.path) == pages)
    }

    @Test func `an output that would swallow the site is refused`() throws {
        let site = try OutputFixture()
        for place in ["", "/content", "/content/courses/x", "/static", "/layouts/out", "/.."] {
            #expect(throws: Problem.self, "\(place)") { _ = try OutputFolder(site.site + place, site: site.site) }
        }
        _ = try OutputFolder(site.site + "/contents", site: site.site)
    }

    @Test func `a file in the place of the output is a problem`() throws {
        let site = try OutputFixture()
        try writeText(site.site + "/output", "a file")
        let problem = #expect(throws: Problem.self) { _ = try OutputFolder(site.site + "/output", site: site.site) }
        #expect(problem?.message == "the output has to be a folder, and a file stands there")
        symlink("nowhere", site.site + "/dangling")
        #expect(throws: Problem.self) { _ = try OutputFolder(site.site + "/dangling", site: site.site) }
    }

    private func skipped(_ why: String) {
        print("skipped: \(why)")
    }
}
