import LecternContent
import LecternCore
import LecternLayouts

/// The page of one lesson.
extension CourseView {
    func writeLessonPage(
        _ index: Int, course: LayoutFields, outline: SplicedBytes, card: PageImage?, alternatives: [CourseView], in unit: UnitBuilder
    ) throws(Problem) {
        let context = unit.context
        let lesson = rendered[index]
        let front = lesson.lesson.frontMatter
        let alternates = alternates(of: lesson, among: alternatives)
        let trail = trail(in: context) + [(lesson.lesson.title, lesson.path)]
        let data = StructuredData(context: context, language: language)
        let modified = modified(lesson)
        let head = PageHead(
            kind: "lesson", language: language, path: lesson.path, title: lesson.lesson.title,
            description: lesson.description.isEmpty ? edition.title + " · " + lesson.lesson.title : lesson.description,
            image: unit.ownImage(front.images, folder: lesson.lesson.folder, title: lesson.lesson.title, in: lesson.lesson.place) ?? card,
            isArticle: true, alternates: alternates,
            structuredData: data.graph([
                data.lesson(lesson, of: self), data.film(lesson, published: front.date ?? edition.frontMatter.date), data.quiz(lesson),
                data.breadcrumbs(trail),
            ]),
            published: front.date, modified: modified, breadcrumbs: trail)
        var page = context.frame(head)
        page["course"] = .fields(course)
        page["lesson"] = .fields(try lessonFields(index, isOpen: !lesson.isLocked, in: unit))
        if let seal = lesson.seal, unit.isWriting {
            var inside = page
            inside["lesson"] = .fields(try lessonFields(index, isOpen: true, in: unit))
            var text: [UInt8] = []
            context.layouts.render("sealed.html", inside, into: &text)
            page["lesson"] = .fields(try lessonFields(index, isOpen: false, sealed: sealed(seal, text, for: lesson, in: unit), in: unit))
        }
        var marked: [UInt8] = []
        outline.append(key: index, to: &marked)
        page["outline"] = .html(marked)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(marked.count + (lesson.body?.html.count ?? 0) + 8192)
        context.layouts.render("lesson.html", page, into: &bytes)
        try unit.put(page: lesson.path, bytes, for: lesson.lesson.place)
        note(lesson, alternates: alternates, modified: modified, in: unit)
    }

    /// When a lesson was last changed: its own dates, else its course's.
    func modified(_ lesson: RenderedLesson) -> Moment? {
        let front = lesson.lesson.frontMatter
        return front.lastmod ?? front.date ?? edition.frontMatter.lastmod ?? edition.frontMatter.date
    }

    private func note(_ lesson: RenderedLesson, alternates: [(language: String, path: String)], modified: Moment?, in unit: UnitBuilder) {
        let front = lesson.lesson.frontMatter
        let shown = lesson.isLocked ? lesson.excerpt : lesson.body
        var video: VideoFact?
        if let film = lesson.film, !film.path.isEmpty {
            video = VideoFact(path: film.path, poster: film.posterPath, durationSeconds: film.durationSeconds)
        }
        unit.facts.pages.append(
            PageFact(
                kind: .lesson, source: lesson.lesson.place, language: language, path: lesson.path, title: lesson.lesson.title,
                description: lesson.description, id: lesson.lesson.id, courseTitle: edition.title,
                published: front.date ?? edition.frontMatter.date, modified: modified, access: lesson.lesson.access, tags: front.tags,
                concepts: front.concepts, alternates: alternates, images: lesson.pictures, video: video, durationSeconds: lesson.durationSeconds,
                noindex: false))
        unit.facts.anchors.append((lesson.body?.anchors ?? []) + ["main", "outline", "contents"])
        unit.addToSearch(
            title: lesson.lesson.title, path: lesson.path, language: language, course: edition.title, headings: shown?.headings ?? [],
            text: shown?.text ?? [], description: lesson.description, about: front.concepts + front.tags)
    }

    /// What the page says of its sealed text, for the script that opens it.
    private func sealed(_ seal: LessonSeal, _ text: [UInt8], for lesson: RenderedLesson, in unit: UnitBuilder) throws(Problem) -> LayoutValue {
        let path = try seal.put(text: text, for: lesson.lesson.place)
        return ["url": .text(unit.context.address.url(path)), "path": .text(seal.textPath), "epoch": .text(String(seal.epoch))]
    }

    private func alternates(of lesson: RenderedLesson, among views: [CourseView]) -> [(language: String, path: String)] {
        views.compactMap { view in
            view.rendered.first { $0.lesson.id == lesson.lesson.id }.map { (view.language, $0.path) }
        }
    }

