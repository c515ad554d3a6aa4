import LecternCore
import LecternMedia

extension UnitBuilder {
    /// What a film's file says of itself; nil where nothing can ask it.
    func videoFacts(_ source: String) throws(Problem) -> VideoFacts? {
        try tools.videos.facts(of: context.folder + "/" + source, shownAs: source)
    }

    /// Whether what browsers cannot play of a film is made into what they can, so that its creator need not know.
    func isMade(_ known: VideoFacts?, _ publication: Publication) -> Bool {
        guard let known, known.videoCodec != nil, !known.hindrances.isEmpty else { return false }
        return switch publication {
        case .open: tools.videos.canMake(known) && !context.skipsMedia
        case .sealed: true
        case .withheld: false
        }
    }

    /// The film cut into pieces; nil where it cannot be: it is then sealed as one file, which plays when it is there whole.
    func stream(_ source: String, _ known: VideoFacts?) throws(Problem) -> FilmStream? {
        guard let known, !makesNothing else { return nil }
        let stream = try tools.videos.stream(of: context.folder + "/" + source, shownAs: source, facts: known, makes: !context.skipsMedia)
        if stream?.lacksSound == true {
            warn(
                "the track for sound of this film is empty: it is published without sound", file: source,
                help: ["if it should be heard, export it again; if not, nothing has to be done"])
        }
        return stream
    }

    /// The same film in fewer bytes, for browsers that know how to read them, where the site wants it.
    func av1Stream(_ source: String, _ known: VideoFacts?) throws(Problem) -> FilmStream? {
        guard context.settings.video.av1, let known, !makesNothing else { return nil }
        return try tools.videos.stream(of: context.folder + "/" + source, shownAs: source, facts: known, .av1, makes: !context.skipsMedia)
    }

    /// - Parameter stream: the film in pieces, where it is published so.
    /// - Returns: nil for a film without one; where none could be made, a warning says so.
    func storyboard(_ source: String, _ known: VideoFacts, _ stream: FilmStream?) throws(Problem) -> Storyboard? {
        guard !makesNothing else { return nil }
        do throws(Problem) {
            return try tools.videos.storyboard(
                of: context.folder + "/" + source, shownAs: source, facts: known, stream: stream, makes: !context.skipsMedia)
        } catch where error.severity == .warning {
            facts.problems.append(error)
            return nil
        }
    }

    /// The file that a free film is published as; nil: its own.
    func plainFilm(_ source: String, _ known: VideoFacts?) throws(Problem) -> String? {
        guard let known else { return nil }
        let path = context.folder + "/" + source
        let made = try tools.videos.plain(of: path, shownAs: source, facts: known, makes: !context.skipsMedia && !makesNothing)
        if made == nil, context.skipsMedia, tools.videos.canMake(known), tools.videos.needsPlain(path, known) { isIncomplete() }
        return made
    }

    /// Publishes a free film's sizes for players of HLS, where the site wants that.
    /// - Parameters:
    ///   - folder: of the film's files.
    ///   - isFirst: the playlists are the same for every language of the lesson, and written with the first.
    /// - Returns: the address of the list of sizes.
    func publishList(of source: String, _ known: VideoFacts?, in folder: String, isFirst: Bool, for place: String) throws(Problem) -> String? {
        guard context.settings.video.hls, let stream = try stream(source, known) else {
            if context.settings.video.hls, context.skipsMedia, known?.videoCodec != nil, !makesNothing { isIncomplete() }
            return nil
        }
        let folder = folder + "hls/"
        for track in stream.tracks { try publish(folder + track.name + ".mp4", from: track.cacheFile, for: place) }
        if isFirst {
            for list in FilmPlaylists.texts(stream) { try put(folder + list.name, Array(list.text.utf8), for: place) }
        }
        return context.address.url(folder + FilmPlaylists.mainName)
    }
}
