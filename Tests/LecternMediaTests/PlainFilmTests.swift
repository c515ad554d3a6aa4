import Foundation
import LecternCore
import Testing

@testable import LecternMedia

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")

@Suite(.enabled(if: ffmpeg != nil, "needs ffmpeg")) struct PlainFilmTests {
    let folder: TestFolder
    let videos: Videos

    init() throws {
        folder = try TestFolder()
        videos = Videos(cacheFolder: folder.path + "/cache")
    }

    private static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]

    private func film(_ name: String, _ options: [String]) throws -> String {
        let path = "\(folder.path)/\(name)"
        let output = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=2", "-f", "lavfi", "-i", "sine=duration=2"] + options + ["file:" + path])
        try #require(output.succeeded, "\(output.lastComplaint)")
        return path
    }

    private func plain(_ path: String) throws -> String? {
        let facts = try #require(try videos.facts(of: path, shownAs: "content/a.mp4"))
        return try videos.plain(of: path, shownAs: "content/a.mp4", facts: facts)
    }

    /// What every packet holds, so that what was only moved into another file is seen to be the same.
    private func packets(_ path: String, _ kind: String) throws -> String {
        let output = try #require(ffmpeg).run(["-v", "error", "-i", path, "-map", "0:\(kind)", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "streamhash", "-"])
        try #require(output.succeeded, "\(output.lastComplaint)")
        return String(decoding: output.bytes, as: UTF8.self)
    }

    private func codecs(_ path: String) throws -> [String] {
        let output = try #require(Program.find("ffprobe")).run(["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", path])
        return String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `a film that is right is left alone`() throws {
        #expect(try plain(film("a.mp4", Self.h264 + ["-c:a", "aac", "-movflags", "+faststart"])) == nil)
        #expect(try plain(film("a.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"])) == nil)
    }

    @Test(arguments: ["a.mp4", "a.mov", "a.mkv"])
    func `pictures and sound that browsers know are only moved, with their head to the front`(name: String) throws {
        let path = try film(name, Self.h264 + ["-c:a", "aac"])
        let made = try #require(try plain(path))
        #expect(PlainFilm.headComesFirst(made))
        #expect(try packets(made, "v") == packets(path, "v") && packets(made, "a") == packets(path, "a"))
        #expect(try plain(path) == made, "and found again")
        #expect(try videos.facts(of: made, shownAs: "made")?.hindrances == [])
    }

    @Test func `where only the sound is wrong only the sound is made anew`() throws {
        let path = try film("a.mov", Self.h264 + ["-c:a", "pcm_s16le"])
        let made = try #require(try plain(path))
        #expect(try packets(made, "v") == packets(path, "v"))
        #expect(try codecs(made) == ["h264", "aac"])
    }

    @Test(arguments: [["-c:v", "mpeg4", "-c:a", "mp3"], ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", "-an"]])
    func `what browsers cannot show is encoded, and lasts as long`(options: [String]) throws {
        let path = try film("a.avi", options)
        let made = try #require(try plain(path))
        let facts = try #require(try videos.facts(of: made, shownAs: "made"))
        #expect(facts.videoCodec == "h264" && facts.pixelFormat == "yuv420p" && facts.hindrances == [])
        #expect(abs((facts.durationMilliseconds ?? 0) - 2000) <= 100, "a picture lasts a tenth of a second")
        #expect(PlainFilm.headComesFirst(made))
    }

    @Test func `a camera's file that is far too heavy for its size is encoded, and one held upright stays upright`() throws {
        let heavy = try film("a.mp4", Self.h264 + ["-vf", "noise=alls=100:allf=t", "-b:v", "9M", "-minrate", "9M", "-bufsize", "1M", "-an", "-movflags", "+faststart"])
        #expect(try readFile(heavy).count > 700_000)
        let made = try #require(try plain(heavy))
        #expect(try readFile(made).count < 500_000)

        let lying = try film("lying.mov", Self.h264 + ["-an"])
        let upright = folder.path + "/upright.mov"
        let program = try #require(ffmpeg)
        let options = [["-display_rotation", "90", "-i", lying, "-c", "copy"], ["-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=90"]]
        let isTurned = try options.contains { try program.run(["-y", "-v", "error"] + $0 + [upright]).succeeded }
        try #require(isTurned)
        let stands = try #require(try plain(upright))
        let facts = try #require(try videos.facts(of: stands, shownAs: "made"))
        #expect(facts.width == 90 && facts.height == 160)
    }

    @Test func `nothing is made where nothing shall be, or nothing can`() throws {
        let path = try film("a.mkv", Self.h264 + ["-an"])
        let facts = try #require(try videos.facts(of: path, shownAs: "a"))
        #expect(try videos.plain(of: path, shownAs: "a", facts: facts, makes: false) == nil)
        let bare = Videos(cacheFolder: folder.path + "/bare", searchPath: "/nowhere")
        #expect(try bare.plain(of: path, shownAs: "a", facts: facts) == nil && !bare.canMake(facts))
    }
}
