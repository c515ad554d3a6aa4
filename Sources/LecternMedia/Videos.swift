import Glibc
import LecternCore
import LecternCrypto
import Synchronization

/// A frame of a film, as JPEG in the cache. Link or copy it, never change it.
public struct Poster: Sendable, Hashable {
    public var cacheFile: String
    /// Of the file's bytes, the first four, in hexadecimal: for a name that never means anything else.
    public var digest: String
    public var width: Int
    public var height: Int
}

/// Asks ffmpeg about films, once for each: the cache keeps the answers, under what the file system says of the file
/// (size, time of change, number), since reading gigabytes for a digest would take longer than asking again.
///
/// Programs are looked for at the first film. Without them length and size are unknown, and `warning` says what to install.
public final class Videos: Sendable {
    let cacheFolder: String
    private let searchPath: String?
    let heard: @Sendable (FilmProgress) -> Void
    private let found = Mutex<(ffprobe: Program?, ffmpeg: Program?)?>(nil)

    /// - Parameters:
    ///   - cacheFolder: absolute; `video/` is made in it when the first film comes.
    ///   - searchPath: where programs are looked for; default: `PATH`.
    ///   - heard: is told now and then how far the work on a film is.
    public init(cacheFolder: String, searchPath: String? = nil, heard: @escaping @Sendable (FilmProgress) -> Void = { _ in }) {
        self.cacheFolder = cacheFolder
        self.heard = heard
        self.searchPath = searchPath
    }

    /// What is missing on this machine, once for the site; nil when all is there or no film was asked for.
    public var warning: Problem? {
        found.withLock { found in
            guard let found, found.ffprobe == nil || found.ffmpeg == nil else { return nil }
            return Problem(
                .warning,
                "films have no length, no size and no poster, and those of paid lessons are loaded whole before they play: ffmpeg is not installed",
                file: "", help: ["install it: apt install ffmpeg"])
        }
    }

    /// - Parameter path: absolute.
    /// - Returns: nil when ffprobe is not installed.
    /// - Throws: a `Problem` when the file is missing, empty, no film, or cut off.
    public func facts(of path: String, shownAs file: String) throws(Problem) -> VideoFacts? {
        let identity = try Self.identity(path, file)
        let head = try Self.head(path, file)
        guard let ffprobe = programs.ffprobe else { return nil }
        let folder = try CacheFolder(cacheFolder + "/video")
        let name = "\(identity)-\(Self.recipe).txt"
        if let known = folder.read(name, limitBytes: 4096), let facts = VideoFacts(text: String(decoding: known, as: UTF8.self)) {
            return facts
        }
        let question = ["-of", "flat", "-show_entries", Self.entries, "-read_intervals", "999999%+#1", "-i", "file:" + path]
        let output = try Self.run(ffprobe, Self.guarded + question, file, seconds: 120)
        let complaint = String(decoding: output.complaint, as: UTF8.self)
        let isWebM = head.firstRange(of: Array("webm".utf8)) != nil
        guard output.succeeded, let facts = VideoFacts(flat: output.bytes, isWebM: isWebM) else {
            if !output.succeeded, let problem = Self.machineFailure(output, file) { throw problem }
            throw Self.noFilm(file, Self.isUnfinished(complaint) && head.firstRange(of: Array("ftyp".utf8)) != nil)
        }
        // A seek far past the end lands on the last frame; where that is missing, so is the end of the file.
        let hasEnd = output.bytes.firstRange(of: Array("packets.packet.0.".utf8)) != nil
        guard hasEnd, !Self.isUnfinished(complaint) else { throw Self.noFilm(file, true) }
        try folder.write(Array(facts.text.utf8), to: name)
        return facts
    }

