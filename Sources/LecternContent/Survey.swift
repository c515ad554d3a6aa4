import Glibc
import LecternCore

/// `content/survey.yml`: what a creator asks learners about themselves, read and checked, with its translations.
public struct Survey: Sendable, Equatable {
    /// nil: the theme's own words.
    public var title: LocalText?
    /// Plain text above the questions.
    public var intro: LocalText?
    /// At least one.
    public var questions: [Question]

    public struct Question: Sendable, Equatable {
        /// Answers are kept under it, in every language.
        public var id: String
        public var prompt: LocalText
        public var kind: Kind
    }

    public enum Kind: Sendable, Equatable {
        /// One answer.
        case single([Option])
        /// Any number of them.
        case multiple([Option])
        /// The reader's own words, so many characters at most.
        case text(limit: Int)
    }

    public struct Option: Sendable, Equatable {
        public var id: String
        public var text: LocalText
    }
}

extension Survey {
    public static let questionLimit = 30
    public static let optionLimit = 30
    /// What a beacon has room for.
    public static let textLimit = 2000
    /// All prompts and options stand in the catalogue.
    static let wordsLimit = 300

    /// Reads a `survey.yml` in one language.
    /// - Parameter file: for problems: "content/survey.yml".
    /// - Returns: nil for the survey when any of the problems is an error.
    public static func read(bytes: [UInt8], file: String) -> (Survey?, [Problem]) {
        let node: YAMLNode
        do throws(Problem) { node = try readYAML(bytes, file: file) } catch { return (nil, [error]) }
        guard node.entries != nil else {
            let help = ["write questions: in the first column, and the list below it"]
            return (nil, [Problem(.error, "a survey is title, intro and questions", file: file, line: node.line, help: help)])
        }
        var fields = FieldReader(node, file: file)
        let title = fields.text("title"), intro = fields.text("intro")
        fields.warnOfOthers(than: ["title", "intro", "questions"])
        let items = fields.value("questions")?.items ?? []
        let line = node["questions"]?.line ?? node.line
        if items.isEmpty { fields.report("this survey has no questions", line: line, help: ["write a list below questions:, or remove the file"]) }
        if items.count > questionLimit { fields.report("\(items.count) questions are more than \(questionLimit)", line: line, help: ["ask few: fewer people answer many"]) }
        var questions: [Question] = [], lines: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            var reader = SurveyQuestionReader(item, file: file)
            let question = reader.read(number: index + 1)
            fields.take(reader.fields.problems)
            guard let question else { continue }
            if let other = lines[question.id] {
                fields.report(
                    "two questions have the id \"\(question.id)\", the other one is in line \(other)", line: item.line,
                    help: ["give each its own id: answers are kept under it"])
            }
            lines[question.id] = item.line
            questions.append(question)
        }
        let isGood = !fields.problems.contains { $0.severity == .error }
        return (isGood ? Survey(title: title.map { LocalText($0) }, intro: intro.map { LocalText($0) }, questions: questions) : nil, fields.problems)
    }

    /// Takes over what a translation says. Both ask the same: what was answered in one language counts in the other.
    /// - Returns: what does not fit.
    mutating func add(_ other: Survey, language: String, file: String) -> [Problem] {
        var problems: [Problem] = []
        func report(_ message: String, _ help: String) { problems.append(Problem(.error, message, file: file, help: [help])) }
        let help = "it has the same questions and options with the same ids, in the same order"
        let ids = questions.map(\.id), theirs = other.questions.map(\.id)
        guard ids == theirs else {
            report("its questions are \(theirs.joined(separator: ", ")); those of survey.yml are \(ids.joined(separator: ", "))", help)
            return problems
        }
        title = translated(title, other.title, language)
        intro = translated(intro, other.intro, language)
        for place in questions.indices {
            let theirs = other.questions[place]
            questions[place].prompt.translations[language] = theirs.prompt.fallback
            guard questions[place].kind.hasSameAnswers(as: theirs.kind) else {
                report("question \"\(theirs.id)\" has other answers than in survey.yml", help)
                continue
            }
            questions[place].kind.translate(theirs.kind, language)
        }
        return problems
    }

    private func translated(_ own: LocalText?, _ other: LocalText?, _ language: String) -> LocalText? {
        guard let other else { return own }
        var text = own ?? LocalText(other.fallback)
        text.translations[language] = other.fallback
        return text
    }
}

extension Survey {
    /// Equal for two surveys that say the same, in every run.
    public var identity: String {
        func words(_ text: LocalText?) -> String {
            guard let text else { return "-" }
            return text.fallback.debugDescription + text.translations.sorted { $0.key < $1.key }.map { $0.key + $0.value.debugDescription }.joined()
        }
        return words(title) + words(intro) + questions.map { question in
            let limit = if case .text(let limit) = question.kind { String(limit) } else { "" }
            return question.id.debugDescription + words(question.prompt) + question.kind.name + limit
                + question.kind.options.map { $0.id.debugDescription + words($0.text) }.joined()
        }.joined(separator: "\n")
    }
}

extension Survey.Kind {
    public var name: String {
        switch self {
        case .single: "single"
        case .multiple: "multiple"
        case .text: "text"
        }
    }

    public var options: [Survey.Option] {
        switch self {
        case .single(let options), .multiple(let options): options
        case .text: []
        }
    }

    fileprivate func hasSameAnswers(as other: Survey.Kind) -> Bool { name == other.name && options.map(\.id) == other.options.map(\.id) }

    fileprivate mutating func translate(_ other: Survey.Kind, _ language: String) {
        var options = options
        for (place, theirs) in other.options.enumerated() { options[place].text.translations[language] = theirs.text.fallback }
        switch self {
        case .single: self = .single(options)
        case .multiple: self = .multiple(options)
        case .text: break
        }
    }
}

/// The survey of a site and its translations, `survey.en.yml`; none for one that has no such file.
public func readSurvey(of folder: SiteFolder, languages: [String]) -> (Survey?, [Problem]) {
    guard folder.onlyCourse == nil else { return (nil, []) }
    var problems: [Problem] = []
    func read(_ name: String) -> Survey? {
        let file = folder.contentFolder + name
        guard access(folder.root + "/" + file, F_OK) == 0 else { return nil }
        do throws(Problem) {
            let (survey, found) = Survey.read(bytes: try readText(folder.root + "/" + file, shownAs: file, limitBytes: TextLimit.yamlBytes), file: file)
            problems += found
            return survey
        } catch {
            problems.append(error)
            return nil
        }
    }
    var survey = read("survey.yml")
    for language in languages.dropFirst() {
        let name = "survey.\(language).yml", translation = read(name)
        guard let translation else { continue }
        if survey != nil {
            problems += survey?.add(translation, language: language, file: folder.contentFolder + name) ?? []
        } else if problems.isEmpty {
            problems.append(Problem(.warning, "this is a translation of survey.yml, and there is none", file: folder.contentFolder + name, help: ["call it survey.yml"]))
        }
    }
    return (problems.contains { $0.severity == .error } ? nil : survey, problems)
}
