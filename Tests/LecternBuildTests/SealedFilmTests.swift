import Foundation
import LecternCore
import LecternCrypto
import Testing

@testable import LecternBuild

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")

/// Films of paid lessons as they leave the build. What plays them is tested in Tests/Browser/test_streams.py.
@Suite(.enabled(if: ffmpeg != nil, "needs ffmpeg")) struct SealedFilmTests {
    private let secret = SiteSecret(bytes: Array(0..<32))!
    private let text = "content/courses/a/01-b/index.md"

    /// A site that sells one film, of nine seconds unless told otherwise.
    private func site(_ picture: String = "testsrc2", seconds: Int = 9) throws -> SiteFixture {
        let site = try SiteFixture([
            "content/site.yml": "title: Sold\nlanguages: [en, zh]\n",
            "content/courses/a/course.md": "---\ntitle: A\nprice: 49\n---\n",
            "content/courses/a/course.zh.md": "---\ntitle: 甲\n---\n",
            "content/courses/a/01-b/captions.en.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nSold.\n",
            text: "---\ntitle: B\n---\nFree.\n\n<!--more-->\n\nSold words.\n",
            "content/courses/a/01-b/index.zh.md": "---\ntitle: 乙\n---\n免费。\n\n<!--more-->\n\n付费。\n",
        ])
        let film = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", "\(picture)=size=160x90:rate=5", "-f", "lavfi", "-i", "sine", "-t", "\(seconds)"]
                + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", site.root + "/content/courses/a/01-b/video.mp4"])
        try #require(film.succeeded, "\(film.lastComplaint)")
        return site
    }

    private func sealedFiles(_ site: SiteFixture) -> Set<String> { Set(site.output().keys.filter { $0.hasSuffix(".bin") }) }

    /// Every sealed file of the folder that opens under one of these names, as the list of the film gives them.
    private func opened(_ site: SiteFixture, epoch: Int, _ name: String) -> [[UInt8]] {
        let key = lessonKey(secret: secret, course: "a", lesson: "a/b", epoch: epoch)
        return sealedFiles(site).filter { $0.contains("/media/") }.compactMap { file in
            do { return try openSealedFile(site.bytes("output/" + file), path: "courses/a/b/media/" + name, key: key) } catch { return nil }
        }
    }

    /// The lesson's text in English, as a browser reads it.
    private func openedText(_ site: SiteFixture, epoch: Int) throws -> String {
        let key = lessonKey(secret: secret, course: "a", lesson: "a/b", epoch: epoch)
        let name = try #require(sealedFiles(site).first { $0.hasPrefix("courses/a/b/sealed.\(epoch).") })
        let packed = try openSealedFile(site.bytes("output/" + name), path: "courses/a/b/text", key: key)
        return String(decoding: try #require(Program.find("gzip")).run(["-dc"], input: packed).bytes, as: UTF8.self)
    }

    @Test func `a paid film lies in sealed pieces, once for all languages, and its own file nowhere`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        let list = try #require(opened(site, epoch: 1, "film.json").first)
        let film = try #require(try JSONSerialization.jsonObject(with: Data(list)) as? [String: Any])
        let tracks = try #require(film["tracks"] as? [[String: Any]])
        #expect(tracks.map { $0["type"] as? String } == ["video/mp4", "audio/mp4"])
        for name in ["90.mp4", "90-0.m4s", "90-1.m4s", "90-2.m4s", "sound.mp4", "sound-0.m4s", "sound-2.m4s"] {
            let piece = try #require(opened(site, epoch: 1, name).first, "\(name)")
            #expect(["ftyp", "moof"].contains(String(decoding: piece[4..<8], as: UTF8.self)))
        }
        #expect(opened(site, epoch: 1, "video.mp4") == [])
        // A head and three pieces of each track, the list, the poster, captions: the two languages share them.
        #expect(sealedFiles(site).filter { $0.contains("/media/") }.count == 4 + 4 + 3)
        #expect(sealedFiles(site).filter { $0.hasPrefix("zh/") }.count == 1, "the text alone")
    }

    @Test func `two films of one length look alike from outside`() throws {
        let one = try site(), two = try site("smptebars")
        try two.write("content/courses/a/01-b/captions.en.vtt", "WEBVTT\n\n00:00.500 --> 00:02.000\nBought\n")
        #expect(one.build().problems == [])
        #expect(two.build().problems == [])
        #expect(sealedFiles(one) != sealedFiles(two))
        let (first, second) = (withoutSealedNames(one.output()), withoutSealedNames(two.output()))
        #expect(first == second, "\(differences(second, first))")
    }

    @Test func `a word that changes leaves the film as it lies, and nothing of it is made or sealed again`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        let before = sealedFiles(site)
        func cache() -> [String: [UInt8]] { readFolder(site.root + "/.lectern").filter { !$0.key.contains("cards") } }
        let made = cache()
        #expect(made.keys.contains { $0.contains("streams/") && $0.hasSuffix("/90.mp4") })
        try site.write(text, String(decoding: site.bytes(text), as: UTF8.self).replacing("Sold words", with: "Other words"))
        let report = site.build()
        #expect(report.problems == [] && report.unitsBuilt == 1)
        #expect(sealedFiles(site).subtracting(before).count == 1)
        #expect(cache() == made)
    }

    @Test func `in the days of grace an old page finds a list of old pieces`() throws {
        let site = try site()
        try site.write("content/epochs.yml", "a: {epoch: 2, previous: 1, until: 2026-11-15}\n")
        #expect(site.build().problems == [])
        for epoch in [1, 2] {
            let list = String(decoding: try #require(opened(site, epoch: epoch, "film.json").first), as: UTF8.self)
            #expect(list.contains("\"epoch\":\(epoch)"))
            let piece = try #require(sealedFiles(site).first { file in
                file.contains("/sealed.\(epoch).") && list.contains(file.split(separator: ".").dropLast().last!)
            })
            #expect(piece.contains("/media/"))
        }
    }

    @Test func `a film's pictures by time lie sealed beside it, in the days of grace for old pages too`() throws {
        let site = try site(seconds: 21)
        try site.write("content/epochs.yml", "a: {epoch: 2, previous: 1, until: 2026-11-15}\n")
        try site.write("content/site.yml", "title: Sold\nlanguages: [en, zh]\nvideo: {watermark: true}\n")
        #expect(site.build().problems == [])
        for epoch in [1, 2] {
            let list = String(decoding: try #require(opened(site, epoch: epoch, "storyboard.vtt").first), as: UTF8.self)
            #expect(list.contains("00:00:20.000 --> 00:00:21.000\nstoryboard.jpg#xywh=800,0,160,90\n"))
            let sheet = try #require(opened(site, epoch: epoch, "storyboard.jpg").first)
            #expect(sheet.starts(with: [0xFF, 0xD8]))
            let text = try openedText(site, epoch: epoch)
            #expect(text.contains(" data-watermark "))
            // The page of an epoch names the sheet that this epoch's key opens.
            #expect(text.firstMatch(of: /data-sheet="[^"]*\/sealed\.(\d)\.[0-9a-f]{16}\.bin#[^"]*storyboard\.jpg"/)?.1 == "\(epoch)")
            #expect(text.firstMatch(of: /data-url="[^"]*\/sealed\.(\d)\./)?.1 == "\(epoch)")
        }
        #expect(!site.output().keys.contains { $0.contains("media/storyboard") })
    }

    @Test func `a question that the film never comes to is told of`() throws {
        let site = try site()
        let quiz = "content/courses/a/01-b/quiz.yml"
        try site.write(quiz, "questions:\n  - {kind: number, at: \"0:08\", prompt: A?, answer: 1}\n  - {kind: number, at: \"0:09\", prompt: B?, answer: 1}\n")
        let problems = site.build().problems
        #expect(problems.map(\.message) == ["the film ends before it comes to this question, at 0:09"])
        #expect(problems.first?.file == quiz && problems.first?.line == 3)
    }

    @Test func `checking makes no film`() throws {
        let site = try site()
        #expect(site.check().problems == [])
        let made = readFolder(site.root).keys
        #expect(made.filter { $0.contains("streams/") } == [])
        // The captions alone.
        #expect(made.count { $0.hasSuffix(".bin") } <= 1)
    }
}
