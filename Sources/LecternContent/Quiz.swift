import LecternCore

/// A `quiz.yml`, read and checked.
public struct Quiz: Sendable {
    public var title: String?
    /// 0 to 100.
    public var passPercent: Int
    /// nil: as many as the learner likes.
    public var attempts: Int?
    /// At least one.
    public var questions: [Question]

    public struct Question: Sendable {
        /// One of its own in the quiz.
        public var id: String
        public var kind: Kind
        /// Markdown.
        public var prompt: Located<String>
        /// 1 to 100.
        public var points: Int
        /// Markdown, shown when the question has been marked.
        public var explain: Located<String>?
        /// Where the film asks it.
        public var atSeconds: Int?
        public var line: Int
    }

    public enum Kind: Sendable {
        /// One option is right.
        case single([Option])
        /// At least one is right; all right ones must be chosen, and no other.
        case multiple([Option])
        case trueFalse(Bool)
        /// `tolerance` is the largest distance from the answer that still counts.
        case number(Double, tolerance: Double)
        /// Accepted forms as they were written, the model answer first.
        case text([String])
        /// Markdown of the items, in the right order.
        case ordering([Located<String>])
        case blanks([QuizBlankPart], isCode: Bool)
    }

    public struct Option: Sendable {
        /// Markdown, inline.
        public var text: Located<String>
        public var isCorrect: Bool
        /// Markdown, inline: shown to who chose it.
        public var explain: Located<String>?
    }
}

extension Quiz {
    /// Reads a `quiz.yml`.
    ///
    /// - Parameter file: for problems: "content/courses/python/01-a/quiz.yml".
    /// - Returns: nil for the quiz when no question could be read. When any of the problems is an error, the quiz is what
    ///   could be read of it: good for finding the mistakes in its Markdown too, not for a page.
    public static func read(bytes: [UInt8], file: String) -> (Quiz?, [Problem]) {
        let node: YAMLNode
        do throws(Problem) { node = try readYAML(bytes, file: file) } catch { return (nil, [error]) }
        guard node.entries != nil else {
            let help = ["write title: and questions: in the first column, and the list below questions:"]
            return (nil, [Problem(.error, "a quiz is title, pass, attempts and questions", file: file, line: node.line, help: help)])
        }
        var fields = FieldReader(node, file: file)
        let title = fields.text("title")
        let pass = fields.whole("pass", in: 0...100) ?? 60
        let attempts = fields.whole("attempts", in: 1...1000)
        fields.warnOfOthers(than: ["title", "pass", "attempts", "questions"])
        let items = fields.value("questions")?.items ?? []
        if items.isEmpty {
            let line = node["questions"]?.line ?? node.line
            fields.report("this quiz has no questions", line: line, help: ["write a list below questions:, or remove the file"])
        }
        var questions: [Question] = []
        var lines: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            guard item.entries != nil else {
                fields.report("a question is a prompt and its answer", line: item.line, help: ["- prompt: What is 1 + 1?", "  answer: 2"])
                continue
            }
            var reader = QuestionReader(item, file: file)
            let question = reader.read(number: index + 1)
            fields.take(reader.fields.problems)
            guard let question else { continue }
            if let other = lines[question.id] {
                fields.report(
                    "two questions have the id \"\(question.id)\", the other one is in line \(other)", line: item.line,
                    help: ["give each its own id: results are kept under it"])
            }
            lines[question.id] = item.line
            questions.append(question)
        }
        let quiz = Quiz(title: title, passPercent: pass, attempts: attempts, questions: questions)
        return (questions.isEmpty ? nil : quiz, fields.problems)
    }
}
