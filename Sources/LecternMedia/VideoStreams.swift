import Glibc
import LecternCore
import LecternCrypto

extension Videos {
    /// Makes a film into a stream, or finds it in the cache: what is made once is never made again, whatever the film's
    /// file is called, and what was whole when the work was broken off stays.
    ///
    /// Made with ffmpeg, a size at a time, which takes about as long as the film lasts. Another process that makes the same
    /// is waited for.
    /// - Parameters:
    ///   - path: absolute.
    ///   - facts: of this film.
    ///   - makes: false takes only what is in the cache.
    /// - Returns: nil when it has no pictures, ffmpeg is not installed, or it is not in the cache and not to be made.
    public func stream(
        of path: String, shownAs file: String, facts: VideoFacts, _ codecs: StreamCodecs = .common, makes: Bool = true
    ) throws(Problem) -> FilmStream? {
        guard facts.videoCodec != nil, let width = facts.width, let height = facts.height, let (ffprobe, ffmpeg) = programPair else { return nil }
        let identity = try Self.identity(path, file)
        let folder = try CacheFolder(cacheFolder + "/streams/" + streamsName(of: path, identity, file))
        if let known = Self.known(in: folder, codecs) { return known }
        guard makes else { return nil }
        return try folder.alone { () throws(Problem) in
            if let known = Self.known(in: folder, codecs) { return known }
            let source = try Self.source(ffprobe, ffmpeg, path, file, stated: facts.durationMilliseconds)
            let rungs = StreamLadder(width: width, height: height).rungs
            let work = StreamWork(
                ffmpeg: ffmpeg, path: path, file: file, identity: identity, source: source, folder: folder,
                meter: StreamMeter(file, rungs, hasSound: source.soundChannels != nil, codecs, in: folder, heard: heard), codecs: codecs)
            var tracks: [FilmStream.Track] = []
            for rung in rungs { tracks.append(try work.pictures(rung)) }
            if source.soundChannels != nil { tracks.append(try work.sound()) }
            guard var stream = FilmStream(tracks: tracks) else {
                for track in tracks { folder.remove(track.name + ".mp4") }
                throw Problem(.error, "this film cannot be made into a stream: its sizes do not fit together", file: file, help: ["build once more"])
            }
            stream.lacksSound = source.hasEmptySound
            try folder.write(Array(stream.text.utf8), to: codecs.indexName)
            return stream
        }
    }

    static func source(
        _ ffprobe: Program, _ ffmpeg: Program, _ path: String, _ file: String, stated: Int?
    ) throws(Problem) -> FilmSource {
        let input = ["-i", "file:" + path]
        let answer = try run(ffprobe, guarded + FilmSource.question + input, file, seconds: 120)
        guard answer.succeeded, var source = FilmSource(flat: answer.bytes) else { throw noStream(answer, file) }
        if source.soundChannels != nil {
            let sound = try run(ffprobe, guarded + FilmSource.soundQuestion + input, file, seconds: 1800)
            source.hasEmptySound = sound.succeeded && sound.bytes.isEmpty
            if source.hasEmptySound { source.soundChannels = nil }
        }
        source.milliseconds = try length(ffmpeg, path, file, stated: stated)
        return source
    }

    /// What the file says of its length is exact where it is true, so it is compared with what is there.
    /// - Returns: in milliseconds.
    private static func length(_ ffmpeg: Program, _ path: String, _ file: String, stated: Int?) throws(Problem) -> Int {
        var microseconds = 0
        let arguments = ["-nostdin", "-nostats", "-progress", "pipe:1"] + guarded + StreamEncoding.length(input: ["-i", "file:" + path])
        let answer = try run(ffmpeg, arguments, file, seconds: 1800) { output in
            microseconds = StreamMeter.microseconds(taking: &output) ?? microseconds
        }
        guard answer.succeeded, microseconds > 0 else { throw noStream(answer, file) }
        let measured = (microseconds + 999) / 1000
        if let stated, abs(stated - measured) < 1000 { return stated }
        return measured
    }

    /// Of the folder of the cache that a film's stream lies in.
    func streamsName(of path: String) throws(Problem) -> String { try streamsName(of: path, Self.identity(path, path), path) }

    func streamsName(of path: String, _ identity: String, _ file: String) throws(Problem) -> String {
        try sourceDigest(of: path, identity, file) + "-" + StreamEncoding.recipe
    }

    var programPair: (Program, Program)? {
        let programs = programs
        guard let ffprobe = programs.ffprobe, let ffmpeg = programs.ffmpeg else { return nil }
        return (ffprobe, ffmpeg)
    }

    private static func known(in folder: CacheFolder, _ codecs: StreamCodecs) -> FilmStream? {
        guard let text = folder.read(codecs.indexName, limitBytes: 16 << 20) else { return nil }
        guard let stream = FilmStream(text: String(decoding: text, as: UTF8.self), file: { folder.file($0 + ".mp4") }) else { return nil }
        let isWhole = stream.tracks.allSatisfy { track in
            folder.size(of: track.name + ".mp4") == track.segments.reduce(track.headBytes) { $0 + $1.bytes }
        }
        return isWhole ? stream : nil
    }

    /// Of the film's bytes. Read once for a file: under what the file system says of it the cache keeps the answer.
    private func sourceDigest(of path: String, _ identity: String, _ file: String) throws(Problem) -> String {
        let folder = try CacheFolder(cacheFolder + "/video")
        let name = "\(identity)-digest.txt"
        if let known = folder.read(name, limitBytes: 64), known.count == 32 { return String(decoding: known, as: UTF8.self) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(.error, "this film cannot be read: \(String(cString: strerror(errno)))", file: file) }
        defer { close(descriptor) }
        let digest = StreamDigest()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let got = read(descriptor, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Problem(.error, "this film cannot be read: \(String(cString: strerror(errno)))", file: file) }
            if got == 0 { break }
            buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
        }
        let text = digest.digest().hex(16)
        guard try Self.identity(path, file) == identity else { throw Self.changed(file) }
        try folder.write(Array(text.utf8), to: name)
        return text
    }

    static func changed(_ file: String) -> Problem {
        Problem(.error, "this film changed while it was read", file: file, help: ["build once more"])
    }
}
