import LecternCore

/// Small pictures of a film at even times, on one sheet: what a reader sees of a place before going there.
public struct Storyboard: Sendable, Hashable {
    /// A JPEG in the cache. Link or copy it, never change it.
    public var cacheFile: String
    public var tiles: Tiles

    /// Where on the sheet which time lies. The same for every film of one length and shape.
    public struct Tiles: Sendable, Hashable {
        /// From one picture to the next. Whole pieces of a stream, since those begin with a picture that stands for itself.
        public let stepSeconds: Int
        public let count: Int
        /// Of one picture, in pixels.
        public let width: Int
        public let height: Int

        public static let columns = 10
        private static let limit = 100
        private static let longerSide = 160

        /// - Returns: nil for a film that is over before anybody looks for a place in it.
        init?(durationMilliseconds: Int, width: Int, height: Int) {
            guard durationMilliseconds >= 20_000, width > 0, height > 0 else { return nil }
            let segment = StreamEncoding.segmentSeconds
            let seconds = (durationMilliseconds + 999) / 1000
            stepSeconds = (seconds + segment * Self.limit - 1) / (segment * Self.limit) * segment
            count = (durationMilliseconds + stepSeconds * 1000 - 1) / (stepSeconds * 1000)
            func even(_ length: Int) -> Int { max(2, length * Self.longerSide / max(width, height) / 2 * 2) }
            (self.width, self.height) = (even(width), even(height))
        }

        public var rows: Int { (count + Self.columns - 1) / Self.columns }

        /// Of the upper left corner, in pixels.
        public func place(of index: Int) -> (x: Int, y: Int) { (index % Self.columns * width, index / Self.columns * height) }
    }
}

extension Videos {
    /// Makes a film's storyboard, or finds it in the cache.
    /// - Parameters:
    ///   - stream: of this film, where there is one: its pieces' first pictures are taken, which takes a moment. Else those
    ///     of a short film are taken at their times, and for a long one the key frames before them, or all of an hour would
    ///     have to be decoded for them.
    ///   - makes: false takes only what is in the cache.
    /// - Returns: nil for a short film, or one without pictures or a length; when ffmpeg is not installed; or nothing is in
    ///   the cache and nothing to be made.
    /// - Throws: a warning where the film has no pictures that can be taken: it plays all the same.
    public func storyboard(
        of path: String, shownAs file: String, facts: VideoFacts, stream: FilmStream?, makes: Bool = true
    ) throws(Problem) -> Storyboard? {
        guard facts.videoCodec != nil, let duration = facts.durationMilliseconds, let width = facts.width, let height = facts.height,
            let tiles = Storyboard.Tiles(durationMilliseconds: duration, width: width, height: height), let (_, ffmpeg) = programPair
        else { return nil }
        let identity = try Self.identity(path, file)
        let folder = try CacheFolder(cacheFolder + "/streams/" + streamsName(of: path, identity, file))
        let name = (stream == nil ? "storyboard-film-" : "storyboard-") + Self.storyboardRecipe + ".jpg"
        func known() -> Storyboard? { folder.size(of: name) ?? 0 > 0 ? Storyboard(cacheFile: folder.file(name), tiles: tiles) : nil }
        if let known = known() { return known }
        guard makes else { return nil }
        return try folder.alone { () throws(Problem) in
            if let known = known() { return known }
            let temporary = folder.temporary(name)
            defer { folder.remove(temporary) }
            let source = stream?.pictures.first?.cacheFile
            let output = try Self.run(
                ffmpeg, ["-nostdin", "-y"] + Self.arguments(tiles, film: path, stream: source, to: folder.file(temporary)), file,
                seconds: 1800 + Double(duration) / 1000 * 10)
            if !output.succeeded, let problem = Self.machineFailure(output, file) { throw problem }
            guard output.succeeded, folder.size(of: temporary) ?? 0 > 0 else {
                throw Problem(
                    .warning, "no pictures could be taken from this film, so it cannot be searched by them: \(output.lastComplaint)", file: file,
                    help: ["export the film again if they are missed"])
            }
            guard try Self.identity(path, file) == identity else { throw Self.changed(file) }
            try folder.rename(temporary, to: name)
            return Storyboard(cacheFile: folder.file(name), tiles: tiles)
        }
    }

    private static func arguments(_ tiles: Storyboard.Tiles, film: String, stream: String?, to result: String) -> [String] {
        let every = tiles.stepSeconds / StreamEncoding.segmentSeconds
        // Every piece of a stream begins with a key frame, and has no other.
        let choice = stream == nil ? "fps=1/\(tiles.stepSeconds):start_time=0:round=up" : "select='not(mod(n,\(every)))'"
        // The last picture stays where the film ends early, so that no place is empty.
        let filters = [
            choice, "scale=\(tiles.width):\(tiles.height)", "setsar=1", "tpad=stop=-1:stop_mode=clone",
            "tile=\(Storyboard.Tiles.columns)x\(tiles.rows)",
        ]
        let takesKeys = stream != nil || tiles.stepSeconds >= keysFromStepSeconds
        return guarded + (takesKeys ? ["-skip_frame", "nokey"] : []) + ["-i", "file:" + (stream ?? film), "-map", "0:V:0", "-vf"]
            + [filters.joined(separator: ","), "-frames:v", "1", "-q:v", "5", "-pix_fmt", "yuvj420p", "-map_metadata", "-1", "-bitexact"]
            + ["-f", "mjpeg", "file:" + result]
    }

    /// Encoders put key frames no further apart than this, as a rule.
    private static let keysFromStepSeconds = 12

    /// Raised whenever what comes out changes.
    private static let storyboardRecipe = "1"
}
