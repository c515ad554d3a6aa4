import Foundation
import LecternCore
import Testing

@Suite struct BuildCommandTests {
    @Test func `a build says in one line what it wrote, and a second one that nothing changed`() throws {
        let at = try CommandFixture()
        try at.newSite()
        let first = try at.run("build", "site")
        #expect(first.code == 0 && first.complaint.isEmpty)
        #expect(first.output.firstMatch(of: /^1 course in .* 课\/site\/output: \d\d files written, 0 removed, [0-9]+ m?s\n$/) != nil)
        let before = try at.files("site/output")
        let second = try at.run("build", "site")
        #expect(second.code == 0 && second.complaint.isEmpty)
        #expect(second.output.firstMatch(of: /^1 course in .*: nothing changed, [0-9]+ m?s\n$/) != nil)
        #expect(try at.files("site/output") == before)
    }

    @Test func `a failed build shows every problem and leaves the output as it was`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        let before = try at.files("site/output")
        try at.edit(lesson, "access: free", "access: fre")
        try at.write("site/content/courses/my-first-course/03-c.md", "---\ndate: yesterday\n---\n# Third\n")
        let failed = try at.run("build", "site")
        #expect(failed.code == 1 && failed.output.isEmpty)
        #expect(failed.complaint.contains("content/courses/my-first-course/01-welcome.md:2: error: "))
        #expect(failed.complaint.contains("content/courses/my-first-course/03-c.md:2: error: "))
        #expect(failed.complaint.hasSuffix("2 errors. Nothing was written: the output is as it was.\n"))
        #expect(try at.files("site/output") == before)
    }

    @Test func `warnings go to standard error and let the build succeed`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.edit(lesson, "access: free", "access: free\nautor: Me")
        let built = try at.run("build", "site")
        #expect(built.code == 0 && built.complaint.contains("01-welcome.md:3: warning: "))
        #expect(built.output.contains("(1 warning)"))
    }

    struct Result: Decodable {
        struct Problem: Decodable {
            var severity: String
            var file: String
            var line: Int?
            var message: String
            var help: [String]
        }
        var ok: Bool
        var output: String
        var courses: Int
        var coursesBuilt: Int
        var filesWritten: Int
        var filesRemoved: Int
        var problems: [Problem]
    }

    private func json(_ result: CommandFixture.Result) throws -> Result {
        #expect(result.complaint.isEmpty)
        return try JSONDecoder().decode(Result.self, from: Data(result.output.utf8))
    }

    @Test func `JSON says the same of a good build, a bad one and a folder that is not there`() throws {
        let at = try CommandFixture()
        try at.newSite()
        let good = try json(at.run("build", "site", "--json"))
        #expect(good.ok && good.output == at.path("site/output") && good.courses == 1 && good.coursesBuilt == 1)
        #expect(good.filesWritten > 20 && good.filesRemoved == 0 && good.problems.isEmpty)
        let same = try json(at.run("build", "site", "--json"))
        #expect(same.ok && same.coursesBuilt == 0 && same.filesWritten == 0)

        try at.edit(lesson, "access: free", "access: \"fr\\\"\\te\"")
        let run = try at.run("build", "site", "--json")
        #expect(run.code == 1)
        let bad = try json(run)
        #expect(!bad.ok && bad.filesWritten == 0)
        let problem = try #require(bad.problems.first)
        #expect(problem.severity == "error" && problem.file == "content/courses/my-first-course/01-welcome.md" && problem.line == 2)

        for command in ["build", "check"] {
            let missing = try at.run(command, "nowhere", "--json")
            #expect(missing.code == 1)
            let result = try json(missing)
            #expect(!result.ok && result.problems.map(\.message) == ["there is no folder \"nowhere\""])
            #expect(result.problems.first?.help == ["make one: lectern new nowhere"])
        }
    }

    @Test func `the address of the site can be given with the build`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site", "--base-url", "https://me.example/learn/")
        let page = try at.read("site/output/courses/my-first-course/index.html")
        #expect(page.contains("<link rel=\"canonical\" href=\"https://me.example/learn/courses/my-first-course/\">"))
        #expect(page.contains("href=\"/learn/"))
        #expect(try at.run("build", "site", "--base-url", "me.example").code == 1)
    }

    @Test func `what is published follows --now, else SOURCE_DATE_EPOCH, and drafts when asked for`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.write("site/content/courses/my-first-course/03-later.md", "---\npublishDate: 2030-01-02\n---\n# Later\n\nText.\n")
        try at.write("site/content/courses/my-first-course/04-draft.md", "---\ndraft: true\n---\n# Draft\n\nText.\n")
        let later = "site/output/courses/my-first-course/later/index.html"
        let draft = "site/output/courses/my-first-course/draft/index.html"
        func build(_ arguments: String..., epoch: String? = nil) throws -> [Bool] {
            let environment = epoch.map { ["SOURCE_DATE_EPOCH": $0] } ?? [:]
            let result =
                switch arguments.count {
                case 0: try at.run("build", "site", environment: environment)
                case 1: try at.run("build", "site", arguments[0], environment: environment)
                default: try at.run("build", "site", arguments[0], arguments[1], environment: environment)
                }
            #expect(result.code == 0)
            return [at.exists(later), at.exists(draft)]
        }
        #expect(try build("--now", "2029-12-31") == [false, false])
        #expect(try build("--now", "2030-01-03") == [true, false])
        // 2030-01-03, and 2026-01-01.
        #expect(try build(epoch: "1893628800") == [true, false])
        #expect(try build(epoch: "1767225600") == [false, false])
        #expect(try build("--now", "2030-01-03", epoch: "1767225600") == [true, false])
        #expect(try build("--drafts", epoch: "1767225600") == [true, true])
        #expect(try at.run("build", "site", environment: ["SOURCE_DATE_EPOCH": "soon"]).code == 2)
        #expect(try at.run("build", "site", "--now", "soon").code == 2)
    }

    @Test func `the output may lie elsewhere, from here or from the root`() throws {
        let at = try CommandFixture()
        try at.newSite()
        #expect(try at.run("build", "site", "--output", "www").code == 0)
        #expect(try at.run("build", "site", "-o", at.path("srv/a/www")).code == 0)
        #expect(at.exists("www/index.html") && at.exists("srv/a/www/index.html") && !at.exists("site/output"))
        #expect(try at.files("www").keys == at.files("srv/a/www").keys)
    }

    @Test func `one process and two make the same site`() throws {
        let at = try CommandFixture()
        try at.newSite()
        for course in 1...4 {
            for number in 1...60 {
                try at.write("site/content/courses/course-\(course)/\(number)-lesson-\(number).md", "# Lesson \(number)\n\n~~a~~ *b* :c:\n")
            }
        }
        #expect(try at.run("build", "site", "-o", "one", "--jobs", "1", "--now", "2026-01-01").code == 0)
        #expect(try at.run("build", "site", "-o", "two", "--jobs", "2", "--now", "2026-01-01").code == 0)
        #expect(try at.shell("diff -r one two").code == 0)
        #expect(try at.run("build", "site", "--jobs", "0").code == 2)
    }

    @Test func `a pipe gets no progress and no colour`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.edit(lesson, "access: free", "access: fre")
        let failed = try at.run("build", "site")
        #expect(!failed.complaint.contains("\r") && !failed.complaint.contains("\u{1B}"))
    }

    @Test(.enabled(if: Program.find("script") != nil, "needs script of util-linux"))
    func `a terminal gets colour unless NO_COLOR says otherwise`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.edit(lesson, "access: free", "access: fre")
        // script(1) of util-linux runs a command in a terminal of its own.
        func run(_ variables: String) throws -> String {
            try at.shell("script -qec '\(variables) \"$LECTERN\" check site' /dev/null < /dev/null").output
        }
        #expect(try run("TERM=xterm").contains("\u{1B}[1;31merror:"))
        #expect(try run("TERM=xterm NO_COLOR=").contains("\u{1B}[1;31merror:"))
        #expect(try !run("TERM=xterm NO_COLOR=1").contains("\u{1B}[1;31m"))
        #expect(try !run("TERM=dumb").contains("\u{1B}[1;31m"))
    }

    @Test func `a folder of nothing but Markdown is a course`() throws {
        let at = try CommandFixture()
        try at.write("python course/01-first.md", "# First steps\n\nText.\n")
        try at.write("python course/02-loops.md", "# Loops\n\nText.\n")
        #expect(try at.run("build", "python course").code == 0)
        #expect(try at.read("python course/output/courses/python-course/loops/index.html").contains("First steps"))
        let again = try at.run("build", "python course")
        #expect(again.output.contains("nothing changed"))
    }

    @Test(.enabled(if: Program.find("ffmpeg") != nil, "needs ffmpeg"))
    func `a folder of nothing but films is a course`() throws {
        let at = try CommandFixture()
        // A film of a second has one key frame.
        let made = try at.shell(
            "mkdir films; ffmpeg -loglevel error -f lavfi -i testsrc=s=64x64:d=1 -pix_fmt yuv420p films/01-hello.mp4; cp films/01-hello.mp4 films/02-world.mp4")
        try #require(made.code == 0)
        let built = try at.run("build", "films")
        #expect(built.code == 0, "\(built.complaint)")
        #expect(try at.read("films/output/courses/films/hello/index.html").contains("<video"))
    }

    @Test func `a folder that holds no site is told apart from one that is not there`() throws {
        let at = try CommandFixture()
        try at.write("empty/notes.txt", "")
        let empty = try at.run("build", "empty")
        #expect(empty.code == 1 && empty.complaint.contains("holds no site"))
        let file = try at.run("build", "empty/notes.txt")
        #expect(file.code == 1 && file.complaint.contains("is a file; a site is a folder"))
    }

    @Test func `an output that is a file, the site itself or its content is refused`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.write("taken", "mine")
        for output in ["taken", "site", ".", "site/content", "site/content/www"] {
            let refused = try at.run("build", "site", "--output", output)
            #expect(refused.code == 1 && refused.complaint.contains("error: "), "\(output)")
        }
        #expect(try at.read("taken") == "mine")
    }

    @Test func `an output that cannot be made is an error, and says why`() throws {
        let at = try CommandFixture()
        try at.newSite()
        try at.write("file", "")
        let refused = try at.run("build", "site", "--output", "file/www")
        #expect(refused.code == 1 && refused.complaint.contains("error: "))
    }

    @Test(.enabled(if: geteuid() != 0, "root writes everywhere"))
    func `a site that cannot be written keeps its output, and the reason is told`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        try at.edit(lesson, "# Welcome", "# Hello")
        let before = try at.files("site/output")
        let refused = try at.shell("chmod -R a-w site; \"$LECTERN\" build site; code=$?; chmod -R u+w site; exit $code")
        #expect(refused.code == 1 && refused.complaint.contains("error: "))
        #expect(try at.files("site/output") == before)
    }

    @Test(.enabled(if: Program.find("flock") != nil, "needs flock of util-linux"))
    func `a second build at the same time says so and touches nothing`() throws {
        let at = try CommandFixture()
        try at.newSite()
        _ = try at.run("build", "site")
        try at.edit(lesson, "# Welcome", "# Hello")
        // flock(1) of util-linux holds what a running build holds.
        let refused = try at.shell("flock site/.output.lectern \"$LECTERN\" build site")
        #expect(refused.code == 1 && refused.complaint.contains("another build is writing here"))
        #expect(try at.run("build", "site").code == 0)
    }
}
