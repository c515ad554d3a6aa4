/// How far each person is in each course of the catalogue: lessons that are gone keep their own figures, and nobody has to
/// complete them.
struct Journeys {
    struct Journey {
        var startAt = Totals.never
        var lastAt: UInt32 = 0
        /// When each completed lesson was, in the order of lessons.
        var doneAt: [UInt32] = []
        /// The lesson, by its place in the course, that was looked at last.
        var lastLesson: UInt16 = 0
        /// When half of the course was completed, and when all of it.
        private(set) var halfAt = Totals.never
        private(set) var completedAt = Totals.never

        fileprivate mutating func finish(lessons: Int) {
            let done = doneAt.sorted()
            let half = (lessons + 1) / 2
            if half > 0, done.count >= half { halfAt = done[half - 1] }
            if lessons > 0, done.count >= lessons { completedAt = done[lessons - 1] }
        }
    }

    private var table = KeyTable()
    private(set) var journeys: ContiguousArray<Journey> = []

    init(_ crowd: Crowd, _ courses: [ReportCourse]) {
        for (number, course) in courses.enumerated() {
            for (order, lesson) in course.lessons.enumerated() {
                guard let place = crowd.totals.place(course: course.id, lesson: lesson.id) else { continue }
                for (who, at) in crowd.byLesson[place] {
                    let watch = crowd.watch(at)
                    let (journey, isNew) = table.place(pair(who, UInt32(number)))
                    if isNew { journeys.append(Journey()) }
                    journeys[journey].startAt = min(journeys[journey].startAt, watch.startAt)
                    if watch.lastAt >= journeys[journey].lastAt {
                        journeys[journey].lastAt = watch.lastAt
                        journeys[journey].lastLesson = UInt16(clamping: order)
                    }
                    if watch.doneAt != Totals.never { journeys[journey].doneAt.append(watch.doneAt) }
                }
            }
        }
        for (place, key) in table.keys.enumerated() { journeys[place].finish(lessons: courses[Int(unpaired(key).1)].lessons.count) }
    }

    /// - Parameter course: its place in the catalogue.
    func find(_ who: UInt32, _ course: Int) -> Journey? { table[pair(who, UInt32(course))].map { journeys[$0] } }

    func each(_ body: (_ who: UInt32, _ course: Int, Journey) -> Void) {
        for (place, key) in table.keys.enumerated() { body(unpaired(key).0, Int(unpaired(key).1), journeys[place]) }
    }
}

extension Totals {
    func place(course: String, lesson: String) -> Int? {
        var course = course, lesson = lesson
        let seed = course.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
        return lessons.find(lesson.withUTF8 { number(of: UnsafeRawBufferPointer($0), seed: seed) })
    }
}
