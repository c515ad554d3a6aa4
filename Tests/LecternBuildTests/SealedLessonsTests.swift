import Foundation
import LecternCore
import LecternCrypto
import Testing

@testable import LecternBuild
@testable import LecternContent

/// Paid lessons as they leave the build.
@Suite struct SealedLessonsTests {
    private let secret = SiteSecret(bytes: Array(0..<32))!

    private func site(_ more: [String: String] = [:]) throws -> SiteFixture {
        let files = [
            "content/site.yml": "title: Sold\nlanguages: [en]\n",
            "content/courses/a/course.md": "---\ntitle: A\nprice: 49\n---\n",
            "content/courses/a/01-b.md": "---\ntitle: B\n---\nFree.\n\n<!--more-->\n\nSold words. [Data](data.csv)\n",
            "content/courses/a/data.csv": "1,2\n",
            "content/courses/z/course.md": "---\ntitle: Z\n---\n",
            "content/courses/z/01-y.md": "# Y\n\nFor everybody.\n",
        ]
        return try SiteFixture(files.merging(more) { $1 })
    }

    /// What a page names of its sealed text.
    private func names(_ page: String) throws -> (file: String, path: String, epoch: Int) {
        let match = try #require(page.firstMatch(of: /data-sealed="\/([^"]+)" data-path="([^"]+)" data-epoch="(\d+)"/))
        return (String(match.output.1), String(match.output.2), try #require(Int(match.output.3)))
    }

    private func sealedFiles(_ site: SiteFixture) -> [String] {
        site.output().keys.filter { $0.hasSuffix(".bin") }.sorted()
    }

    @Test func `a paid lesson lies sealed beside its page, and opens with its lesson's key`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        let (file, path, epoch) = try names(site.page("courses/a/b/index.html"))
        #expect(path == "courses/a/b/text")
        #expect(file.hasPrefix("courses/a/b/sealed.1."))
        let sealed = site.bytes("output/" + file)
        #expect(file.hasSuffix(".\(Digest(sealed).hex(8)).bin"))
        let text = try openSealedFile(sealed, path: path, key: lessonKey(secret: secret, course: "a", lesson: "a/b", epoch: epoch))
        #expect(text.count % 1024 == 0, "padded")
        #expect(throws: SealBroken()) { try openSealedFile(sealed, path: path, key: lessonKey(secret: secret, course: "a", lesson: "z/y", epoch: 1)) }
        #expect(sealedFiles(site).count == 2)
    }

    @Test func `the companion reads the catalogue that the build writes`() throws {
        let site = try site(["content/epochs.yml": "a: {epoch: 3, previous: 2, until: 2026-12-01}\n"])
        #expect(site.build().problems == [])
        let catalogue = try Catalogue.read(bytes: site.bytes("output/catalogue.json"), secret: secret)
        #expect(catalogue.revision == SiteFixture.now.seconds)
        #expect(catalogue.languages == ["en"])
        #expect(catalogue.title == ["en": "Sold"])
        let course = try #require(catalogue.course("a"))
        #expect(course.price(in: .cny)?.minorUnits == 4900)
        #expect(course.epoch == 3)
        #expect(course.previous == .init(epoch: 2, until: "2026-12-01T00:00:00Z"))
        #expect(course.lesson("a/b")?.path == ["en": "courses/a/b/"])
        #expect(catalogue.course("z")?.isFree == true)
        #expect(catalogue.course("z")?.epoch == 1)
    }

