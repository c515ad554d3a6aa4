import Foundation
import Testing

@Suite struct CleanTests {
    @Test func `clean takes away what builds made`() throws {
        let at = try CommandFixture()
        try at.newSite()
        let before = try at.files("site")
        _ = try at.run("build", "site")
        let cleaned = try at.run("clean", "site", "--cache")
        #expect(cleaned.code == 0 && cleaned.output.firstMatch(of: /^\d\d files removed\.\n$/) != nil)
        #expect(try at.files("site") == before)
        #expect(!at.exists("site/output") && !at.exists("site/.output.lectern"))
        #expect(try at.run("clean", "site").output == "0 files removed.\n")
    }

    @Test func `files of one's own in the output stay, and clean says so`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        try at.write("site/output/CNAME", "me.example\n")
        let cleaned = try at.run("clean", "site")
        #expect(cleaned.code == 0 && cleaned.output.contains("The output folder stays: it holds files that Lectern did not make."))
        #expect(try at.files("site/output").keys.sorted() == ["CNAME"])
        #expect(try at.run("build", "site").code == 0)
        #expect(try at.read("site/output/CNAME") == "me.example\n")
    }

    @Test func `slow results stay unless --cache is given`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        try #require(at.exists("site/.lectern/cache"))
        _ = try at.run("clean", "site")
        #expect(at.exists("site/.lectern/cache"))
        _ = try at.run("clean", "site", "--cache")
        #expect(!at.exists("site/.lectern/cache"))
    }

    @Test func `another output is cleaned by its name, and one that Lectern did not make is not touched`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site", "--output", "www")
        #expect(try at.run("clean", "site", "--output", "www").code == 0)
        #expect(!at.exists("www"))
        try at.write("mine/index.html", "mine")
        _ = try at.run("clean", "site", "--output", "mine")
        #expect(try at.read("mine/index.html") == "mine")
        #expect(try at.run("clean", "nowhere").code == 1)
    }
}
