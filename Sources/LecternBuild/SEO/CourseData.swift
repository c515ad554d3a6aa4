import LecternContent
import LecternCore

extension StructuredData {
    /// https://schema.org/Course with its one way to take it, its price and its lessons.
    func course(_ view: CourseView) -> JSON {
        let front = view.edition.frontMatter
        let url = context.address.absolute(view.path)
        let lessons = view.rendered.map { lesson in
            node(
                "LearningResource",
                [
                    ("name", .text(lesson.lesson.title)), ("url", .text(context.address.absolute(lesson.path))),
                    ("isAccessibleForFree", .flag(!lesson.isLocked)),
                ])
        }
        let instance = node(
            "CourseInstance",
            [
                ("courseMode", "Online"), ("inLanguage", .text(language)),
                ("courseWorkload", duration(view.durationSeconds)),
            ])
        return node(
            "Course",
            [
                ("@id", .text(url + "#course")),
                ("name", .text(view.edition.title)),
                ("description", text(view.description)),
                ("url", .text(url)),
                ("inLanguage", .text(language)),
                ("image", view.cover.map { .text(context.address.absolute($0.path)) }),
                ("provider", publisher()),
                ("educationalLevel", front.level.map(JSON.text)),
                ("teaches", texts(front.outcomes)),
                ("audience", front.audience.isEmpty ? nil : audience(front.audience)),
                ("keywords", texts(front.tags)),
                ("datePublished", day(front.date)),
                ("dateModified", day(front.lastmod ?? front.date)),
                ("isAccessibleForFree", .flag(view.isFree)),
                ("offers", offers(view.edition.price, early: front.earlyBird, url: url)),
                ("hasCourseInstance", instance),
                ("hasPart", .list(lessons)),
            ])
    }

    private func audience(_ audience: [String]) -> JSON {
        .list(audience.map { node("EducationalAudience", [("educationalRole", "student"), ("audienceType", .text($0))]) })
    }

    /// https://schema.org/LearningResource. A paid one says which part of the page must be bought (Google Search
    /// Central, "Structured data for subscription and paywalled content").
    func lesson(_ lesson: RenderedLesson, of view: CourseView) -> JSON {
        let front = lesson.lesson.frontMatter
        let locked = node(
            "WebPageElement", [("isAccessibleForFree", false), ("cssSelector", ".paywall")])
        return node(
            "LearningResource",
            [
                ("@id", .text(context.address.absolute(lesson.path) + "#lesson")),
                ("name", .text(lesson.lesson.title)),
                ("description", text(lesson.description)),
                ("url", .text(context.address.absolute(lesson.path))),
                ("inLanguage", .text(language)),
                ("learningResourceType", "Lesson"),
                ("isAccessibleForFree", .flag(!lesson.isLocked)),
                ("hasPart", lesson.isLocked ? locked : nil),
                ("teaches", texts(front.outcomes)),
                ("keywords", texts(front.tags)),
                ("about", front.concepts.isEmpty ? nil : .list(front.concepts.map { node("Thing", [("name", .text($0))]) })),
                ("timeRequired", duration(lesson.durationSeconds)),
                ("datePublished", day(front.date)),
                ("dateModified", day(front.lastmod)),
                ("author", publisher()),
                (
                    "isPartOf",
                    node(
                        "Course",
                        [
                            ("@id", .text(context.address.absolute(view.path) + "#course")), ("name", .text(view.edition.title)),
                            ("url", .text(context.address.absolute(view.path))),
                        ])
                ),
            ])
    }

    /// https://schema.org/VideoObject with a Clip for each chapter, for a film that anybody may see.
    func film(_ lesson: RenderedLesson, published: Moment?) -> JSON? {
        guard let film = lesson.film, !film.path.isEmpty else { return nil }
        let page = context.address.absolute(lesson.path)
        let clips = film.chapters.enumerated().map { index, chapter -> JSON in
            let end = index + 1 < film.chapters.count ? film.chapters[index + 1].startSeconds : film.durationSeconds
            return node(
                "Clip",
                [
                    ("name", .text(chapter.title)), ("startOffset", .number(chapter.startSeconds)),
                    ("endOffset", end > chapter.startSeconds ? .number(end) : nil), ("url", .text(page + "#t=\(chapter.startSeconds)")),
                ])
        }
        return node(
            "VideoObject",
            [
                ("@id", .text(page + "#video")),
                ("name", .text(lesson.lesson.title)),
                ("description", .text(lesson.description.isEmpty ? lesson.lesson.title : lesson.description)),
                ("contentUrl", .text(context.address.absolute(film.path))),
                ("thumbnailUrl", film.posterPath.isEmpty ? nil : .text(context.address.absolute(film.posterPath))),
                ("uploadDate", published.map { .text($0.rfc3339) }),
                ("duration", duration(film.durationSeconds)),
                ("inLanguage", .text(film.transcriptLanguage.isEmpty ? language : film.transcriptLanguage)),
                ("isAccessibleForFree", true),
                ("hasPart", clips.isEmpty ? nil : .list(clips)),
                ("transcript", film.transcript.isEmpty ? nil : .text(film.transcript.map(\.text).joined(separator: "\n"))),
            ])
    }

    /// https://schema.org/Quiz: what it asks, not what is right.
    func quiz(_ lesson: RenderedLesson) -> JSON? {
        guard !lesson.isLocked, let quiz = lesson.quiz else { return nil }
        return node(
            "Quiz",
            [
                ("@id", .text(context.address.absolute(lesson.path) + "#quiz")),
                ("name", .text(quiz.title ?? lesson.lesson.title)),
                ("inLanguage", .text(language)),
                ("learningResourceType", "Quiz"),
                ("isAccessibleForFree", true),
                ("about", node("Thing", [("name", .text(lesson.lesson.title))])),
                ("hasPart", .list(quiz.prompts.map { node("Question", [("text", .text($0))]) })),
            ])
    }
}
