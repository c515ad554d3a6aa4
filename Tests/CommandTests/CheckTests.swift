import Foundation
import Testing

@Suite struct CheckTests {
    @Test func `check makes no output, and tells every problem`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.edit(lesson, "access: free", "access: fre")
        try at.write("site/content/courses/my-first-course/03-c.md", "[gone](nowhere.md)\n")
        let found = try at.run("check", "site")
        #expect(found.code == 1 && found.output.isEmpty)
        #expect(found.complaint.contains("01-welcome.md:2: error: ") && found.complaint.contains("03-c.md:1: error: "))
        #expect(found.complaint.hasSuffix("\n2 errors.\n"))
        #expect(!at.exists("site/output") && !at.exists("site/.output.lectern"))
    }

    @Test func `check writes to the cache of slow results and nowhere else`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        let before = try at.files("site")
        try at.edit(lesson, "# Welcome", "# Hello\n\n$x^2$")
        #expect(try at.run("check", "site").code == 0)
        let after = try at.files("site")
        let changed = Set(after.keys).union(before.keys).filter { before[$0] != after[$0] }
        #expect(changed.filter { !$0.hasPrefix(".lectern/cache/") }.sorted() == [lesson.replacingOccurrences(of: "site/", with: "")])
    }

    @Test(.enabled(if: geteuid() != 0, "root writes everywhere"))
    func `check needs no right to write when the slow results are there`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        try at.edit(lesson, "# Welcome", "# Hello")
        _ = try at.shell("chmod -R a-w site")
        let checked = try at.run("check", "site")
        _ = try at.shell("chmod -R u+w site")
        #expect(checked.code == 0)
    }
}
