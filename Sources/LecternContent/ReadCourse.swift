import LecternCore
import LecternCrypto

/// Reads a course's folder: its texts, their order, what lies beside them.
///
/// - Parameters:
///   - root: the site's folder.
///   - path: the course's folder below it, "content/courses/python-intro".
///   - files: every file in that folder, in the order of their paths.
/// - Returns: the course without the pages that are not published now, or nil when nothing in it is; and the span of time
///   in which the same files give the same answer: outside it, a page comes or goes.
public func readCourse(
    root: String, path: String, files: [SourceFile], settings: SiteSettings, publishing: Publishing
) -> (course: Course?, validity: Validity, problems: [Problem]) {
    var reader = CourseReader(root: root, path: path, files: files, settings: settings, publishing: publishing)
    let course = reader.read()
    return (course, reader.validity, reader.problems)
}

private struct CourseReader {
    let root: String
    let path: String
    let files: [SourceFile]
    let settings: SiteSettings
    let publishing: Publishing
    var problems: [Problem] = []
    var validity = Validity.always
    /// A text that could not be read may be the one that is missing: its own problem says enough.
    var hasUnreadableText = false
    /// Names of films that nobody can follow who does not hear them.
    var uncaptioned: Set<String> = []
    /// Files by the folder that they lie in, their names taken apart once.
    let byFolder: [Substring: [NamedFile]]
    /// Folders that are lessons.
    let bundles: Set<Substring>

    init(root: String, path: String, files: [SourceFile], settings: SiteSettings, publishing: Publishing) {
        self.root = root
        self.path = path
        self.files = files
        self.settings = settings
        self.publishing = publishing
        var byFolder: [Substring: [NamedFile]] = [:]
        for file in files { byFolder[file.folder, default: []].append(NamedFile(file, languages: settings.languages, course: path)) }
        self.byFolder = byFolder
        // A folder straight in the course is a lesson when it has an `index.md`, or a quiz and no lesson's text; else a chapter.
        bundles = Set(
            byFolder.filter { entry in
                let texts = entry.value.filter(\.local.isText).map(\.local.stem)
                return texts.contains("index") || texts.isEmpty && entry.value.contains { $0.local.stem == "quiz" && $0.local.type == "yml" }
            }.keys)
    }

    struct NamedFile {
        let file: SourceFile
        let local: LocalName

        init(_ file: SourceFile, languages: [String], course: String) {
            self.file = file
            var local = LocalName(file.name, languages: languages)
            // Hugo's name for the text of a folder.
            if local.stem == "_index", local.isText { local.stem = file.folder == course ? "course" : "chapter" }
            self.local = local
        }
    }

