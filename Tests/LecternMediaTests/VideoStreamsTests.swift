import Foundation
import LecternCore
import Synchronization
import Testing

@testable import LecternMedia

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")
private let skipped: Comment = "needs ffmpeg"

private final class Heard: Sendable {
    private let list = Mutex<[FilmProgress]>([])

    func add(_ progress: FilmProgress) { list.withLock { $0.append(progress) } }
    var all: [FilmProgress] { list.withLock { $0 } }
}

@Suite struct VideoStreamsTests {
    let folder: TestFolder
    let videos: Videos

    init() throws {
        folder = try TestFolder()
        videos = Videos(cacheFolder: folder.path + "/cache")
    }

    private static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]

    /// Makes a film of a moving test picture and a tone.
    private func film(
        _ name: String, seconds: Int = 9, size: String = "160x90", rate: String = "10", _ options: [String] = h264
    ) throws -> String {
        let path = "\(folder.path)/\(name)"
        let output = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=\(rate):duration=\(seconds)"]
                + ["-f", "lavfi", "-i", "sine=duration=\(seconds)"] + options + ["file:" + path])
        try #require(output.succeeded, "\(output.lastComplaint)")
        return path
    }

    private func stream(_ path: String, _ codecs: StreamCodecs = .common, with videos: Videos? = nil) throws -> FilmStream {
        let videos = videos ?? self.videos
        let facts = try #require(try videos.facts(of: path, shownAs: "content/a.mp4"))
        return try #require(try videos.stream(of: path, shownAs: "content/a.mp4", facts: facts, codecs))
    }

    private func ask(_ arguments: [String]) throws -> [String] {
        let output = try #require(Program.find("ffprobe")).run(["-v", "error"] + arguments)
        try #require(output.succeeded, "\(output.lastComplaint)")
        return String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The bytes of one segment behind its track's head, as a browser has them.
    private func piece(_ track: FilmStream.Track, _ index: Int) throws -> String {
        let bytes = try readFile(track.cacheFile)
        let start = track.segments[..<index].reduce(track.headBytes) { $0 + $1.bytes }
        return try folder.write(Array(bytes[..<track.headBytes] + bytes[start..<start + track.segments[index].bytes]), "piece-\(track.name)-\(index).mp4")
    }

    private func modified(_ path: String) throws -> Date {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film is cut every four seconds, in every size at the same times, and each piece begins with a key frame`() throws {
        let stream = try stream(film("a.mp4", size: "960x540", rate: "30000/1001"))
        #expect(stream.pictures.map(\.name) == ["360", "540"])
        #expect(stream.pictures.map(\.width) == [640, 960] && stream.pictures.map(\.height) == [360, 540])
        #expect(stream.pictures.allSatisfy { $0.codecs.hasPrefix("avc1.64") })
        #expect(stream.sound?.codecs == "mp4a.40.2")
        for track in stream.pictures {
            #expect(track.segments.count == 3)
            var start = 0
            for (index, segment) in track.segments.enumerated() {
                let frames = try ask(["-select_streams", "v", "-show_entries", "packet=dts,flags", "-of", "csv=p=0", piece(track, index)])
                let first = try #require(frames.first?.split(separator: ","))
                // A key frame is shown when it is decoded; what ffprobe calls its pts is shifted by frames that come later.
                #expect(Int(first[0]) == start, "nothing is missing between two pieces, nor before the first")
                #expect(first[1].hasPrefix("K"))
                #expect(abs(Double(start) / Double(track.timescale) - Double(4 * index)) < 0.034)
                start += segment.ticks
            }
        }
        let sound = try #require(stream.sound)
        #expect(sound.segments.count == 3)
        let length = Double(sound.durationTicks) / Double(sound.timescale)
        #expect(abs(length - 9) < 0.04, "sound is as long as the pictures: \(length)")
        #expect(try ask(["-show_entries", "packet=pts", "-of", "csv=p=0", piece(sound, 0)]).first == "0")
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `AV1 and Opus lie beside H.264 and AAC, cut every four seconds as well, and as long`() throws {
        let path = try film("a.mp4", size: "640x360", rate: "30000/1001")
        let common = try stream(path), made = try stream(path, .av1)
        #expect(made.tracks.map(\.name) == ["360-av1", "sound-opus"] && made.tracks.map(\.label) == ["360", "sound"])
        #expect(made.pictures[0].codecs.wholeMatch(of: /av01\.0\.0[0-4]M\.08/) != nil && made.sound?.codecs == "opus", "\(made.pictures[0].codecs)")
        for track in made.tracks {
            #expect(track.segments.count == 3)
            #expect(abs(Double(track.durationTicks) / Double(track.timescale) - 9) < 0.04, "\(track.name)")
            for index in track.segments.indices {
                let first = try #require(try ask(["-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", piece(track, index)]).first?.split(separator: ","))
                let start = try #require(Double(first[0]))
                #expect(first[1].hasPrefix("K") && abs(start - Double(4 * index)) < 0.03, "\(track.name) \(index): \(first)")
            }
        }
        let again = try (stream(path), stream(path, .av1))
        #expect(again == (common, made), "both found again")
    }

    @Test(.enabled(if: ffmpeg != nil, skipped), arguments: [["-filter_complex", "[0:v]trim=end=5[v]", "-map", "[v]", "-map", "1:a"], ["-af", "atrim=end=3.3"]])
    func `pictures or sound that end early last as long as the film`(cut: [String]) throws {
        let stream = try stream(film("a.mp4", cut + Self.h264))
        for track in stream.tracks {
            let seconds = Double(track.durationTicks) / Double(track.timescale)
            #expect(abs(seconds - 9) < 0.04, "\(track.name): \(seconds)")
            #expect(track.segments.count == 3)
        }
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film whose length is not known lasts until its last picture`() throws {
        // As a browser records: nobody comes back to the head to write the length.
        let path = try film("a.webm", seconds: 6, ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-live", "1"])
        try #require(try videos.facts(of: path, shownAs: "a.webm")?.durationMilliseconds == nil)
        for track in try stream(path).tracks { #expect(abs(Double(track.durationTicks) / Double(track.timescale) - 6) < 0.1) }
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a track for sound with nothing in it is left out, and this is known of the film`() throws {
        let path = try film("a.mp4", seconds: 5, Self.h264 + ["-bsf:a", "noise=drop=1", "-movflags", "+empty_moov+frag_keyframe"])
        try #require(try ask(["-show_entries", "stream=codec_type", "-of", "csv=p=0", path]) == ["video", "audio"])
        let made = try stream(path)
        #expect(made.sound == nil && made.lacksSound)
        #expect(try stream(path) == made)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film that changes while it is made leaves nothing behind that another build would take`() throws {
        let path = try film("a.mp4", seconds: 5)
        let busy = Videos(cacheFolder: folder.path + "/cache") { _ in
            guard let file = FileHandle(forWritingAtPath: path) else { return }
            file.seekToEndOfFile()
            file.write(Data([0]))
            file.closeFile()
        }
        #expect(throws: Problem.self) { try stream(path, with: busy) }
        for digest in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/streams") {
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/streams/" + digest) == [".lock"])
        }
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `how far the work is can be heard`() throws {
        let heard = Heard()
        let path = try film("a.mp4", seconds: 5, size: "640x360")
        _ = try stream(path, with: Videos(cacheFolder: folder.path + "/cache") { heard.add($0) })
        let shares = heard.all.map(\.share)
        #expect(Set(heard.all.map(\.part)) == ["360", "sound"] && heard.all.allSatisfy { $0.file == "content/a.mp4" })
        #expect(shares == shares.sorted() && shares[0] == 0 && shares.last! > 0.9)
    }

    @Test func `ffmpeg's report of its progress is read line by line`() {
        var output = Array("frame=1\nout_time_us=N/A\nout_time_us=40000\nprogress=continue\nout_time_us=80000\nout_t".utf8)
        #expect(StreamMeter.microseconds(taking: &output) == 80000)
        #expect(output == Array("out_t".utf8))
        #expect(StreamMeter.microseconds(taking: &output) == nil)
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `the same film gives the same bytes in another cache`() throws {
        let path = try film("a.mp4", seconds: 5, size: "640x360")
        let one = try stream(path), two = try stream(path, with: Videos(cacheFolder: folder.path + "/other"))
        #expect(one.tracks.count == 2 && one.text == two.text)
        for (left, right) in zip(one.tracks, two.tracks) { #expect(try readFile(left.cacheFile) == readFile(right.cacheFile)) }
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `what is made stays: under another name, and when the rest of the work was broken off`() throws {
        let path = try film("a.mp4", seconds: 5)
        let made = try stream(path)
        let sound = try #require(made.sound).cacheFile, pictures = made.pictures[0].cacheFile
        let times = try [modified(sound), modified(pictures)]
        let renamed = folder.path + "/b.mp4"
        try FileManager.default.copyItem(atPath: path, toPath: renamed)
        #expect(try stream(renamed) == made)
        #expect(try [modified(sound), modified(pictures)] == times)
        // As a build leaves it that is killed before the end: one file whole, one not there, a half one beside them.
        let cache = String(pictures[..<pictures.lastIndex(of: "/")!])
        try FileManager.default.removeItem(atPath: cache + "/index.txt")
        try Data(readFile(pictures).prefix(3000)).write(to: URL(fileURLWithPath: cache + "/.1-90"))
        try FileManager.default.removeItem(atPath: pictures)
        #expect(try stream(path) == made)
        #expect(try modified(sound) == times[0], "the sound was whole, and was not made again")
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache).sorted() == [".lock", "90.mp4", "index.txt", "sound.mp4"])
        // A file that lost its end, however that happened.
        try Data(readFile(pictures).dropLast(1)).write(to: URL(fileURLWithPath: pictures))
        #expect(try stream(path) == made)
        #expect(try readFile(pictures).count == made.pictures[0].segments.reduce(made.pictures[0].headBytes) { $0 + $1.bytes })
    }

    @Test(.enabled(if: ffmpeg != nil, skipped), arguments: ["volume=0.2", "volume=7"])
    func `loud and quiet sound alike becomes as loud as a lecture should be`(volume: String) throws {
        let stream = try stream(film("a.mp4", seconds: 6, ["-af", volume] + Self.h264))
        let report = try #require(ffmpeg).run(["-hide_banner", "-nostats", "-i", #require(stream.sound).cacheFile, "-af", "ebur128=framelog=verbose", "-f", "null", "-"])
        #expect(abs(StreamEncoding.gain(report: report.complaint)) <= 1, "what is missing to -16 LUFS")
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a recording of an uneven rate, without sound, in a Matroska file, becomes even`() throws {
        let uneven = ["-vf", "select='not(mod(n,3))+lt(mod(n,20),7)'", "-vsync", "vfr", "-an", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
        let stream = try stream(film("a screen's 录屏.mkv", rate: "30", uneven))
        #expect(stream.sound == nil)
        let times = try ask(["-show_entries", "packet=duration", "-of", "csv=p=0", stream.pictures[0].cacheFile])
        #expect(Set(times).count == 1, "every picture lasts as long as every other")
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `a film of finer light and colours than screens have is brought down to theirs, and one held upright stands`() throws {
        let fine = try film(
            "fine.mp4", seconds: 1,
            ["-vf", "format=yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-c:v", "libx264", "-preset", "ultrafast"])
        let made = try stream(fine)
        let facts = try ask(["-show_entries", "stream=pix_fmt,color_transfer", "-of", "csv=p=0", made.pictures[0].cacheFile])
        #expect(facts == ["yuv420p,bt709"])

        let lying = try film("lying.mp4", seconds: 1)
        let upright = folder.path + "/upright.mp4"
        let program = try #require(ffmpeg)
        let options = [["-display_rotation", "90", "-i", lying, "-c", "copy"], ["-i", lying, "-c", "copy", "-metadata:s:v:0", "rotate=90"]]
        try #require(try options.contains { try program.run(["-y", "-v", "error"] + $0 + [upright]).succeeded })
        let picture = try stream(upright).pictures[0]
        #expect(picture.width == 90 && picture.height == 160)
        #expect(try ask(["-show_entries", "stream=width,height", "-of", "csv=p=0", picture.cacheFile]).first == "90,160")
    }

    @Test(.enabled(if: ffmpeg != nil, skipped))
    func `sound alone, and a machine without ffmpeg, make no stream`() throws {
        let talk = try film("talk.m4a", seconds: 1, ["-vn", "-c:a", "aac"])
        #expect(try videos.stream(of: talk, shownAs: "content/talk.m4a", facts: #require(try videos.facts(of: talk, shownAs: "content/talk.m4a"))) == nil)
        let path = try film("a.mp4", seconds: 1)
        let facts = try #require(try videos.facts(of: path, shownAs: "content/a.mp4"))
        let bare = Videos(cacheFolder: folder.path + "/bare", searchPath: "/nowhere")
        #expect(try bare.stream(of: path, shownAs: "content/a.mp4", facts: facts) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/bare"))
    }

    @Test func `no size is larger than the film, and its own is among them`() {
        func sizes(_ width: Int, _ height: Int) -> [String] { StreamLadder(width: width, height: height).rungs.map { "\($0.width)x\($0.height)" } }
        #expect(sizes(3840, 2160) == ["640x360", "960x540", "1280x720", "1920x1080"])
        #expect(sizes(1920, 1080) == ["640x360", "960x540", "1280x720", "1920x1080"])
        #expect(sizes(1080, 1920) == ["360x640", "540x960", "720x1280", "1080x1920"])
        #expect(sizes(1440, 900) == ["576x360", "864x540", "1152x720", "1440x900"])
        #expect(sizes(1280, 800) == ["576x360", "864x540", "1280x800"], "720 is too near to 800 to be worth it")
        #expect(sizes(640, 480) == ["480x360", "640x480"])
        #expect(sizes(161, 91) == ["160x90"], "H.264 wants even sides")
    }

    @Test func `a film keeps its rate where it has one`() {
        #expect(FilmSource.rate(average: "30000/1001", nominal: "30000/1001") == "30000/1001")
        #expect(FilmSource.rate(average: "15/1", nominal: "15/1") == "15/1")
        #expect(FilmSource.rate(average: "2997/100", nominal: "30/1") == "30/1")
        #expect(FilmSource.rate(average: "17/1", nominal: "90000/1") == "24")
        #expect(FilmSource.rate(average: "59/1", nominal: "120/1") == "60")
        #expect(FilmSource.rate(average: "120/1", nominal: "120/1") == "60")
        #expect(FilmSource.rate(average: "0/0", nominal: "0/0") == "30")
        #expect(FilmSource.rate(average: "1/2", nominal: "1/2") == "10")
    }

    @Test func `what the cache keeps of a stream is read as it was written, and nothing else is`() throws {
        let track = FilmStream.Track(
            cacheFile: "/c/360.mp4", name: "360", width: 640, height: 360, codecs: "avc1.64001e", timescale: 15360, headBytes: 800,
            segments: [.init(bytes: 9000, ticks: 61440), .init(bytes: 20, ticks: 512)])
        var sound = track
        (sound.name, sound.cacheFile, sound.width, sound.height, sound.codecs) = ("sound", "/c/sound.mp4", 0, 0, "mp4a.40.2")
        let stream = try #require(FilmStream(tracks: [track, sound]))
        #expect(FilmStream(text: stream.text) { "/c/\($0).mp4" } == stream)
        #expect(stream.pictures[0].peakBitrate == 18000)
        var silent = stream
        (silent.sound, silent.lacksSound) = (nil, true)
        #expect(FilmStream(text: silent.text) { "/c/\($0).mp4" } == silent)
        for broken in ["", "360 640 360 avc1.64001e 15360 800\n", "5 5\n", stream.text + "x\n"] { #expect(FilmStream(text: broken) { $0 } == nil) }
        var shifted = track
        shifted.name = "540"
        shifted.segments[0].ticks += 512
        #expect(FilmStream(tracks: [track, shifted]) == nil, "sizes that are cut at other times")
    }

    @Test func `a file that ends in the middle of a piece is no stream`() throws {
        for bytes in [[], Array("no boxes".utf8), [0, 0, 0, 8] + Array("moof".utf8), [0, 0, 0, 200] + Array("moov".utf8) + [0, 0]] as [[UInt8]] {
            #expect(FragmentedFile(try folder.write(bytes, "broken.mp4")) == nil)
        }
        #expect(FragmentedFile(folder.path + "/none.mp4") == nil)
    }
}
