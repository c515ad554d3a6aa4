import Foundation
import LecternCore
import Testing

/// `lectern keys`, and where the secret of a site comes from.
@Suite struct KeysTests {
    /// A new site whose course is sold, and the sealed files of its output.
    private func soldSite() throws -> CommandFixture {
        let at = try CommandFixture()
        try at.newSite()
        try at.write("site/content/courses/my-first-course/09-sold.md", "---\ntitle: Sold\naccess: paid\n---\nSold words.\n")
        try at.edit("site/content/courses/my-first-course/course.md", "# price: 29", "price: 29")
        return at
    }

    private func sealed(_ at: CommandFixture) throws -> Set<String> { Set(try at.files("site/output").keys.filter { $0.hasSuffix(".bin") }) }

    @Test func `a course moves to its next epoch, and its earlier pages go on opening for the days of grace`() throws {
        let at = try soldSite()
        #expect(try at.run("build", "site", "--now", "2026-11-24").code == 0)
        let first = try sealed(at)
        #expect(!first.isEmpty)
        let rotated = try at.run("keys", "rotate", "my-first-course", "--site", "site", "--now", "2026-11-24", "--grace", "7")
        #expect(rotated.code == 0)
        #expect(rotated.output.hasPrefix("my-first-course is in epoch 2 now. Pages of before go on opening until 2026-12-02.\n"))
        #expect(try at.read("site/content/epochs.yml").hasSuffix("my-first-course: {epoch: 2, previous: 1, until: 2026-12-02T00:00:00Z}\n"))
        #expect(try at.run("keys", "--site", "site").output == "my-first-course: epoch 2, and 1 until 2026-12-02\n")
        #expect(try at.run("build", "site", "--now", "2026-11-25").code == 0)
        #expect(try sealed(at).isSuperset(of: first) && sealed(at).count == 2 * first.count)
        #expect(try at.run("build", "site", "--now", "2026-12-02").code == 0)
        #expect(try sealed(at).isDisjoint(with: first) && sealed(at).count == first.count)
    }

    @Test func `a course that is not there is told of, with the one that was meant`() throws {
        let at = try soldSite()
        let refused = try at.run("keys", "rotate", "my-first-curse", "--site", "site")
        #expect(refused.code == 1)
        #expect(refused.complaint.contains("did you mean my-first-course?"))
        #expect(!at.exists("site/content/epochs.yml"))
        #expect(try at.run("keys", "rotate", "my-first-course", "--grace", "-1", "--site", "site").code == 2)
    }

    @Test func `a secret is made once, and never written over`() throws {
        let at = try soldSite()
        let secret = try at.read("site/site.secret")
        let refused = try at.run("keys", "new", "--site", "site")
        #expect(refused.code == 1 && refused.complaint.contains("there is a site.secret already"))
        #expect(try at.read("site/site.secret") == secret)
        try FileManager.default.removeItem(atPath: at.path("site/site.secret"))
        #expect(try at.run("keys", "new", "--site", "site").code == 0)
        #expect(try at.read("site/site.secret") != secret)
    }

    @Test func `the secret may come from a file elsewhere or a variable: the files are the same`() throws {
        let at = try soldSite()
        #expect(try at.run("build", "site", "--now", "2026-11-24").code == 0)
        let own = try sealed(at)
        let secret = try at.read("site/site.secret")
        try FileManager.default.moveItem(atPath: at.path("site/site.secret"), toPath: at.path("elsewhere"))
        let without = try at.run("build", "site", "--now", "2026-11-24")
        #expect(without.code == 0 && without.complaint.contains("the site has no secret to seal them with"))
        #expect(try sealed(at).isEmpty)
        #expect(try at.run("build", "site", "--now", "2026-11-24", "--secret-file", at.path("elsewhere")).code == 0)
        #expect(try sealed(at) == own)
        try FileManager.default.removeItem(atPath: at.path("elsewhere"))
        #expect(try at.run("build", "site", "--now", "2026-11-24", environment: ["LECTERN_SITE_SECRET": secret]).code == 0)
        #expect(try sealed(at) == own)
        let wrong = try at.run("build", "site", environment: ["LECTERN_SITE_SECRET": "abc"])
        #expect(wrong.code == 1 && wrong.complaint.contains("LECTERN_SITE_SECRET holds no secret"))
    }
}