    mutating func read() -> Course? {
        let folder = String(path.split(separator: "/").last ?? "")
        let name = orderedName(Substring(folder)).name
        var heads: [String: (TextFile, FrontMatter)] = [:]
        for (language, file) in texts(named: "course", in: path) { heads[language] = text(file) }
        reportTwoTexts()
        let shared = (heads[settings.language] ?? heads.sorted { $0.key < $1.key }.first?.value)?.1

        let courseID = shared?.id?.value ?? slug(String(name))
        var courseSlug = slug(shared?.slug ?? String(name))
        if courseSlug.isEmpty {
            courseSlug = "course"
            problems.append(
                Problem(.error, "no URL can be made of the name \"\(folder)\"", file: path, help: ["give the folder letters or digits"]))
        }
        let sources = lessonSources()
        var editions: [CourseEdition] = []
        for language in settings.languages {
            let isDefault = language == settings.language
            guard isDefault || heads[language] != nil || (heads.isEmpty && sources.contains { $0.texts[language] != nil }) else { continue }
            var (head, front) = heads[language].map { ($0.0 as TextFile?, $0.1) } ?? (nil, FrontMatter())
            if head == nil, isDefault, !heads.isEmpty { continue }
            if let shared, !isDefault { front.inherit(from: shared) }
            guard publishing.includes(front, &validity) else { continue }
            let chapters = chapters(sources, language: language, course: courseID, front: front, hasOtherLanguages: heads.count > 1)
            if chapters.allSatisfy({ $0.lessons.isEmpty }) {
                if isDefault || head != nil, !hasUnreadableText {
                    let hidden = sources.contains { $0.texts[language] != nil }
                    problems.append(
                        Problem(
                            hidden ? .warning : .error,
                            hidden ? "no lesson of this course is published yet" : "this course has no lessons",
                            file: head?.path ?? path,
                            help: hidden ? ["--drafts builds drafts and lessons of a later date"] : ["add one: \(path)/01-welcome.md"]))
                }
                continue
            }
            editions.append(
                CourseEdition(
                    language: language, text: head, frontMatter: front,
                    title: front.title ?? head?.heading ?? words(name),
                    cover: cover(front, head?.path ?? path), chapters: chapters))
        }
        guard !editions.isEmpty else { return nil }
        if !uncaptioned.isEmpty {
            let names = uncaptioned.sorted()
            problems.append(
                Problem(
                    .warning, "no captions for \(names.prefix(4).joined(separator: ", "))\(names.count > 4 ? " and \(names.count - 4) more films" : "")",
                    file: path, help: ["put them beside the film, its name and their language: \(names[0].prefix { $0 != "." }).\(settings.language).vtt"]))
        }
        return Course(folder: folder, path: path, id: courseID, slug: courseSlug, editions: editions)
    }

    // MARK: Lessons

    /// A lesson's place, before its text is read.
    private struct LessonSource {
        var chapter: String  // folder of the chapter, the course's own for lessons in none
        var folder: String
        var stem: Substring
        var order: Int?
        var name: Substring
        var isBundle: Bool
        var texts: [String: SourceFile] = [:]
        var video: SourceFile?
    }

    private mutating func lessonSources() -> [LessonSource] {
        var found: [String: LessonSource] = [:]
        for (folder, named) in byFolder {
            let inner = folder.dropFirst(path.utf8.count + 1)
            let levels = inner.isEmpty ? [] : inner.split(separator: "/")
            let folder = String(folder)
            for one in named { take(one, levels, folder, &found) }
        }
        warnOfLostTexts(found)
        return found.values.filter { !$0.texts.isEmpty || $0.video != nil }
    }

    /// Texts that lie deeper than lessons do.
    private mutating func warnOfLostTexts(_ found: [String: LessonSource]) {
        for (folder, named) in byFolder where found[String(folder)] == nil {
            guard folder.dropFirst(path.utf8.count + 1).split(separator: "/").count > 1 else { continue }
            for one in named where one.local.isText && one.local.stem != "README" {
                problems.append(
                    Problem(
                        .warning, "this text lies too deep to be a lesson", file: one.file.path,
                        help: ["a lesson is course/lesson.md or course/chapter/lesson.md, or an index.md in a folder of its own there"]))
            }
        }
    }

    private func take(_ one: NamedFile, _ levels: [Substring], _ folder: String, _ found: inout [String: LessonSource]) {
        let (file, local) = (one.file, one.local)
        switch levels.count {
        case 0, 1:
            if levels.count == 1, bundles.contains(folder[...]) {
                add(file, local, chapter: path, folder: folder, &found)
            } else if local.isText, !["course", "chapter"].contains(local.stem), local.stem != "README" {
                let key = folder + "/" + local.stem
                found[key, default: single(local, folder)].texts[local.language ?? settings.language] = file
            } else if local.isVideo, local.language == nil {
                let key = folder + "/" + local.stem
                if found[key] != nil || !isNamed(local.stem, file.name, in: folder) {
                    found[key, default: single(local, folder)].video = file
                }
            }
        case 2:
            let chapter = path + "/" + levels[0]
            // A folder in a lesson's own folder holds what belongs to that lesson: a film there is no lesson of its own,
            // which could be free where the lesson is paid.
            if bundles.contains(chapter[...]), !bundles.contains(folder[...]) { return }
            add(file, local, chapter: chapter, folder: folder, &found)
        default: break
        }
    }

