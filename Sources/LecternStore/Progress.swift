import GRDB
import LecternCore

extension Store {
    /// How far a learner is in a course, by lesson.
    public func progress(of learner: ID<Learner>, course: String) throws(StoreError) -> [String: LessonProgress] {
        try beacons.readOnce { db in
            let rows = try db.rows(progressSQL + " AND p.course = ? ORDER BY p.lesson, q.question", [learner.text, course])
            return Dictionary(try LessonProgress.joined(rows).map { ($0.lesson, $0) }) { first, _ in first }
        }
    }

    /// How far a learner is in one lesson; on the caller's thread, like the enrollment check beside which it is asked.
    public func progress(of learner: ID<Learner>, course: String, lesson: String) throws(StoreError) -> LessonProgress? {
        try beacons.readOnce { db in
            let rows = try db.rows(progressSQL + " AND p.course = ? AND p.lesson = ? ORDER BY q.question", [learner.text, course, lesson])
            return try LessonProgress.joined(rows).first
        }
    }
}

/// A learner's lessons, each with the results of its questions, one a row. One statement, since a check asks it in its millisecond:
/// the columns are read by position. Every result came with progress (`add`), so none is missed.
let progressSQL = """
    SELECT p.course, p.lesson, p.watched, p.length_seconds, p.position_seconds, p.completed_at, p.updated_at, q.question, q.correct, q.attempts
    FROM progress p LEFT JOIN quiz_result q ON q.learner = p.learner AND q.course = p.course AND q.lesson = p.lesson
    WHERE p.learner = ?
    """

/// Which lesson; progress is kept by both names, so that a lesson that moves to another course starts anew there.
struct LessonName: Hashable, Sendable {
    var course: String
    var lesson: String
}

/// What some events say about one learner's progress in one lesson.
struct ToldProgress: Sendable {
    var watched = WatchedRanges()
    var lengthSeconds = 0
    var position: (seconds: Int, at: Instant)?
    var completedAt: Instant?
    /// By question.
    var quiz: [String: LessonProgress.QuizResult] = [:]

    static func byLesson(_ events: [Beacon]) -> [LessonName: ToldProgress] {
        var told: [LessonName: ToldProgress] = [:]
        for event in events {
            guard let course = event.course, let lesson = event.lesson else { continue }
            let name = LessonName(course: course, lesson: lesson)
            switch event.event {
            case .video(let watched, _, let length, let position):
                told[name, default: ToldProgress()].watched.formUnion(watched)
                if let length { told[name]?.lengthSeconds = length }
                if let position, event.at >= told[name]?.position?.at ?? event.at { told[name]?.position = (position, event.at) }
            case .quiz(let question, _, let correct, let attempt):
                var result = told[name]?.quiz[question] ?? LessonProgress.QuizResult(question: question, correct: false, attempts: 0)
                result.correct = result.correct || correct
                result.attempts = max(result.attempts, attempt)
                told[name, default: ToldProgress()].quiz[question] = result
            case .done:
                let earliest = min(told[name]?.completedAt ?? event.at, event.at)
                told[name, default: ToldProgress()].completedAt = earliest
            case .view, .survey, .ask, .step: break
            }
        }
        return told
    }
}

extension Database {
    /// A union of ranges is no SQL: the row is read, joined and written. There is one writer, and its transaction began with
    /// the right to write (BEGIN IMMEDIATE; elsewhere SELECT … FOR UPDATE), so nobody comes between.
    func add(_ told: ToldProgress, to name: LessonName, of learner: ID<Learner>, now: Instant) throws {
        let key: [String] = [learner.text, name.course, name.lesson]
        let row = try row("SELECT watched FROM progress WHERE learner = ? AND course = ? AND lesson = ?", Values(key))
        // A text that cannot be read would otherwise be written over.
        guard var watched = WatchedRanges(text: row?[0] ?? "") else { throw StoreError.broken("watched holds no ranges") }
        watched.formUnion(told.watched)
        try run(
            """
            INSERT INTO progress
              (learner, course, lesson, watched, watched_seconds, length_seconds, position_seconds, position_at, completed_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (learner, course, lesson) DO UPDATE SET
              watched = excluded.watched, watched_seconds = excluded.watched_seconds,
              length_seconds = CASE WHEN excluded.length_seconds > 0 THEN excluded.length_seconds ELSE progress.length_seconds END,
              position_seconds = CASE WHEN excluded.position_at > progress.position_at
                                      THEN excluded.position_seconds ELSE progress.position_seconds END,
              position_at = CASE WHEN excluded.position_at > progress.position_at THEN excluded.position_at ELSE progress.position_at END,
              completed_at = CASE WHEN progress.completed_at IS NULL OR excluded.completed_at < progress.completed_at
                                  THEN excluded.completed_at ELSE progress.completed_at END,
              updated_at = excluded.updated_at
            """,
            Values(key) + [
                watched.text, watched.seconds, told.lengthSeconds, told.position?.seconds ?? 0, told.position?.at.sql ?? 0,
                told.completedAt?.sql, now.sql,
            ])
        for result in told.quiz.values {
            try run(
                """
                INSERT INTO quiz_result (learner, course, lesson, question, correct, attempts, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (learner, course, lesson, question) DO UPDATE SET
                  correct = CASE WHEN excluded.correct = 1 THEN 1 ELSE quiz_result.correct END,
                  attempts = CASE WHEN excluded.attempts > quiz_result.attempts THEN excluded.attempts ELSE quiz_result.attempts END,
                  updated_at = excluded.updated_at
                """, Values(key) + [result.question, result.correct ? 1 : 0, result.attempts, now.sql])
        }
    }
}

extension LessonProgress {
    /// - Parameter rows: of `progressSQL`, those of one lesson together.
    static func joined(_ rows: [Row]) throws -> [LessonProgress] {
        var lessons: [LessonProgress] = []
        for row in rows {
            let course: String = try row.at(0), lesson: String = try row.at(1)
            if lessons.last?.lesson != lesson || lessons.last?.course != course {
                guard let watched = WatchedRanges(text: try row.at(2)) else { throw StoreError.broken("watched holds no ranges") }
                lessons.append(
                    LessonProgress(
                        course: course, lesson: lesson, watched: watched, lengthSeconds: try row.at(3), positionSeconds: try row.at(4),
                        completedAt: (row[5] as Int64?).map(Instant.init(milliseconds:)), updatedAt: Instant(milliseconds: try row.at(6))))
            }
            guard let question = row[7] as String? else { continue }
            let correct: Int = try row.at(8)
            lessons[lessons.count - 1].quiz.append(QuizResult(question: question, correct: correct == 1, attempts: try row.at(9)))
        }
        return lessons
    }
}
