/// How far a learner is in a lesson.
public struct LessonProgress: Hashable, Sendable {
    public var course: String
    public var lesson: String
    public var watched: WatchedRanges
    /// Of the film; 0 while nothing told it.
    public var lengthSeconds: Int
    /// Where the film was left.
    public var positionSeconds: Int
    public var completedAt: Instant?
    public var updatedAt: Instant
    public var quiz: [QuizResult]

    /// What became of one question.
    public struct QuizResult: Hashable, Sendable, Codable {
        public var question: String
        /// Whether any attempt was right.
        public var correct: Bool
        public var attempts: Int

        public init(question: String, correct: Bool, attempts: Int) {
            self.question = question
            self.correct = correct
            self.attempts = attempts
        }
    }

    public init(
        course: String, lesson: String, watched: WatchedRanges = WatchedRanges(), lengthSeconds: Int = 0, positionSeconds: Int = 0,
        completedAt: Instant? = nil, updatedAt: Instant, quiz: [QuizResult] = []
    ) {
        self.course = course
        self.lesson = lesson
        self.watched = watched
        self.lengthSeconds = lengthSeconds
        self.positionSeconds = positionSeconds
        self.completedAt = completedAt
        self.updatedAt = updatedAt
        self.quiz = quiz
    }
}