    /// A frame that shows something: of a few key frames near the start, the one that is most like the others
    /// (ffmpeg's `thumbnail` filter), so neither a black one nor a fade.
    /// - Parameter facts: of this film.
    /// - Returns: nil when the film has no pictures, or ffmpeg is not installed.
    public func poster(of path: String, shownAs file: String, facts: VideoFacts) throws(Problem) -> Poster? {
        guard facts.videoCodec != nil, let ffmpeg = programs.ffmpeg else { return nil }
        let folder = try CacheFolder(cacheFolder + "/video")
        let identity = try Self.identity(path, file)
        let name = "\(identity)-\(Self.recipe).jpg"
        if folder.size(of: name) == nil {
            let temporary = folder.temporary("\(identity).jpg")
            defer { folder.remove(temporary) }
            let start = (facts.durationMilliseconds ?? 0) / 20
            let input = ["-ss", "\(start)ms", "-i", "file:" + path, "-map", "0:V:0"]
            let filter = "thumbnail=8,scale=w=iw*sar:h=ih,scale=w='min(1280,iw)':h=-2,setsar=1"
            let result = ["-vf", filter, "-frames:v", "1", "-q:v", "4", "-pix_fmt", "yuvj420p", "-map_metadata", "-1", "-bitexact"]
            var output: Program.Output
            var isMade = false
            // Key frames alone are quick to read; a film of a few seconds may have none but its first.
            var choices = [["-skip_frame", "nokey"], []]
            repeat {
                output = try Self.run(
                    ffmpeg,
                    ["-nostdin", "-y", "-threads", "1"] + Self.guarded + choices.removeFirst() + input + result
                        + ["-f", "mjpeg", "file:" + folder.file(temporary)],
                    file, seconds: 300)
                if !output.succeeded, let problem = Self.machineFailure(output, file) { throw problem }
                isMade = output.succeeded && folder.size(of: temporary) ?? 0 > 0
            } while !isMade && !choices.isEmpty
            guard isMade else {
                throw Problem(
                    .error, "no picture could be taken from this film: \(output.lastComplaint)", file: file,
                    help: ["export the film again"])
            }
            try folder.rename(temporary, to: name)
        }
        guard let bytes = folder.read(name, limitBytes: 16 << 20), let header = try? imageHeader(bytes) else {
            folder.remove(name)
            throw Problem(.error, "no picture could be taken from this film", file: file, help: ["build once more"])
        }
        return Poster(cacheFile: folder.file(name), digest: Digest(bytes).hex(4), width: header.width, height: header.height)
    }

    var programs: (ffprobe: Program?, ffmpeg: Program?) {
        found.withLock { found in
            if let found { return found }
            func find(_ name: String) -> Program? { searchPath.map { Program.find(name, searchPath: $0) } ?? Program.find(name) }
            let programs = (find("ffprobe"), find("ffmpeg"))
            found = programs
            return programs
        }
    }

    /// Raised whenever what is asked, or how a poster is made, changes.
    private static let recipe = "1"

    private static let entries =
        "format=format_name,duration:stream=codec_type,codec_name,pix_fmt,width,height,sample_aspect_ratio"
        + ":stream_disposition=attached_pic:stream_side_data=rotation:stream_tags=rotate:packet=pts_time"

    /// Nothing but this one file, as nothing but a film: a playlist named `.mp4` would have other files read.
    static let guarded = ["-v", "error"] + guardedInput

    static let guardedInput = [
        "-protocol_whitelist", "file", "-format_whitelist",
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,mp3,wav,flac,aac",
    ]

    static func run(
        _ program: Program, _ arguments: [String], _ file: String, seconds: Double, heard: (inout [UInt8]) -> Void = { _ in }
    ) throws(Problem) -> Program.Output {
        do {
            return try program.run(arguments, limits: .init(seconds: seconds, outputBytes: 1 << 20, memoryBytes: 4 << 30), heard: heard)
        } catch {
            throw Problem(.error, "this film cannot be read: \(error)", file: file, help: ["export the film again"])
        }
    }

    private static func isUnfinished(_ complaint: String) -> Bool {
        ["moov atom not found", "ended prematurely", "partial file"].contains { complaint.contains($0) }
    }

    private static func noFilm(_ file: String, _ isCutOff: Bool) -> Problem {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return isCutOff
            ? Problem(
                .error, "\"\(name)\" is cut off: its end is missing", file: file,
                help: ["copy it here again, or export it again"])
            : Problem(
                .error, "\"\(name)\" is no film that ffmpeg knows", file: file,
                help: ["export it as MP4 with H.264 and AAC"])
    }

    static func identity(_ path: String, _ file: String) throws(Problem) -> String {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw Problem(.error, "this film cannot be read: \(String(cString: strerror(errno)))", file: file)
        }
        guard info.st_mode & S_IFMT == S_IFREG else { throw Problem(.error, "this is not a plain file", file: file) }
        return Digest("\(info.st_dev) \(info.st_ino) \(info.st_size) \(info.st_mtim.tv_sec) \(info.st_mtim.tv_nsec)").hex(16)
    }

    /// The first bytes, enough to tell a film from a text.
    private static func head(_ path: String, _ file: String) throws(Problem) -> [UInt8] {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Problem(.error, "this film cannot be read: \(String(cString: strerror(errno)))", file: file)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let got = read(descriptor, &bytes, bytes.count)
        guard got > 0 else {
            throw Problem(.error, "\"\(name)\" is empty", file: file, help: ["copy it here again, or export it again"])
        }
        bytes.removeLast(bytes.count - got)
        guard !isText(bytes) else {
            throw Problem(.error, "\"\(name)\" holds text and no film", file: file, help: ["copy the film here again"])
        }
        return bytes
    }
}
