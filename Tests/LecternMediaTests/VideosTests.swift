import Foundation
import LecternCore
import Testing

@testable import LecternMedia

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")
private let skipped: Comment = "needs ffmpeg"

@Suite struct VideosTests {
    let folder: TestFolder
    let videos: Videos

    init() throws {
        folder = try TestFolder()
        videos = Videos(cacheFolder: folder.path + "/cache")
    }

    /// Makes a film of coloured noise and a tone.
    private func film(_ name: String, seconds: Int = 2, _ options: [String]) throws -> String {
        let path = "\(folder.path)/\(name)"
        let output = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=\(seconds)"]
                + ["-f", "lavfi", "-i", "sine=duration=\(seconds)", "-g", "10"] + options + ["file:" + path])
        try #require(output.succeeded, "\(output.lastComplaint)")
        return path
    }

    private static let h264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]

    private func problem(_ path: String) -> String? {
        do {
            _ = try videos.facts(of: path, shownAs: "content/\(path.split(separator: "/").last!)")
            return nil
        } catch {
            return error.description
        }
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film tells its length, size and what it is made of`() throws {
        let path = try film("a film's #1.mp4", Self.h264)
        let facts = try #require(try videos.facts(of: path, shownAs: "content/a.mp4"))
        #expect(facts.mediaType == "video/mp4" && facts.videoCodec == "h264" && facts.audioCodec == "aac")
        #expect(facts.width == 160 && facts.height == 90)
        #expect(try abs(#require(facts.durationMilliseconds) - 2000) < 100)
        #expect(facts.warning(shownAs: "content/a.mp4") == nil && videos.warning == nil)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `WebM is told from other Matroska, which some browsers do not play`() throws {
        let webm = try film("a.webm", ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus"])
        let facts = try #require(try videos.facts(of: webm, shownAs: "content/a.webm"))
        #expect(facts.mediaType == "video/webm" && facts.hindrances.isEmpty)
        let matroska = try film("a.mkv", Self.h264)
        let other = try #require(try videos.facts(of: matroska, shownAs: "content/a b.mkv"))
        #expect(other.warning(shownAs: "content/a b.mkv")?.description == """
            content/a b.mkv: warning: some browsers cannot play "a b.mkv": its container (x-matroska)
              it is published as it is; make an MP4 of it:
              ffmpeg -i './a b.mkv' -c copy -movflags +faststart film.mp4
            """)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film that was held upright is taller than wide`() throws {
        let lying = try film("lying.mp4", Self.h264)
        let path = folder.path + "/upright.mp4"
        // Which of the two a version of ffmpeg understands: an option of its input, or a tag.
        let program = try #require(ffmpeg)
        let options = [["-display_rotation", "90", "-i", lying, "-c", "copy"], ["-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=90"]]
        try #require(try options.contains { try program.run(["-y", "-v", "error"] + $0 + [path]).succeeded })
        let facts = try #require(try videos.facts(of: path, shownAs: "content/upright.mp4"))
        #expect(facts.width == 90 && facts.height == 160)
        let poster = try #require(try videos.poster(of: path, shownAs: "content/upright.mp4", facts: facts))
        #expect(poster.width == 90 && poster.height == 160)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film with a single key frame has a poster, too`() throws {
        let path = try film("a.mp4", Self.h264 + ["-g", "1000"])
        let facts = try #require(try videos.facts(of: path, shownAs: "content/a.mp4"))
        #expect(try videos.poster(of: path, shownAs: "content/a.mp4", facts: facts)?.width == 160)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a poster is a frame of the film, made once, and not the black one that it starts with`() throws {
        let path = try film("a.mp4", seconds: 8, ["-vf", "fade=t=in:st=0:d=2"] + Self.h264)
        let facts = try #require(try videos.facts(of: path, shownAs: "content/a.mp4"))
        let poster = try #require(try videos.poster(of: path, shownAs: "content/a.mp4", facts: facts))
        let bytes = try readFile(poster.cacheFile)
        #expect(try imageHeader(bytes) == ImageHeader(kind: .jpeg, width: 160, height: 90))
        #expect(bytes.count > 2500, "a black frame is far smaller")
        let files = try folder.files("cache/video")
        #expect(files.count == 2 && files.allSatisfy { !$0.hasPrefix(".") })
        #expect(try videos.poster(of: path, shownAs: "content/a.mp4", facts: facts) == poster)
        // Another cache, another run: the same bytes.
        let again = Videos(cacheFolder: folder.path + "/other")
        #expect(try again.poster(of: path, shownAs: "content/a.mp4", facts: facts)?.digest == poster.digest)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `sound alone is a film without pictures`() throws {
        let path = try film("talk.m4a", ["-vn", "-c:a", "aac"])
        let facts = try #require(try videos.facts(of: path, shownAs: "content/talk.m4a"))
        #expect(facts.width == nil && facts.videoCodec == nil && facts.audioCodec == "aac")
        #expect(try videos.poster(of: path, shownAs: "content/talk.m4a", facts: facts) == nil)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film that was cut off in the copying is a problem, whatever its kind`() throws {
        let whole = [
            try film("fast.mp4", seconds: 4, Self.h264 + ["-movflags", "+faststart"]), try film("slow.mp4", seconds: 4, Self.h264),
            try film("cut.webm", seconds: 4, ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus"]),
        ]
        for path in whole {
            #expect(problem(path) == nil)
            let bytes = try readFile(path)
            try Data(bytes.prefix(bytes.count / 2)).write(to: URL(fileURLWithPath: path))
            let name = path.split(separator: "/").last!
            #expect(problem(path) == """
                content/\(name): error: "\(name)" is cut off: its end is missing
                  copy it here again, or export it again
                """)
        }
    }

    @Test func `what is no film is told in words`() throws {
        #expect(problem(folder.path + "/none.mp4") == "content/none.mp4: error: this film cannot be read: No such file or directory")
        #expect(problem(try folder.write([], "empty.mp4"))?.hasPrefix("content/empty.mp4: error: \"empty.mp4\" is empty") == true)
        #expect(problem(try folder.write(Array("#EXTM3U\nother.mp4\n".utf8), "list.mp4"))?.hasPrefix("content/list.mp4: error: \"list.mp4\" holds text and no film") == true)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `bytes of nothing are no film`() throws {
        let path = try folder.write((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }, "noise.mp4")
        #expect(problem(path)?.hasPrefix("content/noise.mp4: error: \"noise.mp4\" is no film that ffmpeg knows") == true)
    }

    @Test func `without ffmpeg a film is published unknown, with one warning`() throws {
        let bare = Videos(cacheFolder: folder.path + "/cache", searchPath: "/nowhere")
        #expect(bare.warning == nil, "before the first film")
        #expect(try bare.facts(of: folder.write([0, 0, 0, 24] + Array("ftypmp42".utf8), "a.mp4"), shownAs: "content/a.mp4") == nil)
        #expect(bare.warning?.help == ["install it: apt install ffmpeg"])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cache"))
    }

    @Test func `facts survive the cache, unknown ones too`() {
        let all = VideoFacts(mediaType: "video/mp4", durationMilliseconds: 1, width: 2, height: 3, videoCodec: "h264", audioCodec: "aac", pixelFormat: "yuv420p")
        let few = VideoFacts(mediaType: "video/webm", durationMilliseconds: nil, width: nil, height: nil, videoCodec: nil, audioCodec: "opus", pixelFormat: nil)
        for facts in [all, few] { #expect(VideoFacts(text: facts.text) == facts) }
        #expect(VideoFacts(text: "") == nil && VideoFacts(text: "type=video/mp4\n") == nil)
    }

    @Test(arguments: [
        ("hevc", "yuv420p", "aac", ["its pictures (hevc)"]), ("h264", "yuv422p10le", "aac", ["its colours (yuv422p10le)"]),
        ("h264", "yuv420p", "ac3", ["its sound (ac3)"]), ("av1", "yuv420p10le", "opus", []),
    ] as [(String, String, String, [String])])
    func `what some browsers cannot play is named`(video: String, pixels: String, audio: String, hindrances: [String]) {
        let facts = VideoFacts(mediaType: "video/mp4", durationMilliseconds: 1, width: 2, height: 2, videoCodec: video, audioCodec: audio, pixelFormat: pixels)
        #expect(facts.hindrances == hindrances)
    }

    @Test func `pixels that are not square, a cover and a second track do not mislead`() {
        let flat = """
            streams.stream.0.codec_name="mjpeg"
            streams.stream.0.codec_type="video"
            streams.stream.0.width=600
            streams.stream.0.height=600
            streams.stream.0.disposition.attached_pic=1
            streams.stream.1.codec_name="h264"
            streams.stream.1.codec_type="video"
            streams.stream.1.width=720
            streams.stream.1.height=576
            streams.stream.1.sample_aspect_ratio="64:45"
            streams.stream.1.pix_fmt="yuv420p"
            streams.stream.1.disposition.attached_pic=0
            streams.stream.2.codec_name="aac"
            streams.stream.2.codec_type="audio"
            streams.stream.3.codec_name="ac3"
            streams.stream.3.codec_type="audio"
            format.format_name="mov,mp4,m4a,3gp,3g2,mj2"
            format.duration="N/A"
            """
        let facts = VideoFacts(flat: Array(flat.utf8), isWebM: false)
        #expect(facts == VideoFacts(mediaType: "video/mp4", durationMilliseconds: nil, width: 1024, height: 576, videoCodec: "h264", audioCodec: "aac", pixelFormat: "yuv420p"))
        #expect(facts?.warning(shownAs: "content/a.mp4")?.message == "\"a.mp4\" does not say how long it is")
    }
}
