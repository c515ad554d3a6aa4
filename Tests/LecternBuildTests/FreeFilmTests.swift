import LecternCore
import Testing

@testable import LecternBuild

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")

/// Films of free lessons as they leave the build.
@Suite(.enabled(if: ffmpeg != nil, "needs ffmpeg")) struct FreeFilmTests {
    /// A site that shows one film of six seconds, as many cameras write it.
    private func site(_ settings: String = "", _ name: String = "1.5 intro.mov", sound: String = "pcm_s16le") throws -> SiteFixture {
        let lesson = "content/courses/a/01-b/"
        let site = try SiteFixture([
            "content/site.yml": "title: Free\nlanguages: [en, zh]\n" + settings,
            "content/courses/a/course.md": "---\ntitle: A\n---\n",
            "content/courses/a/course.zh.md": "---\ntitle: 甲\n---\n",
            lesson + "captions.en.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nSaid.\n",
            lesson + "index.md": "---\ntitle: B\n---\nFree.\n", lesson + "index.zh.md": "---\ntitle: 乙\n---\n免费。\n",
        ])
        let film = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=5", "-f", "lavfi", "-i", "sine", "-t", "6"]
                + ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", sound, "file:" + site.root + "/" + lesson + name])
        try #require(film.succeeded, "\(film.lastComplaint)")
        return site
    }

    private func media(_ site: SiteFixture) -> [String] { site.output().keys.filter { $0.contains("/media/") && !$0.hasSuffix(".jpg") && !$0.contains("captions.") }.sorted() }
    private func text(_ site: SiteFixture, _ path: String) -> String { String(decoding: site.bytes("output/" + path), as: UTF8.self) }

    @Test func `a free film of any kind becomes an MP4 that plays without a script, once for all languages, and nothing is said of it`() throws {
        let site = try site()
        #expect(site.build().problems == [])
        #expect(media(site) == ["courses/a/b/media/1.5 intro.mp4"])
        for page in ["courses/a/b/index.html", "zh/courses/a/b/index.html"] {
            #expect(text(site, page).contains("<source src=\"/courses/a/b/media/1.5%20intro.mp4\" type=\"video/mp4\">"))
        }
        #expect(site.check().problems == [])
    }

    @Test func `who wants HLS gets every size, the MP4 behind it, and playlists that ffmpeg reads to the end`() throws {
        let site = try site("video: {hls: true}\n")
        #expect(site.build().problems == [])
        let hls = "courses/a/b/media/hls/"
        #expect(media(site) == ["courses/a/b/media/1.5 intro.mp4"] + ["90.m3u8", "90.mp4", "film.m3u8", "sound.m3u8", "sound.mp4"].map { hls + $0 })
        let sources = text(site, "zh/courses/a/b/index.html").split(separator: "\n").filter { $0.hasPrefix("<source") }
        #expect(sources.map { $0.contains("mpegurl") } == [true, false], "the first that a browser knows is played")
        #expect(sources.first?.contains("\"/courses/a/b/media/hls/film.m3u8\"") == true)
        let read = try #require(ffmpeg).run(
            ["-v", "error", "-allowed_extensions", "ALL", "-i", site.root + "/output/" + hls + "film.m3u8", "-map", "0:v", "-map", "0:a", "-f", "framecrc", "-"])
        #expect(read.succeeded && read.complaint == [], "\(read.lastComplaint)")
        let frames = String(decoding: read.bytes, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("0, ") }
        #expect(frames.count == 30)
        let list = text(site, hls + "90.m3u8")
        #expect(list.contains("#EXT-X-TARGETDURATION:4\n") && list.contains("#EXTINF:2.00000,\n") && list.hasSuffix("#EXT-X-ENDLIST\n"))
    }

    @Test func `without time for films the own file is published, and its creator hears what that means`() throws {
        let site = try site()
        let problems = site.build { $0.skipsMedia = true }.problems
        #expect(problems.map(\.severity) == [.warning])
        #expect(media(site) == ["courses/a/b/media/1.5 intro.mov"])
        #expect(site.build().problems == [])
        #expect(media(site) == ["courses/a/b/media/1.5 intro.mp4"], "the next build makes up for it")
    }
}
