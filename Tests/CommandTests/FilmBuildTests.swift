import Foundation
import LecternCore
import Testing

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")

/// A site that sells a film.
private func soldFilm(_ at: CommandFixture, seconds: Int) throws {
    try at.write("site/content/site.yml", "title: Sold\nbaseURL: https://me.example/\nlanguages: [en]\n")
    try at.write("site/content/courses/sold/course.md", "---\ntitle: Sold\nprice: 49\n---\nFor sale.\n")
    try at.write("site/content/courses/sold/01-film/index.md", "---\ntitle: A film\n---\nFree.\n\n<!--more-->\n\nSold.\n")
    try at.write("site/site.secret", String(repeating: "0f", count: 32) + "\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: at.path("site/site.secret"))
    let short = at.path("short.mp4")
    let make = [
        ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=10", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", short],
        ["-stream_loop", String(seconds / 10 - 1), "-i", short, "-c", "copy", at.path("site/content/courses/sold/01-film/video.mp4")],
    ]
    for arguments in make {
        let done = try #require(ffmpeg).run(["-v", "error", "-nostdin"] + arguments)
        try #require(done.succeeded, "\(done.lastComplaint)")
    }
}

@Suite struct FilmBuildTests {
    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"), arguments: ["1", "2"])
    func `a build that is killed leaves no encoder at work`(jobs: String) throws {
        let at = try CommandFixture()
        try soldFilm(at, seconds: 1200)
        // More than a worker's worth of files: with two jobs the film is a worker's.
        for number in 0..<250 { try at.write("site/content/courses/other/\(1000 + number)-a.md", "---\ntitle: A\naccess: free\n---\nText.\n") }
        try at.write("site/content/courses/other/course.md", "---\ntitle: Other\n---\nFree.\n")
        let killed = try at.shell(
            """
            "$LECTERN" build site --jobs \(jobs) >/dev/null 2>&1 &
            build=$!
            look=0
            until encoder=$(grep -la "$PWD/.*streams/.*/\\.[0-9]*-360" /proc/[0-9]*/cmdline 2>/dev/null | head -1) && [ -n "$encoder" ]; do
                look=$((look + 1)); [ $look -lt 600 ] || exit 3; kill -0 $build || exit 4; sleep 0.05
            done
            kill -9 $build
            wait $build
            look=0
            while grep -qa streams/ "$encoder" 2>/dev/null; do look=$((look + 1)); [ $look -lt 100 ] || exit 5; sleep 0.05; done
            """)
        #expect(killed.code == 0, "\(killed.status) \(killed.complaint)")
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"))
    func `without its films a site is built at once, and with them by the next build`() throws {
        let at = try CommandFixture()
        try soldFilm(at, seconds: 10)
        let first = try at.run("build", "site", "--skip-media")
        #expect(first.code == 0)
        #expect(first.complaint.contains("content/courses/sold/01-film/video.mp4: warning: this film is left out: it is not cut into pieces yet"))
        let without = try at.files("site/output").count
        #expect(try at.files("site/.lectern/cache").keys.allSatisfy { !$0.contains("streams/") || $0.hasSuffix(".lock") })
        let second = try at.run("build", "site")
        #expect(second.code == 0 && !second.complaint.contains("left out"), "\(second.complaint)")
        let with = try at.files("site/output").count
        #expect(with > without + 4, "head and pieces, their list, the poster")
        // What is in the cache is taken, whatever was asked for.
        let third = try at.run("build", "site", "--skip-media")
        #expect(third.code == 0 && !third.complaint.contains("left out"))
        #expect(try at.files("site/output").count == with)
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"), arguments: ["paid", "free"])
    func `a film that is none stops the build, or is left out when the build is to keep going`(access: String) throws {
        let at = try CommandFixture()
        try soldFilm(at, seconds: 10)
        try at.edit("site/content/courses/sold/01-film/index.md", "title: A film", "title: A film\naccess: \(access)")
        try at.write("site/content/courses/sold/01-film/video.mp4", "not a film")
        let stopped = try at.run("build", "site")
        #expect(stopped.code == 1 && stopped.output.isEmpty && !at.exists("site/output"))
        #expect(stopped.complaint.contains("content/courses/sold/01-film/video.mp4: error: \"video.mp4\" holds text and no film"))
        let kept = try at.run("build", "site", "--keep-going")
        #expect(kept.code == 1)
        #expect(kept.complaint.contains("error: \"video.mp4\" holds text and no film") && kept.complaint.contains("  the lesson is published without its film\n"))
        #expect(kept.output.contains("files written") && kept.output.contains("(1 error"))
        #expect(try !at.read("site/output/courses/sold/film/index.html").contains("<video"))
        // It is an error as long as it is there, and another film is taken at once.
        let again = try at.run("build", "site", "--keep-going")
        #expect(again.code == 1 && again.complaint.contains("holds text and no film"))
        try FileManager.default.removeItem(atPath: at.path("site/content/courses/sold/01-film/video.mp4"))
        try FileManager.default.copyItem(atPath: at.path("short.mp4"), toPath: at.path("site/content/courses/sold/01-film/video.mp4"))
        #expect(try at.run("build", "site", "--keep-going").code == 0)
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"))
    func `a terminal shows how far a film is, and a pipe does not`() throws {
        let at = try CommandFixture()
        try soldFilm(at, seconds: 60)
        let piped = try at.run("build", "site", "--skip-media")
        #expect(!piped.complaint.contains("%"))
        // script(1) gives the program a terminal.
        let shown = try at.shell("script -qec '\"$LECTERN\" build site' /dev/null | tr '\\r' '\\n'")
        #expect(shown.output.firstMatch(of: /01-film\/video.mp4: 360p, \d+ %/) != nil, "\(shown.output)")
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"))
    func `what was made of a film that is gone is removed on request, and nothing else`() throws {
        let at = try CommandFixture()
        try soldFilm(at, seconds: 10)
        let film = at.path("site/content/courses/sold/01-film/video.mp4")
        #expect(try at.run("build", "site").code == 0)
        let before = try at.files("site")
        #expect(try at.run("clean", "site", "--unused-films").output == "Nothing in the cache is of a film that is gone.\n")
        // Moved, and as after a fresh checkout: it is the same film all the same.
        try FileManager.default.copyItem(atPath: film, toPath: film + ".copy.mp4")
        try FileManager.default.removeItem(atPath: film)
        #expect(try at.run("clean", "site", "--unused-films").output == "Nothing in the cache is of a film that is gone.\n")
        try FileManager.default.removeItem(atPath: film + ".copy.mp4")
        let cleaned = try at.run("clean", "site", "--unused-films")
        #expect(cleaned.code == 0 && cleaned.output.firstMatch(of: /^What was made of 1 film was removed: \d+ MB\.\n$/) != nil)
        let after = try at.files("site")
        #expect(before.keys.filter { after[$0] == nil }.allSatisfy { $0.contains("/streams/") || $0.hasSuffix("01-film/video.mp4") })
        #expect(!after.keys.contains { $0.contains("/streams/") })
        #expect(try at.run("clean", "site", "--unused-films", "--cache").code == 2)
    }
}
