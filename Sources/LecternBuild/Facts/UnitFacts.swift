import LecternContent
import LecternCore

/// What one unit of the site (a course, or the free-standing pages) tells the rest of it.
///
/// Facts are all that the pages about many courses (home, tags, sitemap, feeds, search) are made of, and all that is
/// kept between builds: a course that did not change is known by its facts alone.
struct UnitFacts: Sendable {
    /// "courses/python-intro" or "pages".
    var unit: String
    var pages: [PageFact] = []
    var courses: [CourseFact] = []
    var aliases: [AliasFact] = []
    var requires: [RequireFact] = []
    /// What the unit's pages link to outside of it, to be checked when every unit is known.
    var outsideLinks: [OutsideLink] = []
    /// When the same sources give the same pages.
    var validity = Validity.always
    var problems: [Problem] = []
    /// For each page, in the order of `pages`, the ids that a link may name after `#`.
    var anchors: [[String]] = []
}

/// A page of the site.
struct PageFact: Sendable {
    enum Kind: Int, Sendable { case home, course, lesson, page }

    var kind: Kind
    /// The text that it was made from, "content/courses/a/01-b.md"; for a film without a text, the film.
    var source: String
    var language: String
    /// Below the site's root, unescaped, with a slash at its end: "courses/a/b/".
    var path: String
    var title: String
    var description: String
    /// The site-wide id; empty on free-standing pages.
    var id: String
    var courseTitle: String
    var published: Moment?
    var modified: Moment?
    var access: Access
    var tags: [String]
    var concepts: [String]
    /// This page in each of its languages, itself included: language and path.
    var alternates: [(language: String, path: String)]
    /// Below the site's root, for the sitemap.
    var images: [String]
    var video: VideoFact?
    var durationSeconds: Int
    var noindex: Bool
}

/// A film that opens without signing in.
struct VideoFact: Sendable {
    /// Below the site's root.
    var path: String
    var poster: String
    var durationSeconds: Int
}

/// A course in one language, for its card and for the catalogue.
struct CourseFact: Sendable {
    var id: String
    var language: String
    var path: String
    var title: String
    var description: String
    var level: String
    /// HTML of its picture; empty without one.
    var cover: [UInt8]
    var hue: Int
    var lessonCount: Int
    var durationSeconds: Int
    var prices: [Money]
    var earlyBird: EarlyBird?
    var floors: [Money]
    /// Its front matter's weight: where it stands among the courses. Those without one come last, by their folders' names.
    var order: Int
    var published: Moment?
    /// In the order of the course.
    var lessons: [LessonFact]

    var isFree: Bool { prices.isEmpty }
}

/// A lesson as the catalogue lists it.
struct LessonFact: Sendable {
    var id: String
    var title: String
    var path: String
    var access: Access
    var durationSeconds: Int
    var dripDays: Int
}

struct AliasFact: Sendable {
    /// Below the site's root, with a slash at its end, or a file's name.
    var from: String
    var to: String
    var file: String
    var line: Int
}

/// A lesson or course that is to be known before another.
struct RequireFact: Sendable {
    var from: String
    var to: String
    var file: String
    var line: Int
}

/// A link out of a unit.
struct OutsideLink: Sendable, Hashable {
    enum Target: Sendable, Hashable {
        /// A Markdown file of the site: "content/courses/a/01-b.md", in the language of the page that links.
        case source(String, language: String)
        /// A path below the site's root: "courses/a/b/" or "slides.pdf".
        case path(String)
        /// The id of a course or lesson, in the language of the page that asks.
        case id(String, language: String)
    }

    var target: Target
    /// Without `#`; empty for the page as a whole.
    var anchor: String
    var file: String
    var line: Int
    /// As the creator wrote it.
    var written: String
    /// What the target was when the unit's pages were made: when it is something else now, they are made anew.
    var seenPath = ""
    var seenTitle = ""
}
