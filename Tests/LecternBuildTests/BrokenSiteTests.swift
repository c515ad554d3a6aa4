import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// Each folder Tests/Sites/broken-NAME prints exactly its problem.txt.
@Suite struct BrokenSiteTests {
    @Test(arguments: SiteFixture.names("broken-"))
    func `a broken site prints exactly its problems, and its old output stays`(name: String) throws {
        let site = try SiteFixture(copyOf: name, ["output/old.txt": "mine"])
        let checked = site.check()
        let printed = checked.problems.map { $0.description + "\n" }.joined()
        let list = SiteFixture.sites.appending(path: name + "/problem.txt")
        if SiteFixture.isUpdating { try printed.write(to: list, atomically: true, encoding: .utf8) }
        #expect(printed == (try String(contentsOf: list, encoding: .utf8)))
        #expect(checked.failed)

        let built = site.build()
        #expect(built.problems == checked.problems)
        #expect(site.output() == ["old.txt": Array("mine".utf8)])
    }

    @Test func `a text of 200 MB is refused without being read`() throws {
        let site = try SiteFixture(["content/courses/a/01-one.md": "# One\n", "content/courses/a/02-huge.md": "# Huge\n"])
        #expect(truncate(site.root + "/content/courses/a/02-huge.md", 200 << 20) == 0)
        #expect(
            site.check().problems.map(\.description) == [
                """
                content/courses/a/02-huge.md: error: this file holds 200 MiB of text; at most 8 MiB are read
                  cut it into several lessons, or move data into a file to download
                """
            ])
    }

    @Test func `links that lead out of the site or nowhere are named, a link inside it counts as its file`() throws {
        let site = try SiteFixture(["content/courses/a/01-one.md": "# One\n", "content/pages/about.md": "# About\n"])
        let folder = site.root + "/content/courses/a/"
        for (name, target) in [("02-out.md", "/etc/hostname"), ("03-gone.md", "nothing.md"), ("04-folder", "../../pages"), ("05-two.md", "01-one.md")] {
            try FileManager.default.createSymbolicLink(atPath: folder + name, withDestinationPath: target)
        }
        #expect(
            site.check().problems.map(\.description) == [
                """
                content/courses/a/02-out.md: error: this link leads out of the site's folder
                  put a copy of the file here
                """,
                """
                content/courses/a/03-gone.md: error: this link leads nowhere
                  remove it, or put the file here
                """,
                """
                content/courses/a/04-folder: error: a link to a folder is not followed
                  put the files themselves here
                """,
            ])
    }

    @Test func `a folder that cannot be read, or is no site, says how to begin`() throws {
        let site = try SiteFixture(["notes.txt": "nothing to publish"])
        #expect(site.check().problems.first?.message == "this folder holds no site: \(site.root)")
        #expect(site.build { $0.site += "/nowhere" }.problems.first?.help == ["make one: lectern new \(site.root)/nowhere"])
        #expect(site.build { $0.site += "/notes.txt" }.problems.first?.message == "\"\(site.root)/notes.txt\" is a file; a site is a folder")
    }
}
