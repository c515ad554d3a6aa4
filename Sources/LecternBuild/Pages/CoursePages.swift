import LecternContent
import LecternCore
import LecternLayouts
import LecternMarkup

/// Builds every page of a course, in each of its languages, and returns what the rest of the site needs to know.
///
/// Texts are rendered first, since a page shows its neighbours' titles and links are checked against all of them;
/// the outline is rendered once and cut into each lesson's page.
func buildCourse(_ course: Course, isFinal: Bool, in unit: UnitBuilder) throws(Problem) {
    let context = unit.context
    var views: [CourseView] = []
    for edition in course.editions {
        let base = context.prefix(edition.language) + "courses/" + course.slug + "/"
        views.append(CourseView(course: course, edition: edition, path: base))
    }
    for view in views {
        if let source = view.edition.text?.path { unit.pagePaths[.init(source: source, language: view.language)] = view.path }
        unit.pagePaths[.init(source: course.path, language: view.language)] = view.path
        for chapter in view.edition.chapters {
            if let source = chapter.text?.path { unit.pagePaths[.init(source: source, language: view.language)] = view.path }
        }
        for lesson in view.lessons {
            let path = view.path + lesson.slug + "/"
            unit.pagePaths[.init(source: lesson.place, language: view.language)] = path
            // A link to the original's file leads to its translation, from a page in that language.
            if let text = lesson.text?.path, let original = originalName(text, language: view.language) {
                unit.pagePaths[.init(source: original, language: view.language)] = path
            }
            if lesson.isBundle { unit.pagePaths[.init(source: lesson.folder, language: view.language)] = path }
        }
        if let text = view.edition.text?.path, let original = originalName(text, language: view.language) {
            unit.pagePaths[.init(source: original, language: view.language)] = view.path
        }
    }
    unit.prepareImages(of: views.flatMap { view in view.lessons.filter { $0.access != .paid || context.secret != nil }.compactMap(\.text) + [view.edition.text].compactMap(\.self) })
    for index in views.indices { views[index].render(in: unit) }
    if !isFinal, unit.linksOut { unit.writesNothing() }
    for view in views { try view.write(in: unit, alternatives: views) }
    unit.checkInnerLinks()
    unit.noteSealing(of: course)
}

/// "a/01-b.en.md" → "a/01-b.md".
private func originalName(_ path: String, language: String) -> String? {
    let suffix = ".\(language).md"
    return path.hasSuffix(suffix) ? path.dropLast(suffix.utf8.count) + ".md" : nil
}

/// A course in one language on its way to its pages.
struct CourseView {
    let course: Course
    let edition: CourseEdition
    /// "courses/python-intro/" or "en/courses/python-intro/".
    let path: String
    let lessons: [Lesson]
    private(set) var body: MarkdownPage?
    private(set) var description = ""
    private(set) var cover: Picture?
    private(set) var rendered: [RenderedLesson] = []

    var language: String { edition.language }
    /// A colour for a course that has no picture, from its id so that it stays.
    var hue: Int { course.id.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % 12 }
    var durationSeconds: Int { rendered.reduce(0) { $0 + $1.durationSeconds } }
    var isFree: Bool { edition.price.isEmpty }
    var place: String { edition.text?.path ?? course.path }

    init(course: Course, edition: CourseEdition, path: String) {
        self.course = course
        self.edition = edition
        self.path = path
        lessons = edition.lessons
    }

    mutating func render(in unit: UnitBuilder) {
        if let text = edition.text {
            let source = LinkSource(file: text.path, language: language, page: path, publication: .open)
            let page = unit.render(text, title: edition.frontMatter.title, source: source)
            body = page
            description = edition.frontMatter.description ?? page.description ?? ""
        } else {
            description = edition.frontMatter.description ?? ""
        }
        if description.isEmpty { description = lessons.prefix(12).map(\.title).joined(separator: " · ") }
        cover = edition.cover.flatMap { unit.picture($0.path, alt: edition.title, isEager: true, in: self.place) }
        for (index, lesson) in lessons.enumerated() {
            rendered.append(RenderedLesson(lesson, of: course, path: path + lesson.slug + "/", number: index + 1, language: language, in: unit))
        }
        noteFrontMatter(in: unit)
    }

