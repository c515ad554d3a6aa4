import LecternCore

/// What a report knows of a course: names for its ids, what lies at which path, and what there is to complete.
public struct ReportCourse: Sendable {
    public struct Lesson: Sendable {
        public var id: String
        /// By language.
        public var title: [String: String]
        /// Below the site's root: "courses/python/lists/".
        public var paths: [String]
        /// Of its film; 0: not known, or none.
        public var durationSeconds: Int

        public init(id: String, title: [String: String], paths: [String], durationSeconds: Int) {
            self.id = id
            self.title = title
            self.paths = paths
            self.durationSeconds = durationSeconds
        }
    }

    public var id: String
    public var title: [String: String]
    public var paths: [String]
    public var lessons: [Lesson]

    public init(id: String, title: [String: String], paths: [String], lessons: [Lesson]) {
        self.id = id
        self.title = title
        self.paths = paths
        self.lessons = lessons
    }

    public init(_ course: Catalogue.Course) {
        self.init(
            id: course.id, title: course.title, paths: course.path.sorted { $0.key < $1.key }.map(\.value),
            lessons: course.lessons.map {
                Lesson(id: $0.id, title: $0.title, paths: $0.path.sorted { $0.key < $1.key }.map(\.value), durationSeconds: $0.durationSeconds)
            })
    }
}
