import LecternCore

/// The courses of a site as the pages about all of them see them: facts that are read a unit at a time, and again when
/// they are wanted again.
final class CourseSources {
    /// A course without its lessons, which together are as long as the site.
    struct Row {
        var fact: CourseFact
        /// Where a learner begins.
        var first: LessonFact?
        fileprivate var unit: Int
        fileprivate var place: Int
    }

    private let count: Int
    private let read: (Int) -> UnitFacts?
    /// The editions of a course mostly follow each other.
    private var last: (unit: Int, courses: [CourseFact])?

    /// - Parameter read: a unit's summary; nil where it is damaged.
    init(count: Int, read: @escaping (Int) -> UnitFacts?) {
        self.count = count
        self.read = read
    }

    func forEach(_ body: (UnitFacts, [Row]) throws(Problem) -> Void) throws(Problem) {
        for unit in 0..<count {
            guard let facts = read(unit) else { continue }
            let rows = facts.courses.enumerated().map { place, course in
                var fact = course
                fact.lessons = []
                return Row(fact: fact, first: course.lessons.first, unit: unit, place: place)
            }
            try body(facts, rows)
        }
    }

    /// The course with its lessons.
    func whole(_ row: Row) -> CourseFact? {
        if last?.unit != row.unit { last = read(row.unit).map { (row.unit, $0.courses) } }
        guard let last, last.unit == row.unit, last.courses.indices.contains(row.place) else { return nil }
        return last.courses[row.place]
    }
}