    private func noteFrontMatter(in unit: UnitBuilder) {
        unit.noteAliases(edition.frontMatter.aliases, to: path, language: language, file: place)
        unit.noteRequires(edition.frontMatter.requires, from: course.id, language: language, file: place)
        for lesson in rendered {
            unit.noteAliases(lesson.lesson.frontMatter.aliases, to: lesson.path, language: language, file: lesson.lesson.place)
            unit.noteRequires(lesson.lesson.frontMatter.requires, from: lesson.lesson.id, language: language, file: lesson.lesson.place)
        }
    }

    func write(in unit: UnitBuilder, alternatives: [CourseView]) throws(Problem) {
        let card = try unit.card(title: edition.title, hue: hue, language: language, owner: course.path)
        let fields = courseFields(in: unit)
        try writeCoursePage(fields: fields, card: card, alternatives: alternatives, in: unit)
        let outline = unit.context.outline(course: fields, language: language)
        for index in rendered.indices {
            try writeLessonPage(index, course: fields, outline: outline, card: card, alternatives: alternatives, in: unit)
        }
        try writeFeed(in: unit)
        unit.facts.courses.append(fact())
    }

    private func fact() -> CourseFact {
        CourseFact(
            id: course.id, language: language, path: path, title: edition.title, description: description,
            level: edition.frontMatter.level ?? "", cover: cover?.html ?? [], hue: hue, lessonCount: rendered.count,
            durationSeconds: durationSeconds, prices: edition.price, earlyBird: edition.frontMatter.earlyBird, floors: edition.frontMatter.priceFloor, order: edition.frontMatter.weight ?? .max, published: edition.frontMatter.date,
            lessons: rendered.map {
                LessonFact(
                    id: $0.lesson.id, title: $0.lesson.title, path: $0.path, access: $0.lesson.access,
                    durationSeconds: $0.durationSeconds, dripDays: $0.lesson.frontMatter.dripDays ?? 0)
            })
    }
}

extension UnitBuilder {
    func noteAliases(_ aliases: [Located<String>], to path: String, language: String, file: String) {
        for alias in aliases {
            let target = alias.value.hasPrefix("/") ? String(alias.value.dropFirst()) : resolvedPath(alias.value[...], in: path.dropLastSegment)
            guard let target, !target.isEmpty, isPlainPath(target[...]), !target.contains(where: { $0.isWhitespace || "?#\\".contains($0) })
            else {
                report("bad alias \"\(alias.value)\"", file: file, line: alias.line, help: ["write the old path: /old/place/"])
                continue
            }
            let isFile = target.split(separator: "/").last?.contains(".") ?? false
            facts.aliases.append(AliasFact(from: isFile || target.hasSuffix("/") ? target : target + "/", to: path, file: file, line: alias.line))
        }
    }

    func noteRequires(_ requires: [Located<String>], from id: String, language: String, file: String) {
        for require in requires {
            facts.requires.append(RequireFact(from: id, to: require.value, file: file, line: require.line))
            let target = OutsideLink.Target.id(require.value, language: language)
            let seen = outside.pages[target]
            facts.outsideLinks.append(
                OutsideLink(
                    target: target, anchor: "", file: file, line: require.line, written: require.value, seenPath: seen?.path ?? "",
                    seenTitle: seen?.title ?? ""))
        }
    }

    /// Renders a text, with its links and pictures resolved.
    ///
    /// - Parameter idPrefix: of a text that is not the page's main one.
    func render(_ text: TextFile, title: String?, source: LinkSource, idPrefix: String = "") -> MarkdownPage {
        var isFirstPicture = idPrefix.isEmpty
        let hooks = MarkdownHooks(
            link: { [unowned self] destination, line in self.url(destination, line: line, in: source) },
            image: { [unowned self] image in
                defer { isFirstPicture = false }
                return self.pictureHTML(image, source: source, isFirst: isFirstPicture)
            },
            rawURL: { [unowned self] _, destination, line in self.url(destination, line: line, in: source) })
        var page = tools.renderer.render(
            text.body, file: text.path, firstLine: text.bodyLine,
            options: tools.options(source.language, dropTitle: title == nil || title == text.heading, idPrefix: idPrefix), hooks: hooks)
        facts.problems += page.problems
        // A layout ends its own lines.
        if page.html.last == 0x0A { page.html.removeLast() }
        return page
    }
}

extension String {
    /// "courses/a/b/" → "courses/a".
    fileprivate var dropLastSegment: Substring {
        let trimmed = hasSuffix("/") ? dropLast() : self[...]
        return trimmed.lastIndex(of: "/").map { trimmed[..<$0] } ?? ""
    }
}