    private func single(_ local: LocalName, _ folder: String) -> LessonSource {
        LessonSource(chapter: folder, folder: folder, stem: local.stem, order: local.order, name: local.name, isBundle: false)
    }

    private func add(_ file: SourceFile, _ local: LocalName, chapter: String, folder: String, _ found: inout [String: LessonSource]) {
        guard (local.isText && local.stem == "index") || local.isVideo else { return }
        let own = folder.split(separator: "/").last ?? ""
        let (order, name) = orderedName(own)
        var source =
            found[folder] ?? LessonSource(chapter: chapter, folder: folder, stem: own, order: order, name: name, isBundle: true)
        if local.isText { source.texts[local.language ?? settings.language] = file } else if source.video == nil { source.video = file }
        found[folder] = source
    }

    /// A film in a chapter's folder is a lesson of its own, unless a text beside it has its name or asks for it.
    private func isNamed(_ stem: Substring, _ film: Substring, in folder: String) -> Bool {
        (byFolder[folder[...]] ?? []).contains { named in
            let (file, local) = (named.file, named.local)
            guard local.isText else { return false }
            if local.stem == stem { return true }
            guard let bytes = try? readText(root + "/" + file.path, shownAs: file.path) else { return false }
            return readFrontMatter(bytes, file: file.path, currency: settings.currency).frontMatter.video.map { $0.value == film } ?? false
        }
    }

    private mutating func chapters(
        _ sources: [LessonSource], language: String, course: String, front: FrontMatter, hasOtherLanguages: Bool
    ) -> [Chapter] {
        var chapters: [(key: OrderKey, folder: String, chapter: Chapter)] = []
        let byChapter = Dictionary(grouping: sources, by: \.chapter)
        for (folder, sources) in byChapter {
            var lessons: [(key: OrderKey, lesson: Lesson)] = []
            for source in sources {
                guard let lesson = lesson(source, language: language, course: course, front: front) else { continue }
                lessons.append((OrderKey(weight: lesson.frontMatter.weight, number: source.order, name: String(source.name)), lesson))
            }
            lessons.sort { $0.key < $1.key }
            if lessons.isEmpty { continue }
            let name = folder == path ? "" : orderedName(folder.split(separator: "/").last ?? "").name
            var head: (TextFile, FrontMatter)?
            if folder != path, let file = texts(named: "chapter", in: folder).first(where: { $0.language == language })?.file {
                head = text(file)
            }
            let order = folder == path ? Int.min : orderedName(folder.split(separator: "/").last ?? "").order
            chapters.append(
                (
                    OrderKey(weight: folder == path ? nil : head?.1.weight, number: order, name: String(name)), folder,
                    Chapter(
                        title: folder == path ? "" : head?.1.title ?? head?.0.heading ?? words(name), text: head?.0,
                        lessons: lessons.map(\.lesson))
                ))
        }
        return chapters.sorted { $0.key < $1.key }.map(\.chapter)
    }