    /// - Parameters:
    ///   - isOpen: whether the fields hold what only buyers read: for the sealed text of a paid lesson they do.
    ///   - sealed: for the page of a paid lesson.
    private func lessonFields(
        _ index: Int, isOpen: Bool, sealed: LayoutValue = .missing, in unit: UnitBuilder
    ) throws(Problem) -> LayoutFields {
        let context = unit.context
        let words = context.words(language)
        let rendered = self.rendered
        let lesson = rendered[index]
        let front = lesson.lesson.frontMatter
        let contents = !isOpen ? [] : (lesson.body?.headings ?? []).filter { $0.level == 2 || $0.level == 3 }
        let files = !isOpen ? [] : try downloads(of: lesson, in: unit)
        return [
            "id": .text(lesson.lesson.id),
            "title": .text(lesson.lesson.title),
            "url": .text(context.address.url(lesson.path)),
            "description": .text(lesson.description),
            "number": .text(String(lesson.number)),
            "count": .text(String(rendered.count)),
            "content": .html(isOpen ? lesson.body?.html ?? [] : []),
            "locked": .flag(!isOpen),
            "sealed": sealed,
            "signInURL": .text(
                context.sells
                    ? context.address.url(context.prefix(language) + "sign-in/") + "?next=" + queryEncoded(context.address.url(lesson.path)) : ""),
            "preview": .flag(lesson.lesson.access == .preview),
            "free": .flag(lesson.lesson.access == .free),
            "excerpt": .html(!isOpen ? lesson.excerpt?.html ?? [] : []),
            "durationText": .text(words.duration(seconds: lesson.durationSeconds)),
            "chapter": chapter(of: index),
            "tags": .list(context.tagLinks(front.tags, language)),
            "hasTags": .flag(!front.tags.isEmpty),
            "concepts": .list(context.conceptLinks(front.concepts, language)),
            "hasConcepts": .flag(!front.concepts.isEmpty),
            "requires": .list(unit.required(front.requires, language: language)),
            "hasRequires": .flag(!front.requires.isEmpty),
            "contents": .list(
                contents.map { ["title": .text($0.title), "anchor": .text("#" + percentEncoded($0.anchor)), "deep": .flag($0.level == 3)] }),
            "hasContents": .flag(contents.count > 1),
            "previous": index > 0 ? context.link(rendered[index - 1].lesson.title, rendered[index - 1].path) : .missing,
            "next": index + 1 < rendered.count ? context.link(rendered[index + 1].lesson.title, rendered[index + 1].path) : .missing,
            "files": .list(files),
            "hasFiles": .flag(!files.isEmpty),
            "video": isOpen
                ? lesson.film.flatMap { film in
                    film.url.isEmpty ? nil : film.fields(id: lesson.lesson.id, title: lesson.lesson.title)
                } ?? .missing : .missing,
            "quiz": isOpen ? LayoutValue(lesson.quiz?.fields) : .missing,
        ]
    }

    private func chapter(of index: Int) -> LayoutValue {
        var first = 0
        var number = 0
        for chapter in edition.chapters {
            if !chapter.title.isEmpty { number += 1 }
            if index < first + chapter.lessons.count {
                return chapter.title.isEmpty ? .missing : ["title": .text(chapter.title), "number": .text(String(number))]
            }
            first += chapter.lessons.count
        }
        return .missing
    }

    private func downloads(of lesson: RenderedLesson, in unit: UnitBuilder) throws(Problem) -> [LayoutValue] {
        var files: [LayoutValue] = []
        for file in lesson.lesson.downloads {
            let path = lesson.path + file.name
            let source = unit.context.folder + "/" + file.path
            var url = unit.context.address.url(path)
            if let seal = lesson.seal {
                url = try seal.publish(path, from: source, for: lesson.lesson.place)
            } else {
                try unit.publish(path, from: source, for: lesson.lesson.place)
            }
            files.append([
                "name": .text(String(file.name)), "url": .text(url), "sizeText": .text(sizeText(file.size)),
                "type": .text(LocalEnding(file.name).text.uppercased()),
            ])
        }
        return files
    }
}

/// 1536 → "1.5 KB", in steps of 1024.
func sizeText(_ bytes: Int64) -> String {
    if bytes < 1024 { return "\(bytes) B" }
    var tenths = bytes * 10 / 1024
    for unit in ["KB", "MB"] {
        if tenths < 10_240 { return tenths % 10 == 0 || tenths >= 1000 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)" }
        tenths /= 1024
    }
    return "\(tenths / 10).\(tenths % 10) GB"
}
