import LecternCore
import LecternCrypto

/// A course as its creator wrote it, read and checked, in every language that it has.
public struct Course: Sendable {
    /// The folder's name under `content/courses/`.
    public var folder: String
    /// Where it lies: "content/courses/python-intro".
    public var path: String
    public var id: String
    public var slug: String
    /// The site's default language first, when the course has it.
    public var editions: [CourseEdition]
}

/// A course in one language.
public struct CourseEdition: Sendable {
    public var language: String
    /// nil when the folder has no `course.md`.
    public var text: TextFile?
    public var frontMatter: FrontMatter
    public var title: String
    public var cover: SourceFile?
    public var chapters: [Chapter]

    public var lessons: [Lesson] { chapters.flatMap(\.lessons) }
    public var price: [Money] { frontMatter.price?.value ?? [] }
}

public struct Chapter: Sendable {
    /// "" for the lessons that lie in no chapter's folder.
    public var title: String
    /// nil when the folder has no `chapter.md`.
    public var text: TextFile?
    public var lessons: [Lesson]
}

/// One lesson in one language.
public struct Lesson: Sendable {
    /// Unique in the site and stable when the lesson moves: the front matter's `id`, else "course/lesson" without numbers.
    public var id: String
    public var slug: String
    public var title: String
    /// nil for a lesson that is only a film.
    public var text: TextFile?
    public var frontMatter: FrontMatter
    public var access: Access
    /// Where its pictures and films are looked for: "content/courses/python/01-basics".
    public var folder: String
    /// True when `folder` is the lesson's own.
    public var isBundle: Bool
    /// The film's path in the site, or nil.
    public var video: String?
    /// Caption files by language, in the order of their languages.
    public var captions: [(language: String, path: String)]
    public var poster: String?
    public var quiz: String?
    /// What a reader may download.
    public var downloads: [SourceFile]

    /// The file to name when something is wrong with the lesson.
    public var place: String { text?.path ?? video ?? folder }
}

/// A Markdown file without its front matter.
public struct TextFile: Sendable {
    public var path: String
    public var body: [UInt8]
    /// The line of the body's first byte in the file, from 1.
    public var bodyLine: Int
    /// The text of the first level-one heading in the body, or nil.
    public var heading: String?
    /// Of the whole file, so that a build knows an unchanged file even when its times say otherwise.
    public var digest: Digest

    public init(path: String, body: [UInt8], bodyLine: Int, heading: String? = nil, digest: Digest) {
        self.path = path
        self.body = body
        self.bodyLine = bodyLine
        self.heading = heading
        self.digest = digest
    }
}

/// A half-open span of time.
public struct Validity: Sendable, Equatable {
    public var from: Moment
    public var until: Moment

    public init(from: Moment, until: Moment) {
        self.from = from
        self.until = until
    }

    public static let always = Validity(from: Moment(seconds: .min), until: Moment(seconds: .max))

    public func contains(_ now: Moment) -> Bool { from <= now && now < until }

    /// Narrows the span to the side of `change` on which `now` lies.
    mutating func split(at change: Moment, now: Moment) {
        if change <= now { from = max(from, change) } else { until = min(until, change) }
    }

    public mutating func formIntersection(_ other: Validity) {
        from = max(from, other.from)
        until = min(until, other.until)
    }
}

/// What decides which pages are published.
public struct Publishing: Sendable {
    public var now: Moment
    /// Drafts, and pages that are not yet or no longer published, are built too.
    public var drafts: Bool

    public init(now: Moment, drafts: Bool) {
        self.now = now
        self.drafts = drafts
    }

    /// - Returns: whether a page with this front matter is on the site now; `validity` is narrowed accordingly.
    public func includes(_ page: FrontMatter, _ validity: inout Validity) -> Bool {
        if drafts { return true }
        if page.draft { return false }
        for change in [page.publishDate ?? page.date, page.expiryDate].compactMap(\.self) { validity.split(at: change, now: now) }
        if let start = page.publishDate ?? page.date, start > now { return false }
        if let end = page.expiryDate, end <= now { return false }
        return true
    }
}