    private mutating func lesson(_ source: LessonSource, language: String, course: String, front: FrontMatter) -> Lesson? {
        let file = source.texts[language]
        // A film without a text is a lesson in every language; a text only in the languages that it is written in.
        guard file != nil || source.texts.isEmpty else { return nil }
        var lessonFront = FrontMatter()
        var body: TextFile?
        if let file {
            guard let (text, own) = self.text(file) else { return nil }
            (body, lessonFront) = (text, own)
            let original = settings.languages.lazy.compactMap { source.texts[$0] }.first
            if let original, original != file, let (_, shared) = self.text(original, quietly: true) {
                lessonFront.inherit(from: shared)
            }
        }
        guard publishing.includes(lessonFront, &validity) else { return nil }
        let place = file?.path ?? source.video?.path ?? source.folder
        var slugText = slug(lessonFront.slug ?? String(source.name))
        if slugText.isEmpty {
            slugText = "lesson"
            problems.append(
                Problem(.error, "no URL can be made of this name", file: place, help: ["give the file letters or digits, or set `slug:`"]))
        }
        let siblings = byFolder[source.folder[...]] ?? []
        var lesson = Lesson(
            id: lessonFront.id?.value ?? course + "/" + slug(String(source.name)), slug: slugText,
            title: lessonFront.title ?? body?.heading ?? words(source.name), text: body, frontMatter: lessonFront,
            access: lessonFront.access?.value ?? front.access?.value ?? (front.price?.value.isEmpty == false ? .paid : .free),
            folder: source.folder, isBundle: source.isBundle, video: nil, captions: [], poster: nil, quiz: nil, downloads: [])
        lesson.video = video(lessonFront, source, place: place)
        attach(siblings, to: &lesson, source: source, language: language)
        if lesson.video == nil, lessonFront.video == nil { warnOfLoneCaptions(siblings, source) }
        if let film = lesson.video, lesson.captions.isEmpty { uncaptioned.insert(String(film.split(separator: "/").last ?? "")) }
        if lesson.access == .paid, front.price?.value.isEmpty ?? true, lessonFront.access != nil {
            problems.append(
                Problem(
                    .warning, "this lesson is paid, but its course has no price", file: place, line: lessonFront.access?.line,
                    help: ["set `price:` in \(path)/course.md"]))
        }
        return lesson
    }

    private mutating func warnOfLoneCaptions(_ siblings: [NamedFile], _ source: LessonSource) {
        for one in siblings where one.local.isCaption && (source.isBundle || one.local.stem == source.stem) {
            problems.append(
                Problem(.warning, "these captions belong to no film", file: one.file.path, help: ["put the film into \(source.folder)/"]))
        }
    }

    private mutating func video(_ front: FrontMatter, _ source: LessonSource, place: String) -> String? {
        guard let named = front.video else { return source.video?.path }
        if named.value.hasPrefix("https://") || named.value.hasPrefix("http://") { return named.value }
        let wanted = source.folder + "/" + named.value
        if files.contains(where: { $0.path == wanted }) { return wanted }
        let films = (byFolder[source.folder[...]] ?? []).filter(\.local.isVideo).map { String($0.file.name) }
        problems.append(
            Problem(
                .error, "video \"\(named.value)\" is not in this folder", file: place, line: named.line,
                help: films.isEmpty ? ["put the film into \(source.folder)/"] : ["found here: " + films.joined(separator: ", ")]))
        return nil
    }

    /// Captions, poster, quiz and downloads that lie beside the lesson.
    private func attach(_ siblings: [NamedFile], to lesson: inout Lesson, source: LessonSource, language: String) {
        let film = lesson.video.map { LocalName($0.split(separator: "/").last ?? "", languages: settings.languages).stem }
        var quizzes: [String: String] = [:]
        for named in siblings {
            let (file, local) = (named.file, named.local)
            let belongs = source.isBundle || local.stem == source.stem || local.stem == film
            guard belongs else { continue }
            if local.isCaption, lesson.video != nil, source.isBundle || local.stem == source.stem || local.stem == film {
                lesson.captions.append((local.language ?? settings.language, file.path))
            } else if local.isImage, local.stem == "poster" || local.stem == film {
                lesson.poster = file.path
            } else if local.type == "yml" || local.type == "yaml" {
                if local.stem == "quiz" || (!source.isBundle && local.stem == source.stem) {
                    quizzes[local.language ?? settings.language] = file.path
                }
            } else if source.isBundle, !local.isText, !local.isVideo, !local.isImage, !local.isCaption {
                if local.language == nil || local.language == language { lesson.downloads.append(file) }
            }
        }
        lesson.captions.sort { (order($0.language), $0.path) < (order($1.language), $1.path) }
        lesson.quiz = quizzes[language] ?? quizzes[settings.language]
    }

