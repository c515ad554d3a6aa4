import LecternCore

/// A catalogue, made ready for questions about single courses and lessons. Made once for each catalogue, asked at every check.
public struct CatalogueIndex: Sendable {
    public let catalogue: Catalogue
    /// What memberships open, by the bundle's id.
    public let memberships: [String: Membership]
    private let courses: [String: Int]
    private let lessons: [String: (course: Int, lesson: Int)]

    public init(_ catalogue: Catalogue) {
        self.catalogue = catalogue
        memberships = catalogue.memberships
        var courses: [String: Int] = [:], lessons: [String: (course: Int, lesson: Int)] = [:]
        for (place, course) in catalogue.courses.enumerated() {
            courses[course.id] = place
            for (index, lesson) in course.lessons.enumerated() { lessons[course.id + "\u{0}" + lesson.id] = (place, index) }
        }
        self.courses = courses
        self.lessons = lessons
    }

    public func course(_ id: String) -> Catalogue.Course? { courses[id].map { catalogue.courses[$0] } }

    public func bundle(_ id: String) -> Catalogue.Bundle? { catalogue.bundle(id) }

    public func lesson(_ lesson: String, in course: String) -> (course: Catalogue.Course, lesson: Catalogue.Lesson)? {
        lessons[course + "\u{0}" + lesson].map { (catalogue.courses[$0.course], catalogue.courses[$0.course].lessons[$0.lesson]) }
    }

    /// One of the site's languages: the wanted one, else its own.
    public func language(_ wanted: String) -> String {
        if catalogue.languages.contains(wanted) { return wanted }
        let main = wanted.prefix { $0 != "-" }
        return catalogue.languages.first { $0.prefix { $0 != "-" } == main } ?? catalogue.languages.first ?? "zh"
    }

    /// A text that the catalogue has in some languages.
    public func text(_ texts: [String: String], in language: String) -> String? {
        texts[language] ?? catalogue.languages.lazy.compactMap { texts[$0] }.first ?? texts.sorted { $0.key < $1.key }.first?.value
    }

    /// What goes before a page's path: "" for the site's own language, "en/" for another.
    public func folder(_ language: String) -> String { language == catalogue.languages.first ? "" : language + "/" }
}
