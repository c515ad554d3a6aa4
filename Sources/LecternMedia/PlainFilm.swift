import Glibc
import LecternCore

extension Videos {
    /// Makes a film into one file that every browser plays while it loads, without a script: MP4 with H.264 and AAC, its
    /// head at the start. What is right already is not encoded anew: pictures and sound are each taken as they are where
    /// browsers know them, and a file that is right as a whole is left alone.
    /// - Parameters:
    ///   - path: absolute.
    ///   - facts: of this film.
    ///   - makes: false takes only what is in the cache.
    /// - Returns: a file in the cache; nil when the film's own is to be published: since it is right, has no pictures, ffmpeg
    ///   is not installed, or nothing is in the cache and nothing to be made.
    public func plain(of path: String, shownAs file: String, facts: VideoFacts, makes: Bool = true) throws(Problem) -> String? {
        guard let wanted = PlainFilm(path, facts), let width = facts.width, let height = facts.height, let (ffprobe, ffmpeg) = programPair
        else { return nil }
        let identity = try Self.identity(path, file)
        let folder = try CacheFolder(cacheFolder + "/streams/" + streamsName(of: path, identity, file))
        func known() -> String? { folder.size(of: Self.plainName) ?? 0 > 0 ? folder.file(Self.plainName) : nil }
        if let known = known() { return known }
        guard makes else { return nil }
        return try folder.alone { () throws(Problem) in
            if let known = known() { return known }
            let source = try Self.source(ffprobe, ffmpeg, path, file, stated: facts.durationMilliseconds)
            let rungs = wanted.encodesPictures ? StreamLadder(width: width, height: height).rungs.suffix(1) : []
            let encodesSound = wanted.encodesSound && source.soundChannels != nil
            let work = StreamWork(
                ffmpeg: ffmpeg, path: path, file: file, identity: identity, source: source, folder: folder,
                meter: StreamMeter(file, Array(rungs), hasSound: encodesSound, in: folder, heard: heard))
            var pictures: FilmStream.Track?, sound: FilmStream.Track?
            for rung in rungs { pictures = try work.pictures(rung) }
            if encodesSound { sound = try work.sound() }
            return try work.plain(pictures: pictures, sound: sound)
        }
    }

    /// Whether the film's own file is not what browsers play while it loads.
    public func needsPlain(_ path: String, _ facts: VideoFacts) -> Bool { PlainFilm(path, facts) != nil }

    /// Whether ffmpeg is there to make this film into what browsers play.
    public func canMake(_ facts: VideoFacts) -> Bool { facts.videoCodec != nil && facts.width != nil && programPair != nil }

    /// Another name whenever what comes out changes.
    static let plainName = "plain-1.mp4"
}

/// What keeps a film's own file from being what browsers play while it loads.
struct PlainFilm: Hashable {
    var encodesPictures: Bool
    var encodesSound: Bool

    /// - Returns: nil when nothing does.
    init?(_ path: String, _ facts: VideoFacts) {
        guard let codec = facts.videoCodec else { return nil }
        let isWebM = facts.mediaType == "video/webm"
        if isWebM, facts.hindrances.isEmpty { return nil }
        let isStandard = codec != "h264" || ["yuv420p", "yuvj420p", "gray"].contains(facts.pixelFormat ?? "yuv420p")
        encodesPictures = !["h264", "vp9", "av1"].contains(codec) || !isStandard || Self.isHeavy(path, facts)
        encodesSound = facts.audioCodec.map { !["aac", "mp3", "opus", "flac"].contains($0) } ?? false
        let name = path.lowercased()
        let isInPlace = facts.mediaType == "video/mp4" && (name.hasSuffix(".mp4") || name.hasSuffix(".m4v")) && Self.headComesFirst(path)
        if !encodesPictures, !encodesSound, isInPlace { return nil }
    }

    /// Whether it asks more of the network than films of its size need, as cameras' files do.
    private static func isHeavy(_ path: String, _ facts: VideoFacts) -> Bool {
        var info = stat()
        guard let milliseconds = facts.durationMilliseconds, let width = facts.width, let height = facts.height, stat(path, &info) == 0,
            let largest = StreamLadder(width: width, height: height).rungs.last
        else { return false }
        // Sound has its own share, and what is a little above is not worth a second encoding.
        return Double(info.st_size) * 8000 / Double(milliseconds) > Double(largest.limitBitrate) * 1.5 + 256_000
    }

    /// Whether a browser learns what the file holds before it has loaded its pictures (ISO/IEC 14496-12: `moov` before `mdat`).
    static func headComesFirst(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return false }
        let end = Int(info.st_size)
        var at = 0
        while at < end, let head = FragmentedFile.read(descriptor, at, min(16, end - at)), let box = Box(Bytes(head), at: 0) {
            if box.name == "moov" { return true }
            if box.name == "mdat" { return false }
            at += box.size
        }
        return false
    }
}
