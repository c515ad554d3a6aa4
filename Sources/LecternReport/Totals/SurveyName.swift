/// Under which name totals keep answers to a question of the survey, or to one of its options.
struct SurveyName: Hashable {
    var question: String
    /// nil: that the question was answered at all, by whatever.
    var option: String?

    init(question: String, option: String? = nil) { (self.question, self.option) = (question, option) }

    /// - Returns: nil for a name of something else: a quiz's question.
    init?(_ text: String) {
        let parts = text.split(separator: "\u{0}", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts[0] == "survey" else { return nil }
        self.init(question: String(parts[1]), option: parts.count == 3 ? String(parts[2]) : nil)
    }

    var text: String { "survey\u{0}" + question + (option.map { "\u{0}" + $0 } ?? "") }
}
