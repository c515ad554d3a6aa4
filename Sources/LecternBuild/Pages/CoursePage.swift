import LecternContent
import LecternCore
import LecternLayouts

/// The sales page of a course.
extension CourseView {
    /// `course.…` of every layout of the course.
    func courseFields(in unit: UnitBuilder) -> LayoutFields {
        let context = unit.context
        let words = context.words(language)
        let front = edition.frontMatter
        let first = rendered.first
        let preview = isFree ? nil : rendered.first { !$0.isLocked }
        return [
            "id": .text(course.id),
            "title": .text(edition.title),
            "url": .text(context.address.url(path)),
            "description": .text(description),
            "cover": .html(cover?.html ?? []),
            "hue": .text(String(hue)),
            "level": .text(front.level ?? ""),
            "durationText": .text(words.duration(seconds: durationSeconds)),
            "lessonCount": .text(String(rendered.count)),
            "lessonCountText": .text(words.count("lessonCountOne", "lessonCountMany", rendered.count)),
            "audience": .list(front.audience.map { ["text": .text($0)] }),
            "hasAudience": .flag(!front.audience.isEmpty),
            "outcomes": .list(front.outcomes.map { ["text": .text($0)] }),
            "hasOutcomes": .flag(!front.outcomes.isEmpty),
            "requires": .list(unit.required(front.requires, language: language)),
            "hasRequires": .flag(!front.requires.isEmpty),
            "tags": .list(context.tagLinks(front.tags, language)),
            "hasTags": .flag(!front.tags.isEmpty),
            "price": isFree ? .missing : ["text": .text(words.price(edition.price, front.earlyBird, floors: front.priceFloor))],
            "free": .flag(isFree),
            "buyURL": .text(isFree || !context.sells ? "" : context.address.url(context.prefix(language) + "checkout/") + "?course=" + queryEncoded(course.id)),
            "giftURL": .text(isFree ? "" : context.giftURL("course", course.id, language)),
            "firstLesson": first.map { context.link($0.lesson.title, $0.path) } ?? .missing,
            "previewLesson": preview.map { context.link($0.lesson.title, $0.path) } ?? .missing,
            "chapters": .list(chapterFields(in: context)),
        ]
    }

    private func chapterFields(in context: SiteContext) -> [LayoutValue] {
        var number = 0
        var chapterNumber = 0
        let words = context.words(language)
        return edition.chapters.map { chapter in
            if !chapter.title.isEmpty { chapterNumber += 1 }
            let first = number
            let lessons = chapter.lessons.map { lesson -> LayoutValue in
                defer { number += 1 }
                let rendered = rendered[number]
                return .fields([
                    "id": .text(lesson.id), "title": .text(lesson.title), "url": .text(context.address.url(rendered.path)),
                    "outlineID": isNamedByURL(lesson, rendered.path) ? .missing : .text(lesson.id),
                    "number": .text(String(number + 1)), "durationText": .text(words.duration(seconds: rendered.durationSeconds)),
                    "free": .flag(lesson.access == .free), "preview": .flag(lesson.access == .preview), "paid": .flag(lesson.access == .paid),
                    "video": .flag(rendered.film != nil), "quiz": .flag(rendered.quiz != nil), "current": .splice(number),
                ])
            }
            return .fields([
                "title": .text(chapter.title), "number": .text(chapter.title.isEmpty ? "" : String(chapterNumber)),
                "single": .flag(chapter.title.isEmpty), "current": .splices(first..<number),
                "lessonCountText": .text(words.count("lessonCountOne", "lessonCountMany", chapter.lessons.count)),
                "lessons": .list(lessons),
            ])
        }
    }

    /// The outline stands on every page of a course: of a hundred lessons, the ids alone would be four kilobytes there.
    private func isNamedByURL(_ lesson: Lesson, _ path: String) -> Bool {
        guard lesson.id.hasPrefix(course.id + "/") else { return false }
        let name = lesson.id.dropFirst(course.id.count + 1)
        return !name.contains("/") && path.hasSuffix("/" + name + "/")
    }