    @Test func `in the days of grace the files of both epochs are there, then only the new ones`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        let first = sealedFiles(site)
        try site.write("content/epochs.yml", "a: {epoch: 2, previous: 1, until: 2026-11-15}\n")
        #expect(site.build().problems == [])
        let both = sealedFiles(site)
        #expect(both.count == 2 * first.count)
        #expect(Set(first).isSubset(of: both), "a page that was kept finds the files that it names")
        // The text of the old epoch names files of the old epoch.
        let old = try #require(first.first { site.bytes("output/" + $0).count > 1000 })
        let text = try openSealedFile(
            site.bytes("output/" + old), path: "courses/a/b/text", key: lessonKey(secret: secret, course: "a", lesson: "a/b", epoch: 1))
        #expect(!text.isEmpty)
        #expect(site.build { $0.now = Moment("2026-11-14")! }.unitsBuilt == 0)
        #expect(site.build { $0.now = Moment("2026-11-15")! }.problems == [])
        #expect(sealedFiles(site).allSatisfy { $0.contains("/sealed.2.") })
        #expect(sealedFiles(site).count == first.count)
        #expect(try names(site.page("courses/a/b/index.html")).epoch == 2)
    }

    @Test func `another secret builds everything anew, and the same one nothing`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        let first = sealedFiles(site)
        #expect(site.build().written == 0)
        let other = SecretPlace.text(String(repeating: "ab", count: 32), from: "the test")
        #expect(site.build { $0.secret = other }.unitsBuilt == 2)
        #expect(Set(sealedFiles(site)).isDisjoint(with: first))
    }

    @Test func `a site without a secret keeps what it sells on this machine, and says what to do`() throws {
        let site = try site()
        for _ in 0..<2 {
            let report = site.build { $0.secret = .site }
            #expect(!report.failed)
            #expect(
                report.problems.map(\.description) == [
                    """
                    content/courses/a: warning: a paid lesson of this course cannot be published: the site has no secret to seal them with
                      make one: lectern keys new
                      or name the one that you have: --secret-file, LECTERN_SITE_SECRET
                    """
                ])
            #expect(sealedFiles(site) == [])
            #expect(!site.page("courses/a/b/index.html").contains("data-sealed"))
        }
        #expect(throws: CatalogueRefusal.isNotAuthenticated) {
            try Catalogue.read(bytes: site.bytes("output/catalogue.json"), secret: secret)
        }
    }

    @Test func `a secret that others can read, or that is none, stops the build before anything is written`() throws {
        let site = try site()
        try site.write("site.secret", secret.fileText)
        #expect(chmod(site.root + "/site.secret", 0o644) == 0)
        #expect(
            site.build { $0.secret = .site }.problems.map(\.description)
                == ["site.secret: error: others on this machine can read the site's secret\n  take the right away: chmod 600 site.secret"])
        #expect(chmod(site.root + "/site.secret", 0o600) == 0)
        #expect(site.build { $0.secret = .site }.problems == [])
        try site.write("site.secret", "not a secret\n")
        #expect(chmod(site.root + "/site.secret", 0o600) == 0)
        #expect(site.build { $0.secret = .site }.failed)
        #expect(site.build { $0.secret = .file(site.root + "/nowhere") }.failed)
        #expect(site.build { $0.secret = .text("abc", from: "LECTERN_SITE_SECRET") }.problems[0].description.contains("LECTERN_SITE_SECRET holds no secret"))
        #expect(sealedFiles(site).count == 2, "the output is as it was")
    }

    @Test func `the secret is never published, not even from a folder that is one course`() throws {
        let site = try SiteFixture(["01-a.md": "# A\n\nText.\n", "site.secret": secret.fileText])
        #expect(chmod(site.root + "/site.secret", 0o600) == 0)
        #expect(site.build { $0.secret = .site }.problems == [])
        for (path, bytes) in site.output() {
            #expect(!path.contains("secret"))
            #expect(bytes.firstRange(of: Array(secret.fileText.utf8.prefix(64))) == nil, "\(path)")
        }
    }

    @Test func `a changed word changes the lesson's own file alone`() throws {
        let site = try site(["content/courses/a/02-c.md": "---\ntitle: C\n---\nOther sold words.\n"])
        #expect(site.build().problems == [])
        let before = site.output()
        try site.write("content/courses/a/02-c.md", "---\ntitle: C\n---\nOther sold Words.\n")
        #expect(site.build().problems == [])
        let changed = Set(site.output().filter { before[$0.key] != $0.value }.keys)
        #expect(changed.count == 2)
        #expect(changed.allSatisfy { $0.hasPrefix("courses/a/c/") })
    }

    @Test func `epochs that cannot be read are told of with their line`() {
        let (epochs, problems) = readEpochs(
            Array("a: {epoch: 2}\nb: {epoch: 0}\nc: {epoch: 2, previous: 2, until: 2026-12-01}\nd: {epoch: 2, until: 2026-12-01}\n".utf8), file: "epochs.yml")
        #expect(epochs["a"].epoch == 2)
        #expect(problems.map(\.line) == [2, 3, 4])
    }

    @Test func `what keys rotate writes is what the build reads`() throws {
        let site = try site()
        let keys = try SiteKeys(site.root)
        #expect(try keys.rotate("a", graceDays: 14, now: Moment("2026-11-24T10:00:00Z")!).epochs == .init(epoch: 2, previous: 1, until: Moment("2026-12-09")))
        #expect(try keys.rotate("a", graceDays: 0, now: Moment("2026-11-25")!).epochs == .init(epoch: 3))
        #expect(try keys.rotate("z", graceDays: 1, now: Moment("2026-11-25")!).epochs == .init(epoch: 2, previous: 1, until: Moment("2026-11-27")))
        #expect(try keys.courses().map(\.epochs.epoch) == [3, 2])
        #expect(throws: Problem.self) { try keys.rotate("b", graceDays: 14, now: SiteFixture.now) }
        var epochs = Epochs()
        epochs["有 \"引号\": 的"] = .init(epoch: 7, previous: 6, until: Moment("2026-12-09T01:02:03Z"))
        epochs["123"] = .init(epoch: 2)
        epochs["true"] = .init(epoch: 2)
        let (read, problems) = readEpochs(Array(epochs.fileText.utf8), file: "epochs.yml")
        #expect(problems == [])
        #expect(read == epochs)
    }
}
