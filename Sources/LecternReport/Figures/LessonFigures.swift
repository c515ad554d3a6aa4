/// What became of one lesson, and of each stretch of its film.
struct LessonFigures: Sendable {
    var course: String
    var lesson: String
    var title: String
    /// No longer in the catalogue: its history stays.
    var isGone = false
    var reached = 0
    var started = 0
    var completed = 0
    /// Who played the film.
    var watchers = 0
    /// Of the film, in seconds; 0: there is none.
    var length = 0
    /// Of each watcher, how much of the film, 0 to 1.
    var shares: [Double] = []
    /// Seconds shown, of them again, and the same times the speed.
    var playedSeconds: UInt64 = 0
    var uniqueSeconds: UInt64 = 0
    var speedTimesSeconds = 0.0
    /// By stretch: who saw some of it, who saw some of it twice, who left in it for good, and who was still there at its beginning.
    var stretchSeconds = 1
    var seen: [Int] = []
    var seenTwice: [Int] = []
    var left: [Int] = []
    var there: [Int] = []
    /// Of those who left before the end: at which second.
    var leftAt: [UInt32] = []

    var speed: Double? { playedSeconds > 0 ? speedTimesSeconds / Double(playedSeconds) : nil }
    var replayed: Double? { playedSeconds > 0 ? Double(playedSeconds - min(playedSeconds, uniqueSeconds)) / Double(playedSeconds) : nil }
    var medianShare: Double? {
        guard !shares.isEmpty else { return nil }
        let sorted = shares.sorted(), middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// A film has been seen to its end by who came into its last twentieth, or its last ten seconds: credits are nobody's lesson.
func endSecond(length: Int) -> Int { max(length * 19 / 20, length - 10) }

extension LessonFigures {
    init(_ crowd: Crowd, place: Int, course: String, lesson: ReportCourse.Lesson, title: String, _ asked: ReportRequest) {
        self.init(course: course, lesson: lesson.id, title: title)
        let kept = crowd.byLesson[place].lazy.map { crowd.watch($0.place) }.filter { asked.contains(min($0.viewAt, $0.startAt)) }
        var lengths: [UInt32] = []
        for watch in kept {
            reached += 1
            if watch.startAt != Totals.never { started += 1 }
            if watch.doneAt != Totals.never { completed += 1 }
            if !watch.watched.isEmpty {
                watchers += 1
                if watch.length > 0 { lengths.append(watch.length) }
            }
        }
        guard watchers > 0 else { return }
        // What the build measured; else what most players told.
        length = lesson.durationSeconds > 0 ? lesson.durationSeconds : Int(median(lengths) ?? 0)
        // Without either: as far as anybody came.
        if length == 0 { length = kept.map(\.watched.furthest).max() ?? 0 }
        stretchSeconds = max(1, (length + 99) / 100)
        let count = (length + stretchSeconds - 1) / stretchSeconds, end = endSecond(length: length)
        seen = Array(repeating: 0, count: count)
        (seenTwice, left, there) = (seen, seen, seen)
        shares.reserveCapacity(watchers)
        for watch in kept where !watch.watched.isEmpty {
            let unique = watch.watched.seconds
            playedSeconds += UInt64(watch.played)
            uniqueSeconds += UInt64(unique)
            speedTimesSeconds += Double(watch.playedTimesRate) / 1000
            shares.append(min(1, Double(unique) / Double(length)))
            mark(watch.watched, &seen)
            mark(watch.twice, &seenTwice)
            let furthest = min(watch.watched.furthest, length)
            let last = min(count - 1, max(0, furthest - 1) / stretchSeconds)
            for stretch in 0...last { there[stretch] += 1 }
            if furthest < end, watch.doneAt == Totals.never {
                left[last] += 1
                leftAt.append(UInt32(furthest))
            }
        }
    }

    private func mark(_ ranges: SecondRanges, _ stretches: inout [Int]) {
        var last = -1
        ranges.forEach { range in
            guard range.lowerBound < length else { return }
            let from = max(last + 1, range.lowerBound / stretchSeconds), to = min(stretches.count - 1, (range.upperBound - 1) / stretchSeconds)
            guard from <= to else { return }
            for stretch in from...to { stretches[stretch] += 1 }
            last = to
        }
    }

    /// The second at which most left; nil when too few did.
    var mostLeftAt: Int? {
        guard leftAt.count >= smallestGroup else { return nil }
        let best = left.indices.max { (left[$0], -$0) < (left[$1], -$1) }!
        return commonest(in: best)
    }

    /// Of those who left in a stretch, the second that most did.
    func commonest(in stretch: Int) -> Int {
        var counts: [UInt32: Int] = [:]
        for second in leftAt where Int(max(1, second) - 1) / stretchSeconds == stretch { counts[second, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { Int($0.key) } ?? stretch * stretchSeconds
    }
}

/// Every lesson that anybody looked at: those of the catalogue in its order, then those that are gone.
func lessonFigures(_ crowd: Crowd, _ asked: ReportRequest) -> [LessonFigures] {
    var all: [LessonFigures] = [], known: Set<Int> = []
    for course in asked.courses {
        for lesson in course.lessons {
            guard let place = crowd.totals.place(course: course.id, lesson: lesson.id) else {
                if asked.includes(course: course.id) { all.append(LessonFigures(course: course.id, lesson: lesson.id, title: asked.words.title(lesson.title, or: lesson.id))) }
                continue
            }
            known.insert(place)
            guard asked.includes(course: course.id) else { continue }
            all.append(LessonFigures(crowd, place: place, course: course.id, lesson: lesson, title: asked.words.title(lesson.title, or: lesson.id), asked))
        }
    }
    for place in crowd.totals.lessons.names.indices where !known.contains(place) {
        let (course, lesson) = crowd.totals.lesson(place)
        guard asked.includes(course: course) else { continue }
        var gone = LessonFigures(
            crowd, place: place, course: course, lesson: .init(id: lesson, title: [:], paths: [], durationSeconds: 0), title: lesson, asked)
        gone.isGone = true
        if gone.reached > 0 { all.append(gone) }
    }
    return all
}
