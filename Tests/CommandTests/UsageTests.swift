import Foundation
import Testing

@Suite struct UsageTests {
    @Test(arguments: ["new", "build", "check", "preview", "clean", "layouts"])
    func `the help of every command shows how it is used`(command: String) throws {
        let at = try CommandFixture()
        let help = try at.run(command, "--help")
        #expect(help.code == 0 && help.complaint.isEmpty)
        #expect(help.output.contains("EXAMPLES\n  lectern \(command)"))
        #expect(try at.run("help", command).output.contains("EXAMPLES\n  lectern \(command)"))
        let lines = help.output.split(separator: "\n").filter { $0.hasPrefix("  lectern ") }
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test func `without a command the commands are shown`() throws {
        let at = try CommandFixture()
        let shown = try at.run()
        #expect(shown.code == 0 && shown.output.contains("lectern new my-course"))
        #expect(!shown.output.contains("worker"))
    }

    @Test func `a word that is no command gets the one that was meant`() throws {
        let at = try CommandFixture()
        let wrong = try at.run("biuld")
        #expect(wrong.code == 2 && wrong.output.isEmpty)
        #expect(wrong.complaint.contains("Did you mean: lectern build\n"))
        try at.newSite("my site")
        #expect(try at.run("my site").complaint.contains("Did you mean: lectern preview 'my site'\n"))
        let option = try at.run("build", "--draft")
        #expect(option.code == 2 && option.complaint.contains("--drafts"))
    }

    @Test func `layouts are listed, and printed as they are`() throws {
        let at = try CommandFixture()
        let names = try at.run("layouts").output.split(separator: "\n").map(String.init)
        #expect(names == names.sorted() && names.contains("lesson.html") && names.contains("base.html"))
        let one = try at.run("layouts", "footer.html")
        #expect(one.code == 0 && one.output.contains("<footer"))
        #expect(try at.run("layouts", "footer").output == one.output)
    }

    @Test func `a layout that is not there gets the one that was meant`() throws {
        let at = try CommandFixture()
        let wrong = try at.run("layouts", "footr.html")
        #expect(wrong.code == 2 && wrong.output.isEmpty)
        #expect(wrong.complaint.contains("Did you mean \"footer.html\"?"))
    }

    @Test func `a result that cannot be written is no success`() throws {
        let at = try CommandFixture()
        try at.newSite()
        for command in ["layouts", "layouts base.html", "build site", "check site --json", "--help"] {
            let full = try at.shell("\"$LECTERN\" \(command) > /dev/full")
            #expect(full.code == 1 && full.complaint.contains("error: the result cannot be written: No space left on device"), "\(command)")
        }
    }

    @Test func `a reader that has seen enough is no error`() throws {
        let at = try CommandFixture()
        let head = try at.shell("\"$LECTERN\" layouts | head -n 1")
        #expect(head.code == 0 && head.complaint.isEmpty)
    }

    @Test func `ports out of range, and an address for the preview, are refused before anything is built`() throws {
        let at = try CommandFixture()
        try at.newSite()
        #expect(try at.run("preview", "site", "--port", "80").code == 2)
        #expect(try at.run("preview", "site", "--port", "99999").code == 2)
        #expect(try at.run("preview", "site", "--base-url", "https://me.example/").code == 2)
        #expect(try at.run("preview", "nowhere").code == 1)
        #expect(!at.exists("site/.lectern"))
    }
}