    private func order(_ language: String) -> Int { settings.languages.firstIndex(of: language) ?? .max }

    // MARK: Texts

    private func texts(named stem: String, in folder: String) -> [(language: String, file: SourceFile)] {
        (byFolder[folder[...]] ?? []).compactMap { named in
            let (file, local) = (named.file, named.local)
            return local.isText && local.stem == stem ? (local.language ?? settings.language, file) : nil
        }
    }

    /// `course.md` and `_index.md` beside each other.
    private mutating func reportTwoTexts() {
        for (folder, named) in byFolder {
            let stem = folder == path[...] ? "course" : "chapter"
            var first: [String: String] = [:]
            for one in named where one.local.isText && one.local.stem == stem {
                guard let other = first.updateValue(one.file.path, forKey: one.local.language ?? settings.language) else { continue }
                problems.append(
                    Problem(.error, "this is the text of its folder, and so is another", file: one.file.path, help: ["the other: \(other)", "remove one of them"]))
            }
        }
    }

    private mutating func text(_ file: SourceFile, quietly: Bool = false) -> (TextFile, FrontMatter)? {
        do throws(Problem) {
            let (text, front, found) = try readTextFile(root: root, file: file, currency: settings.currency)
            if !quietly { problems += found }
            return (text, front)
        } catch {
            if !quietly { problems.append(error) }
            hasUnreadableText = true
            return nil
        }
    }

    private mutating func cover(_ front: FrontMatter, _ place: String) -> SourceFile? {
        if let named = front.images.first {
            if let file = files.first(where: { $0.path == path + "/" + named.value }) { return file }
            if !named.value.hasPrefix("/") {
                problems.append(
                    Problem(.error, "image \"\(named.value)\" is not in this folder", file: place, line: named.line, help: ["put it into \(path)/"]))
            }
        }
        return (byFolder[path[...]] ?? []).first { $0.local.stem == "cover" && $0.local.isImage }?.file
    }
}

/// Reads a Markdown file with its front matter.
public func readTextFile(root: String, file: SourceFile, currency: Currency) throws(Problem) -> (TextFile, FrontMatter, [Problem]) {
    let bytes = try readText(root + "/" + file.path, shownAs: file.path)
    let read = readFrontMatter(bytes, file: file.path, currency: currency)
    let body = Array(bytes[read.bodyOffset...])
    let heading = read.frontMatter.title == nil || body.contains(UInt8(ascii: "#")) ? firstHeading(body) : nil
    return (TextFile(path: file.path, body: body, bodyLine: read.bodyLine, heading: heading, digest: Digest(bytes)), read.frontMatter, read.problems)
}

extension FrontMatter {
    /// A translation repeats only words: what is the same in every language comes from the original.
    mutating func inherit(from original: FrontMatter) {
        id = original.id ?? id
        slug = slug ?? original.slug
        weight = weight ?? original.weight
        date = date ?? original.date
        lastmod = lastmod ?? original.lastmod
        access = access ?? original.access
        video = video ?? original.video
        durationSeconds = durationSeconds ?? original.durationSeconds
        if price == nil { (earlyBird, priceFloor) = (original.earlyBird, original.priceFloor) }
        price = price ?? original.price
        product = product ?? original.product
        dripDays = dripDays ?? original.dripDays
        publishDate = publishDate ?? original.publishDate
        expiryDate = expiryDate ?? original.expiryDate
        draft = draft || original.draft
        if images.isEmpty { images = original.images }
        if requires.isEmpty { requires = original.requires }
        if chapters.isEmpty { chapters = original.chapters }
    }
}
