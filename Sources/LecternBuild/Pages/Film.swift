import LecternContent
import LecternCore
import LecternLayouts
import LecternMedia

/// A lesson's film with what lies around it, published when anybody may see it.
struct Film {
    struct Track {
        var url: String
        var language: String
        var isDefault: Bool
    }

    /// Below the site's root; empty when the film is not published.
    private(set) var path = ""
    private(set) var type = ""
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
    init(_ source: String, of lesson: Lesson, page: String, language: String, isLocked: Bool, in unit: UnitBuilder) {
        chapters = lesson.frontMatter.chapters
        durationSeconds = lesson.frontMatter.durationSeconds ?? 0
        guard !hasScheme(source) else {
            unit.warn(
                "films on other hosts are not shown yet: \(source)", file: lesson.place, line: lesson.frontMatter.video?.line,
                help: ["put the film's file beside the lesson"])
            return
        }
        let file = unit.context.folder + "/" + source
        let known = unit.videoFacts(source)
        if let known {
            // The front matter says how long the lesson takes; the file knows how long the film is.
            if let milliseconds = known.durationMilliseconds, milliseconds > 0 { durationSeconds = (milliseconds + 500) / 1000 }
            if let width = known.width, let height = known.height { (self.width, self.height) = (width, height) }
        }
        let folder = unit.mediaFolder(film: source, lesson: lesson.id, page: page)
        readCaptions(of: lesson, folder: folder, isFirst: folder.hasPrefix(page), language: language, isLocked: isLocked, in: unit)
        for chapter in chapters where durationSeconds > 0 && chapter.startSeconds >= durationSeconds {
            unit.report(
                "chapter \"\(chapter.title)\" starts after the end of the film", file: lesson.place, line: chapter.line,
                help: ["the film lasts \(timeText(seconds: durationSeconds))"])
        }
        guard !isLocked else { return }
        do throws(Problem) {
            let name = String(source.split(separator: "/").last ?? "")
            path = folder + name
            type = Self.type(name)
            try unit.publish(path, from: file, for: lesson.place)
            if let poster = lesson.poster {
                posterPath = folder + (poster.split(separator: "/").last ?? "")
                try unit.publish(posterPath, from: unit.context.folder + "/" + poster, for: lesson.place)
            } else if let known, let poster = try unit.tools.videos.poster(of: file, shownAs: source, facts: known) {
                posterPath = folder + "poster." + LocalEnding(poster.cacheFile).text
                try unit.publish(posterPath, from: poster.cacheFile, for: lesson.place)
            }
            if !chapters.isEmpty {
                let list = chapters.map { VideoChapter(startMilliseconds: $0.startSeconds * 1000, title: $0.title) }
                let path = page + "media/chapters.vtt"
                try unit.put(
                    path, webVTTChapters(list, durationMilliseconds: durationSeconds > 0 ? durationSeconds * 1000 : nil), for: lesson.place)
                chaptersURL = unit.context.address.url(path)
            }
        } catch {
            unit.facts.problems.append(error)
        }
    }

    private mutating func readCaptions(of lesson: Lesson, folder: String, isFirst: Bool, language: String, isLocked: Bool, in unit: UnitBuilder) {
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
                guard !isLocked else { continue }
                let path = folder + "captions.\(captionLanguage).vtt"
                // The same for every language of the lesson: written with the first one.
                if isFirst { try unit.put(path, captions.webVTT, for: source) }
                tracks.append(
                    Track(url: unit.context.address.url(path), language: captionLanguage, isDefault: captionLanguage == language))
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

    func fields(id: String, title: String, language: String, in context: SiteContext) -> LayoutValue {
        .fields([
            "id": .text(id),
            "title": .text(title),
            "sources": .list([["url": .text(context.address.url(path)), "type": .text(type)]]),
            "poster": .text(posterPath.isEmpty ? "" : context.address.url(posterPath)),
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

extension UnitBuilder {
    /// What a film's file says of itself; nil, with a problem, for a file that is no film, and where nothing can ask it.
    func videoFacts(_ source: String) -> VideoFacts? {
        do throws(Problem) {
            guard let facts = try tools.videos.facts(of: context.folder + "/" + source, shownAs: source) else { return nil }
            if let warning = facts.warning(shownAs: source) { self.facts.problems.append(warning) }
            return facts
        } catch {
            facts.problems.append(error)
            return nil
        }
    }
}

/// A file name's ending, in lower case and without its dot.
struct LocalEnding {
    let text: String

    init(_ name: some StringProtocol) {
        text = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    }
}
