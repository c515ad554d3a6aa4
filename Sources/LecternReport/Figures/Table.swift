import LecternCore

/// One figure. What it is decides how each face shows it: as a bar, with its interval, or as a number for a program.
public enum Cell: Sendable, Equatable {
    case text(String)
    case count(Int)
    case money(Money)
    /// With its 95 % interval.
    case share(Share)
    /// A share that is no count of people: how much of a film was watched.
    case part(Double)
    case number(Double)
    case seconds(Double)
    /// Not shown, since it would rest on so few.
    case tooFew(Int)
    case none
}

public struct Column: Sendable {
    /// As CSV and JSON call it: never translated.
    public var id: String
    public var title: String

    public init(_ id: String, _ title: String) {
        self.id = id
        self.title = title
    }
}

/// A chart of a table's columns: the table stands behind it, so that nothing is in the picture alone.
public enum Chart: Sendable {
    /// A bar for each row, as long as this column says.
    case bars(Int)
    /// A line for each of these columns over the rows.
    case lines([Int])
}

public struct Table: Sendable {
    /// Its file in CSV, its name in JSON.
    public var id: String
    public var title: String
    public var note: String?
    public var columns: [Column]
    public var rows: [[Cell]]
    public var chart: Chart?
    /// Not on the terminal, where it would be longer than a page.
    public var isLong: Bool

    public init(_ id: String, _ title: String, note: String? = nil, _ columns: [Column], _ rows: [[Cell]], chart: Chart? = nil, isLong: Bool = false) {
        self.id = id
        self.title = title
        self.note = note
        self.columns = columns
        self.rows = rows
        self.chart = chart
        self.isLong = isLong
    }
}

public struct Section: Sendable {
    public var id: String
    public var title: String
    public var notes: [String]
    public var tables: [Table]
}

/// What to mend, with what it rests on.
public struct Advice: Sendable, Equatable {
    public enum Rule: String, Sendable { case question, second, lesson, source }

    public var rule: Rule
    /// What it is about: a lesson, a question, a source, a course.
    public var subject: String
    public var course: String?
    public var lesson: String?
    public var question: String?
    public var source: String?
    /// Where in the film to look.
    public var second: Int?
    /// The file to look at, and its line; nil where the report is not made beside the content, and for a source.
    public var file: String?
    public var line: Int?
    public var sentence: String
    public var evidence: String
    public var tryThis: String
    /// How many people it costs or brings, with its 95 % interval.
    public var people: Double
    public var peopleLow: Double
    public var peopleHigh: Double
    /// How likely so much would be by chance alone, after counting how often we looked.
    public var chance: Double
}

extension Advice {
    /// With where it lies: a question in its quiz, a second in its film, everything else in the lesson's text.
    func placed(_ places: [String: LessonPlaces]) -> Advice {
        guard let lesson, let place = places[lesson] else { return self }
        var advice = self
        switch rule {
        case .question:
            advice.file = place.quiz ?? place.text
            advice.line = question.flatMap { place.questionLines[$0] }
        case .second: advice.file = place.film ?? place.text
        case .lesson, .source: advice.file = place.text
        }
        return advice
    }

    /// `content/courses/python/02-functions/quiz.yml:14`, or with a film's second: `…/film.mp4 3:07`.
    var lookAt: String? { file.map { $0 + (line.map { ":\($0)" } ?? "") + (second.map { " " + timeText(seconds: $0) } ?? "") } }
}

extension Report {
    /// For where others may copy it: says nothing of the creator's files.
    public var withoutPlaces: Report {
        var report = self
        for index in report.advice.indices { (report.advice[index].file, report.advice[index].line) = (nil, nil) }
        return report
    }
}

/// The language of a report.
public struct Words: Sendable {
    public var isChinese: Bool
    public init(language: String) { isChinese = language.hasPrefix("zh") }

    func callAsFunction(_ en: String, _ zh: String) -> String { isChinese ? zh : en }

    func title(_ titles: [String: String], or id: String) -> String {
        titles[isChinese ? "zh" : "en"] ?? titles.sorted { $0.key < $1.key }.first?.value ?? id
    }
}