    func writeCoursePage(fields: LayoutFields, card: PageImage?, alternatives: [CourseView], in unit: UnitBuilder) throws(Problem) {
        let context = unit.context
        let data = StructuredData(context: context, language: language)
        let front = edition.frontMatter
        let faq = front.faq.map { entry -> (question: String, html: [UInt8], text: String) in
            let page = unit.renderFragment(entry.answer, line: entry.line, file: place, language: language, page: path)
            let text = page.text.last == 0x0A ? page.text.dropLast() : page.text[...]
            return (entry.question, page.html, String(decoding: text, as: UTF8.self))
        }
        let trail = trail(in: context)
        let head = PageHead(
            kind: "course", language: language, path: path, title: edition.title, description: description, image: card,
            alternates: alternatives.map { ($0.language, $0.path) },
            structuredData: data.graph([
                data.course(self), data.breadcrumbs(trail), data.questions(faq.map { ($0.question, $0.text) }),
            ]),
            published: front.date, modified: front.lastmod ?? front.date, breadcrumbs: trail,
            feeds: [(edition.title, path + "feed.xml")])
        var course = fields
        course["content"] = .html(body?.html ?? [])
        course["faq"] = .list(faq.map { ["question": .text($0.question), "answer": .html($0.html)] })
        course["hasFAQ"] = .flag(!faq.isEmpty)
        let bundles = isFree ? [] : context.bundleLinks(with: self.course.id, language)
        course["bundles"] = .list(bundles)
        course["hasBundles"] = .flag(!bundles.isEmpty)
        let poster = try unit.poster(path, title: edition.title, hue: hue, language: language, owner: place)
        let share = context.shareLinks(path, title: edition.title, poster: poster, language)
        course["share"] = .list(share)
        course["hasShare"] = .flag(!share.isEmpty)
        var page = context.frame(head)
        page["course"] = .fields(course)
        var bytes: [UInt8] = []
        context.layouts.render("course.html", page, into: &bytes)
        try unit.put(page: path, bytes, for: place)
        unit.facts.pages.append(
            PageFact(
                kind: .course, source: place, language: language, path: path, title: edition.title, description: description, id: course_id,
                courseTitle: "", published: front.date, modified: front.lastmod ?? front.date, access: .free, tags: front.tags,
                concepts: front.concepts, alternates: alternatives.map { ($0.language, $0.path) },
                images: cover.map { [$0.path] } ?? [], video: nil, durationSeconds: durationSeconds, noindex: false))
        unit.facts.anchors.append((body?.anchors ?? []) + ["main"])
        unit.addToSearch(
            title: edition.title, path: path, language: language, course: "", headings: body?.headings ?? [], text: body?.text ?? [],
            description: description, about: front.concepts + front.tags)
    }

    private var course_id: String { course.id }

    func trail(in context: SiteContext) -> [(title: String, path: String)] {
        [(context.settings.title[language], context.prefix(language)), (edition.title, path)]
    }
}

/// Every price that a buyer may pay: "¥199 · US$29".
func priceText(_ prices: [Money]) -> String { prices.map(\.text).joined(separator: " · ") }

extension Words {
    /// The price with all that may change it, so that a page which is as old as its build still says what is so: "¥149 before
    /// 1 January 2027 (UTC), then ¥199".
    func price(_ prices: [Money], _ early: EarlyBird?, floors: [Money]) -> String {
        var text = priceText(prices)
        if let early {
            let minutes = Int(((early.until.seconds % 86_400) + 86_400) % 86_400) / 60
            let time = minutes == 0 ? "" : " " + early.until.rfc3339.dropFirst(11).prefix(5)
            text = fill(self["priceEarly"], [("early", priceText(early.prices)), ("date", date(early.until) + time + " (UTC)"), ("price", text)])
        }
        return floors.isEmpty ? text : fill(self["priceOpen"], [("price", text), ("floor", priceText(floors))])
    }
}

extension SiteContext {
    /// The checkout, for somebody else; empty where nothing is sold so.
    func giftURL(_ kind: String, _ id: String, _ language: String) -> String {
        guard sells, settings.gifts || settings.teams != nil else { return "" }
        return address.url(prefix(language) + "checkout/") + "?\(kind)=\(queryEncoded(id))&seats=\(settings.gifts ? 1 : 2)"
    }

    func link(_ title: String, _ path: String) -> LayoutValue { ["title": .text(title), "url": .text(address.url(path))] }

    func tagLinks(_ tags: [String], _ language: String) -> [LayoutValue] {
        tags.map { link($0, prefix(language) + "tags/" + slug($0) + "/") }
    }

    func conceptLinks(_ concepts: [String], _ language: String) -> [LayoutValue] {
        concepts.map { link($0, prefix(language) + "concepts/" + slug($0) + "/") }
    }

    /// The outline of a course, rendered once: each lesson's page gets it with its own place marked.
    func outline(course: LayoutFields, language: String) -> SplicedBytes {
        var bytes: [UInt8] = []
        var splices: [LayoutSplice] = []
        let head = PageHead(kind: "lesson", language: language, path: "", title: "", description: "")
        var fields = frame(head)
        fields["course"] = .fields(course)
        layouts.render("outline.html", fields, into: &bytes, splices: &splices)
        if bytes.last == 0x0A { bytes.removeLast() }
        return SplicedBytes(bytes: bytes, splices: splices)
    }
}

extension UnitBuilder {
    /// What is to be known before, as links; what is not known yet is left out until the unit is built again.
    func required(_ requires: [Located<String>], language: String) -> [LayoutValue] {
        requires.compactMap { require in
            guard let page = outside.pages[.id(require.value, language: language)] else { return nil }
            return context.link(page.title, page.path)
        }
    }
}
