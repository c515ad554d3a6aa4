import LecternContent
import LecternCore
import LecternLayouts
import LecternMedia

/// A lesson's film with what lies around it, published or sealed.
struct Film {
    struct Track {
        var url: String
        var language: String
        var isDefault: Bool
    }

    /// Below the site's root; empty unless anybody may see the film.
    private(set) var path = ""
    /// What the page says; empty when the film is not published.
    private(set) var url = ""
    private(set) var posterURL = ""
    private(set) var type = ""
    /// The list of the film's sizes, where there is one.
    private(set) var listURL = ""
    /// Of the list of the storyboard's pictures; empty for a film without.
    private(set) var storyboardURL = ""
    /// Of the sheet that they stand on, where that does not lie beside the list under the name that the list says.
    private(set) var storyboardSheetURL = ""
    private(set) var hasWatermark = false
    private(set) var posterPath = ""
    private(set) var width = 16
    private(set) var height = 9
    private(set) var durationSeconds = 0
    private(set) var tracks: [Track] = []
    private(set) var chapters: [FrontMatter.VideoChapter] = []
    private(set) var chaptersURL = ""
    private(set) var transcript: [TranscriptParagraph] = []
    private(set) var transcriptLanguage = ""

    /// - Parameter page: the path of the lesson's page; the film's files are published below it, those of a translation
    ///   below the original's.
    init(_ source: String, of lesson: Lesson, page: String, language: String, publication: Publication, in unit: UnitBuilder) {
        chapters = lesson.frontMatter.chapters
        durationSeconds = lesson.frontMatter.durationSeconds ?? 0
        guard !hasScheme(source) else {
            unit.warn(
                "films on other hosts are not shown yet: \(source)", file: lesson.place, line: lesson.frontMatter.video?.line,
                help: ["put the film's file beside the lesson"])
            return
        }
        let file = unit.context.folder + "/" + source
        var known: VideoFacts?, isBroken = false
        do throws(Problem) { known = try unit.videoFacts(source) } catch {
            unit.report(film: error)
            isBroken = true
        }
        if let known {
            // The front matter says how long the lesson takes; the file knows how long the film is.
            if let milliseconds = known.durationMilliseconds, milliseconds > 0 { durationSeconds = (milliseconds + 500) / 1000 }
            if let width = known.width, let height = known.height { (self.width, self.height) = (width, height) }
        }
        let folder = unit.mediaFolder(film: source, lesson: lesson.id, page: page)
        readCaptions(of: lesson, folder: folder, isFirst: folder.hasPrefix(page), language: language, publication, in: unit)
        for chapter in chapters where durationSeconds > 0 && chapter.startSeconds >= durationSeconds {
            unit.report(
                "chapter \"\(chapter.title)\" starts after the end of the film", file: lesson.place, line: chapter.line,
                help: ["the film lasts \(timeText(seconds: durationSeconds))"])
        }
        if isBroken { return }
        if !unit.isMade(known, publication), let warning = known?.warning(shownAs: source) { unit.facts.problems.append(warning) }
        if case .withheld = publication { return }
        do throws(Problem) {
            var name = String(source.split(separator: "/").last ?? "")
            if case .sealed(let seal) = publication, let stream = try unit.stream(source, known) {
                type = "application/json"
                hasWatermark = unit.context.settings.video.watermark
                url = try seal.publish(stream, unit.av1Stream(source, known), in: folder, for: lesson.place)
                if let known, let length = known.durationMilliseconds, let board = try unit.storyboard(source, known, stream) {
                    try putStoryboard(board, durationMilliseconds: length, folder, isFirst: true, publication, for: lesson.place, in: unit)
                }
            } else if case .sealed = publication, unit.makesNothing {
                url = "" // sealing gigabytes for nothing
            } else if case .sealed = publication, unit.context.skipsMedia {
                unit.warn(
                    "this film is left out: it is not cut into pieces yet, and --skip-media makes none", file: source,
                    help: ["build without --skip-media to publish it"])
                unit.isIncomplete()
                return
            } else if case .sealed = publication {
                type = Self.type(name)
                url = try publish(folder + name, from: file, publication, for: lesson.place, in: unit)
            } else {
                let plain = try unit.plainFilm(source, known)
                if let plain { name = name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex) + "." + LocalEnding(plain).text }
                type = Self.type(name)
                url = try publish(folder + name, from: plain ?? file, publication, for: lesson.place, in: unit)
                let isFirst = folder.hasPrefix(page)
                listURL = try unit.publishList(of: source, known, in: folder, isFirst: isFirst, for: lesson.place) ?? ""
                if let known, let length = known.durationMilliseconds, let board = try unit.storyboard(source, known, nil) {
                    try putStoryboard(board, durationMilliseconds: length, folder, isFirst: isFirst, publication, for: lesson.place, in: unit)
                }
            }
            var poster = lesson.poster.map { (name: String($0.split(separator: "/").last ?? ""), file: unit.context.folder + "/" + $0) }
            if poster == nil, let known, let made = try unit.tools.videos.poster(of: file, shownAs: source, facts: known) {
                poster = ("poster." + LocalEnding(made.cacheFile).text, made.cacheFile)
            }
            if let poster { posterURL = try publish(folder + poster.name, from: poster.file, publication, for: lesson.place, in: unit) }
            if case .open = publication {
                path = folder + name
                posterPath = poster.map { folder + $0.name } ?? ""
            }
            if !chapters.isEmpty {
                let list = chapters.map { VideoChapter(startMilliseconds: $0.startSeconds * 1000, title: $0.title) }
                let bytes = webVTTChapters(list, durationMilliseconds: durationSeconds > 0 ? durationSeconds * 1000 : nil)
                chaptersURL = try put(page + "media/chapters.vtt", bytes, publication, for: lesson.place, in: unit)
            }
        } catch {
            url = ""
            unit.report(film: error)
        }
    }

    /// - Returns: the URL of the file, or of its sealed copy.
    private func publish(
        _ path: String, from file: String, _ publication: Publication, for source: String, in unit: UnitBuilder
    ) throws(Problem) -> String {
        if case .sealed(let seal) = publication { return try seal.publish(path, from: file, for: source) }
        try unit.publish(path, from: file, for: source)
        return unit.context.address.url(path)
    }

    private func put(
        _ path: String, _ bytes: [UInt8], _ publication: Publication, for source: String, in unit: UnitBuilder
    ) throws(Problem) -> String {
        if case .sealed(let seal) = publication { return try seal.put(path, bytes, for: source) }
        try unit.put(path, bytes, for: source)
        return unit.context.address.url(path)
    }

    /// - Parameter isFirst: what is published openly is the same for every language of the lesson: written with the first one.
    private mutating func putStoryboard(
        _ board: Storyboard, durationMilliseconds: Int, _ folder: String, isFirst: Bool, _ publication: Publication, for place: String,
        in unit: UnitBuilder
    ) throws(Problem) {
        let sheet = "storyboard.jpg", path = folder + "storyboard.vtt", tiles = board.tiles
        let sheetURL = try publish(folder + sheet, from: board.cacheFile, publication, for: place, in: unit)
        let list = webVTTStoryboard(
            sheet: sheet, stepMilliseconds: tiles.stepSeconds * 1000, durationMilliseconds: durationMilliseconds,
            places: (0..<tiles.count).map(tiles.place), width: tiles.width, height: tiles.height)
        // A sealed sheet is named after its bytes and its epoch, so the text names it, and not the list.
        if case .sealed = publication { storyboardSheetURL = sheetURL }
        storyboardURL = unit.context.address.url(path)
        if isFirst { storyboardURL = try put(path, list, publication, for: place, in: unit) }
    }

    private mutating func readCaptions(
        of lesson: Lesson, folder: String, isFirst: Bool, language: String, _ publication: Publication, in unit: UnitBuilder
    ) {
        for (captionLanguage, source) in lesson.captions {
            do throws(Problem) {
                let bytes = try readFile(unit.context.folder + "/" + source, shownAs: source, limitBytes: TextLimit.markdownBytes)
                let (captions, problems) = Captions.read(bytes, file: source)
                unit.facts.problems += problems
                if durationSeconds > 0 { unit.facts.problems += captions.problems(beyond: durationSeconds * 1000, file: source) }
                if transcript.isEmpty || captionLanguage == language {
                    transcript = captions.transcript(breaksAt: chapters.map { $0.startSeconds * 1000 })
                    transcriptLanguage = captionLanguage
                }
                if case .withheld = publication { continue }
                let path = folder + "captions.\(captionLanguage).vtt"
                var url = unit.context.address.url(path)
                // The same for every language of the lesson: written with the first one.
                if case .sealed = publication {
                    url = try put(path, captions.webVTT, publication, for: source, in: unit)
                } else if isFirst {
                    try unit.put(path, captions.webVTT, for: source)
                }
                tracks.append(Track(url: url, language: captionLanguage, isDefault: captionLanguage == language))
            } catch {
                unit.facts.problems.append(error)
            }
        }
    }

    /// The MIME type of a film's file, by its ending (IANA media types).
    static func type(_ name: String) -> String {
        switch LocalEnding(name).text {
        case "webm": "video/webm"
        case "ogv": "video/ogg"
        case "mov": "video/quicktime"
        case "mkv": "video/x-matroska"
        case "avi": "video/x-msvideo"
        default: "video/mp4"
        }
    }

    func fields(id: String, title: String) -> LayoutValue {
        .fields([
            "id": .text(id),
            "title": .text(title),
            "sources": .list(
                ([(listURL, FilmPlaylists.type), (url, type)]).filter { !$0.0.isEmpty }.map { ["url": .text($0.0), "type": .text($0.1)] }),
            "poster": .text(posterURL),
            "width": .text(String(width)),
            "height": .text(String(height)),
            "durationSeconds": .text(String(durationSeconds)),
            "durationText": .text(durationSeconds > 0 ? timeText(seconds: durationSeconds) : ""),
            "captions": .list(
                tracks.map {
                    [
                        "url": .text($0.url), "language": .text($0.language), "label": .text(languageName($0.language)),
                        "default": .flag($0.isDefault),
                    ]
                }),
            "hasCaptions": .flag(!tracks.isEmpty),
            "chapters": .list(
                chapters.map {
                    [
                        "title": .text($0.title), "startSeconds": .text(String($0.startSeconds)),
                        "timeText": .text(timeText(seconds: $0.startSeconds)), "anchor": .text("#t=\($0.startSeconds)"),
                    ]
                }),
            "hasChapters": .flag(!chapters.isEmpty),
            "chaptersURL": .text(chaptersURL),
            "storyboardURL": .text(storyboardURL),
            "storyboardSheetURL": .text(storyboardSheetURL),
            "watermark": .flag(hasWatermark),
            "transcript": .list(transcript.map(paragraph)),
            "hasTranscript": .flag(!transcript.isEmpty),
            "transcriptLanguage": .text(transcriptLanguage),
        ])
    }

    private func paragraph(_ paragraph: TranscriptParagraph) -> LayoutValue {
        let start = paragraph.startMilliseconds / 1000
        return [
            "startSeconds": .text(String(start)), "timeText": .text(timeText(seconds: start)), "text": .text(paragraph.text),
            "anchor": .text("#t=\(start)"), "voice": .text(paragraph.voice ?? ""),
            "cues": .list(
                paragraph.cues.map { ["startSeconds": .text(secondsText($0.startMilliseconds)), "text": .text($0.text)] }),
        ]
    }

    /// 83500 → "83.5".
    private func secondsText(_ milliseconds: Int) -> String {
        let rest = milliseconds % 1000
        if rest == 0 { return String(milliseconds / 1000) }
        let digits = String(String(1000 + rest).dropFirst().reversed().drop { $0 == "0" }.reversed())
        return "\(milliseconds / 1000).\(digits)"
    }
}

/// A file name's ending, in lower case and without its dot.
struct LocalEnding {
    let text: String

    init(_ name: some StringProtocol) {
        text = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    }
}
