import Foundation
import Testing

@Suite struct NewTests {
    @Test(arguments: ["zh", "en"])
    func `a new site has no problems and builds`(language: String) throws {
        let at = try CommandFixture()
        let made = try at.run("new", "my site", "--language", language)
        #expect(made.code == 0 && made.complaint.isEmpty)
        #expect(made.output.contains("lectern preview 'my site'"))
        #expect(try at.read("my site/content/site.yml").contains("languages: [\(language)]"))
        let checked = try at.run("check", "my site")
        #expect(checked.output == "1 course, no problems.\n" && checked.complaint.isEmpty)
        #expect(try at.run("build", "my site").code == 0)
        #expect(try at.read("my site/output/courses/my-first-course/index.html").contains("<html lang=\"\(language)"))
    }

    @Test func `the language is that of the terminal unless it is named`() throws {
        let at = try CommandFixture()
        _ = try at.run("new", "one", environment: ["LC_ALL": "zh_CN.UTF-8"])
        _ = try at.run("new", "two", environment: ["LC_ALL": "de_DE.UTF-8"])
        #expect(try at.read("one/content/site.yml").contains("我的课堂"))
        #expect(try at.read("two/content/site.yml").contains("My school"))
        #expect(try at.run("new", "three", "--language", "fr").code == 2)
        #expect(!at.exists("three"))
    }

    @Test func `the secret is 32 bytes for the owner alone, other in each site, and ignored by git`() throws {
        let at = try CommandFixture()
        #expect(try at.shell("umask 0; \"$LECTERN\" new one >/dev/null && \"$LECTERN\" new two >/dev/null").code == 0)
        let facts = try FileManager.default.attributesOfItem(atPath: at.path("one/site.secret"))
        #expect(facts[.posixPermissions] as? Int == 0o600)
        let secret = try at.read("one/site.secret")
        #expect(secret.utf8.count == 65 && secret.dropLast().allSatisfy { $0.isHexDigit })
        #expect(try at.read("two/site.secret") != secret)
        let ignored = try at.read("one/.gitignore").split(separator: "\n")
        #expect(ignored.contains("*.secret") && ignored.contains("output/") && ignored.contains(".lectern/"))
    }

    @Test func `a folder with something in it is left as it is`() throws {
        let at = try CommandFixture()
        try at.write("there/notes.md", "# Mine\n")
        let refused = try at.run("new", "there")
        #expect(refused.code == 1 && refused.output.isEmpty)
        #expect(refused.complaint.hasPrefix("error: there exists and is not empty\n"))
        #expect(try at.files("there").keys.sorted() == ["notes.md"])
        let file = try at.run("new", "there/notes.md")
        #expect(file.code == 1 && file.complaint.hasPrefix("error: there/notes.md is a file\n"))
    }

    @Test func `an empty clone becomes a site and keeps what git was told to ignore`() throws {
        let at = try CommandFixture()
        try at.write("clone/.gitignore", "*.log")
        try at.write("clone/.git/HEAD", "ref: refs/heads/main\n")
        #expect(try at.run("new", "clone").code == 0)
        #expect(try at.read("clone/.gitignore").hasPrefix("*.log\noutput/\n"))
    }

    @Test func `a place that cannot be written is told of`() throws {
        let at = try CommandFixture()
        try at.write("file", "")
        let refused = try at.run("new", "file/site")
        #expect(refused.code == 1 && refused.complaint.hasPrefix("error: "))
    }
}
