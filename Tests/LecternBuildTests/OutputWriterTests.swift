import Glibc
import LecternCore
import Testing

@testable import LecternBuild

@Suite struct OutputWriterTests {
    private func info(_ path: String) -> stat {
        var info = stat()
        lstat(path, &info)
        return info
    }

    @Test func `what is made and what is new are told apart`() throws {
        let site = try OutputFixture()
        try site.build(["a.html": "a", "b.html": "b"])
        var transaction = try OutputTransaction.open(site.folder)
        var writer = try OutputWriter(transaction.prepare())
        #expect(try writer.put("a.html", Array("a".utf8)) == false)
        #expect(try writer.put("b.html", Array("c".utf8)) == true)
        #expect(try writer.put("d/e.html", []) == true)
        let report = writer.takeReport()
        #expect(report.made.strings == ["a.html", "b.html", "d/e.html"])
        #expect(report.changed.strings == ["b.html", "d/e.html"])
        #expect(writer.takeReport() == OutputWriter.Report())
        #expect(site.tree == ["a.html": "a", "b.html": "b"])
        transaction.abort()
    }

    @Test func `a cached file is linked, and kept while it is the same`() throws {
        let site = try OutputFixture()
        let cached = site.site + "/cache/film.mp4"
        try writeText(cached, "film")
        chmod(cached, 0o644)
        for expected in [true, false, false] {
            var transaction = try OutputTransaction.open(site.folder)
            var writer = try OutputWriter(transaction.prepare())
            #expect(try writer.link("media/film.mp4", from: cached) == expected)
            let report = writer.takeReport()
            _ = try transaction.commit([OutputUnit("", made: report.made, changed: report.changed)])
            #expect(info(site.folder.path + "/media/film.mp4").st_ino == info(cached).st_ino)
        }
    }

    @Test func `a creator's file is copied, with a mode that a web server can read`() throws {
        let site = try OutputFixture()
        let source = site.site + "/static/slides.pdf"
        try writeText(source, String(repeating: "slide ", count: 100_000))
        chmod(source, 0o600)
        for (round, expected) in [true, false, true].enumerated() {
            if round == 2 { try writeText(source, "changed") }
            var transaction = try OutputTransaction.open(site.folder)
            var writer = try OutputWriter(transaction.prepare())
            #expect(try writer.copy("slides.pdf", from: source) == expected)
            let report = writer.takeReport()
            _ = try transaction.commit([OutputUnit("", made: report.made, changed: report.changed)])
            let made = info(site.folder.path + "/slides.pdf")
            #expect(made.permissions == 0o644)
            #expect(made.st_ino != info(source).st_ino)
            #expect(made.st_size == info(source).st_size)
        }
    }

    @Test(arguments: ["", "/etc/x", "a//b", "../x", "a/../../x", "./a", "a/.", "a/", "nul\0l"])
    func `a path that leads elsewhere is refused`(path: String) throws {
        let site = try OutputFixture()
        var transaction = try OutputTransaction.open(site.folder)
        var writer = try OutputWriter(transaction.prepare())
        let problem: Problem? = { () -> Problem? in
            do throws(Problem) { try writer.put(path, [1]) } catch { return error }
            return nil
        }()
        #expect(problem?.message.hasSuffix("is not a path that a site can have") == true)
    }

    @Test func `names with spaces, signs and other scripts are fine`() throws {
        let site = try OutputFixture()
        let pages = ["a b#c%d'e/中文 🎉.html": "1", "..hidden/...": "2", "new\nline": "3"]
        try site.build(pages)
        #expect(site.tree == pages)
        try site.build(pages.merging(["..hidden/...": "4"]) { $1 })
        #expect(site.tree["..hidden/..."] == "4")
    }

    @Test func `a name that is too long is a problem of the page`() throws {
        let site = try OutputFixture()
        let problem = #expect(throws: Problem.self) { try site.build([String(repeating: "长", count: 90) + "/index.html": ""]) }
        #expect(problem?.message.hasPrefix("a file's name is too long") == true)
    }

    @Test func `modes do not depend on the umask`() async throws {
        let site = try OutputFixture()
        await #expect(processExitsWith: .success) { [folder = site.folder.path as String, site = site.site as String] in
            umask(0o077)
            try buildPages(["a/b/index.html": "1", "c.html": "2"], in: OutputFolder(folder, site: site))
            try buildPages(["a/b/index.html": "2", "c.html": "2", "d/e.html": "3"], in: OutputFolder(folder, site: site))
        }
        for folder in ["", "/a", "/a/b", "/d"] { #expect(info(site.folder.path + folder).permissions == 0o755, "\(folder)") }
        for file in ["a/b/index.html", "c.html", "d/e.html"] { #expect(info(site.folder.path + "/" + file).permissions == 0o644, "\(file)") }
    }

    @Test func `what a unit wrote before it was made once more is taken back`() throws {
        let site = try OutputFixture()
        for isFirst in [true, false] {
            var transaction = try OutputTransaction.open(site.folder)
            var writer = try OutputWriter(transaction.prepare(forFullBuild: true))
            try writer.put("a.html", Array("draft \(isFirst)".utf8))
            try writer.put("gone/x.html", Array("draft".utf8))
            try writer.put("c.html", Array("draft".utf8))
            let draft = writer.takeReport()
            try writer.put("a.html", Array("a".utf8))
            try writer.put("c.html", Array("c \(isFirst)".utf8))
            let report = writer.takeReport()
            _ = try transaction.commit([OutputUnit("", made: report.made, changed: report.changed)], superseded: draft.changed)
            #expect(site.tree == ["a.html": "a", "c.html": "c \(isFirst)"])
        }
        try site.build(["a.html": "a", "c.html": "end"])
        #expect(site.tree == ["a.html": "a", "c.html": "end"])
    }
}
