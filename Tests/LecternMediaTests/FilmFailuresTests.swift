import Foundation
import LecternCore
import Testing

@testable import LecternMedia

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")

/// What a creator hears when it is not the film that is at fault, or not as a whole.
@Suite(.enabled(if: ffmpeg != nil, "needs ffmpeg")) struct FilmFailuresTests {
    let folder: TestFolder
    let film: String

    init() throws {
        folder = try TestFolder()
        film = folder.path + "/我的 film 🎬 (1).mp4"
        let made = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=5:duration=5", "-f", "lavfi", "-i", "sine=duration=5"]
                + ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "file:" + film])
        try #require(made.succeeded, "\(made.lastComplaint)")
    }

    /// Programs of which ffmpeg does `instead` when it is to encode pictures, and all else as ever.
    private func videos(encoding instead: String) throws -> Videos {
        let programs = folder.path + "/programs"
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        let path = try folder.write(
            Array("#!/bin/sh\ncase \"$*\" in *libx264*) \(instead) ;; esac\nexec \(try #require(ffmpeg).path) \"$@\"\n".utf8), "programs/ffmpeg")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        if !FileManager.default.fileExists(atPath: programs + "/ffprobe") {
            try FileManager.default.createSymbolicLink(atPath: programs + "/ffprobe", withDestinationPath: #require(Program.find("ffprobe")).path)
        }
        return Videos(cacheFolder: folder.path + "/cache", searchPath: programs)
    }

    private func stream(_ videos: Videos) throws -> FilmStream? {
        let facts = try #require(try videos.facts(of: film, shownAs: "content/a.mp4"))
        return try videos.stream(of: film, shownAs: "content/a.mp4", facts: facts)
    }

    @Test(arguments: [
        ("echo 'av_interleaved_write_frame(): No space left on device' >&2; echo 'Conversion failed!' >&2; exit 1", "the disk is full", "make room"),
        ("kill -9 $$", "ended by signal 9", "memory ran short"),
        ("echo 'x264 [error]: malloc of size 9 failed: Cannot allocate memory' >&2; exit 1", "not enough memory", "a machine with more"),
        ("echo \"Unknown encoder 'libx264'\" >&2; exit 1", "Unknown encoder 'libx264'", "apt install ffmpeg"),
        ("echo 'a.mp4: Invalid data found' >&2; echo 'Conversion failed!' >&2; exit 1", "a.mp4: Invalid data found", "export it again"),
    ])
    func `whatever fails is named with what mends it, and the next build makes up for it`(instead: String, said: String, mend: String) throws {
        let broken = try videos(encoding: instead)
        let problem = #expect(throws: Problem.self) { try stream(broken) }
        #expect(problem?.severity == .error && problem?.file == "content/a.mp4")
        #expect(problem?.message.contains(said) == true && problem?.help.joined().contains(mend) == true, "\(problem?.description ?? "")")
        let made = try #require(try stream(videos(encoding: ":")))
        #expect(made.pictures.count == 1 && made.sound != nil)
    }

    @Test func `an encoder that goes on for nothing leaves no file behind that a later build would take`() throws {
        let empty = try videos(encoding: "for last; do :; done; printf '' > \"${last#file:}\"; exit 0")
        #expect(throws: Problem.self) { try stream(empty) }
        #expect(try #require(try stream(videos(encoding: ":"))).pictures.first?.segments.count == 2)
    }

    @Test func `twelve hours are as many pieces as they are long, and the cache reads them back`() throws {
        let piece = FilmStream.Segment(bytes: 1_250_000, ticks: 61440)
        let track = FilmStream.Track(
            cacheFile: "/c/1080.mp4", name: "1080", width: 1920, height: 1080, codecs: "avc1.640028", timescale: 15360, headBytes: 800,
            segments: Array(repeating: piece, count: 12 * 3600 / 4))
        let stream = try #require(FilmStream(tracks: [track]))
        #expect(FilmStream(text: stream.text) { "/c/\($0).mp4" } == stream)
        #expect(stream.pictures[0].durationTicks / 15360 == 12 * 3600)
    }
}
