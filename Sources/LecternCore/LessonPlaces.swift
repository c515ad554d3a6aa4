/// Where a lesson's parts lie in the creator's folder, as the creator would write it: "content/courses/python/02-functions/quiz.yml".
public struct LessonPlaces: Sendable, Equatable {
    /// Its text; where it has none, its film or its folder.
    public var text: String
    public var film: String?
    public var quiz: String?
    /// Of its quiz, by the question's id.
    public var questionLines: [String: Int]

    public init(text: String, film: String? = nil, quiz: String? = nil, questionLines: [String: Int] = [:]) {
        self.text = text
        self.film = film
        self.quiz = quiz
        self.questionLines = questionLines
    }
}
