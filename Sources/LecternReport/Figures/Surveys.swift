import LecternCore
import LecternStore

/// What people chose in the site's survey: each person's last answer to each question.
struct SurveyAnswers {
    struct Question {
        var id: String
        /// By person: the options that they chose; none for own words.
        var chosen: [UInt32: [String]] = [:]
    }

    private(set) var questions: [Question] = []

    init(_ crowd: Crowd, _ journeys: Journeys, _ asked: ReportRequest) {
        var last: [String: [UInt32: Totals.Second]] = [:], options: [(SurveyName, place: Int)] = []
        for place in crowd.surveysByQuestion.indices where !crowd.surveysByQuestion[place].isEmpty {
            guard let name = SurveyName(crowd.totals.questions.names[place]) else { continue }
            if name.option != nil {
                options.append((name, place))
                continue
            }
            for (who, at) in crowd.surveysByQuestion[place] where asked.includes(surveyed: who, at: crowd.surveyedAt(at), journeys) {
                last[name.question, default: [:]][who] = crowd.surveyedAt(at)
            }
        }
        var chosen = last.mapValues { $0.mapValues { _ in [String]() } }
        for (name, place) in options.sorted(by: { $0.0.option ?? "" < $1.0.option ?? "" }) {
            for (who, at) in crowd.surveysByQuestion[place] where last[name.question]?[who] == crowd.surveyedAt(at) {
                chosen[name.question]?[who]?.append(name.option ?? "")
            }
        }
        // In the order in which they are asked; then those that are asked no more.
        let order = asked.survey?.questions.map(\.id) ?? []
        let gone = chosen.keys.filter { !order.contains($0) }.sorted()
        questions = (order + gone).compactMap { id in chosen[id].map { Question(id: id, chosen: $0) } }
    }
}

extension ReportRequest {
    /// A question of the site is about no course: with `--course`, those count who began that one.
    fileprivate func includes(surveyed who: UInt32, at second: Totals.Second, _ journeys: Journeys) -> Bool {
        guard contains(second) else { return false }
        guard let course else { return true }
        return courses.firstIndex { $0.id == course }.map { journeys.find(who, $0) != nil } ?? false
    }

    fileprivate func prompt(_ id: String) -> String { survey?.questions.first { $0.id == id }.map { words.title($0.prompt, or: id) } ?? id }

    fileprivate func option(_ option: String, of id: String) -> String {
        survey?.questions.first { $0.id == id }?.options.first { $0.id == option }.map { words.title($0.text, or: option) } ?? option
    }
}

/// A table for each choice: how many chose what.
func surveyTables(_ answers: SurveyAnswers, _ asked: ReportRequest) -> [Table] {
    let w = asked.words
    return answers.questions.compactMap { question -> Table? in
        let all = question.chosen.count { !$0.value.isEmpty }
        var counts: [String: Int] = [:]
        for option in question.chosen.values.joined() { counts[option, default: 0] += 1 }
        let kept = counts.filter { $0.value >= smallestGroup }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        guard !kept.isEmpty else { return nil }
        return Table(
            "surveys", asked.prompt(question.id), note: w("\(all) people; answers of fewer than five are not shown.", "\(all) 人回答；不足五人的回答不显示。"),
            [
                Column("question", w("question", "问题")), Column("answer", w("answer", "回答")), Column("title", w("in words", "回答内容")),
                Column("people", w("people", "人数")), Column("share", w("share", "比例")),
            ],
            kept.map { option, count in
                [.text(question.id), .text(option), .text(asked.option(option, of: question.id)), .count(count), .share(Share(count, of: all))]
            }, chart: .bars(4))
    }
}

/// Who chose the same: how far they come, where they stop, what they buy.
func segmentsByAnswer(_ answers: SurveyAnswers, _ journeys: Journeys, _ bought: Bought, _ asked: ReportRequest) -> [Table] {
    let w = asked.words
    return answers.questions.compactMap { question -> Table? in
        var segments: [String: Segment] = [:]
        journeys.each { who, course, journey in
            guard let chosen = question.chosen[who], journey.startAt != Totals.never, asked.includes(course: asked.courses[course].id) else { return }
            for option in chosen { segments[option, default: Segment()].add(journey, course: course, products: bought.products(of: who)) }
        }
        let kept = segments.filter { $0.value.people >= smallestGroup }.sorted { ($0.value.people, $1.key) > ($1.value.people, $0.key) }
        guard !kept.isEmpty else { return nil }
        return Table(
            "segments-by-answer", w("By answer: ", "按回答：") + asked.prompt(question.id),
            segmentColumns(Column("answer", w("answer", "回答")), w) + [Column("question", w("question", "问题"))],
            kept.map { option, segment in [.text(asked.option(option, of: question.id))] + segment.cells(asked) + [.text(question.id)] })
    }
}

/// What people wrote in their own words, without their names, the last first; nothing of a question that fewer than five answered.
func surveyWords(_ written: [SurveyWords], _ crowd: Crowd, _ journeys: Journeys, _ asked: ReportRequest) -> Table? {
    let w = asked.words
    let own = Set(asked.survey?.questions.filter { $0.kind == .text }.map(\.id) ?? [])
    var last: [String: [UInt32: SurveyWords]] = [:]
    for one in written where own.contains(one.question) && !one.isRobot {
        guard let who = crowd.person(visit: one.visit, learner: one.learner) else { continue }
        let second = Totals.Second(clamping: one.at.milliseconds / 1000)
        guard asked.includes(surveyed: who, at: second, journeys) else { continue }
        if let before = last[one.question]?[who], (before.at, before.text) > (one.at, one.text) { continue }
        last[one.question, default: [:]][who] = one
    }
    let rows = (asked.survey?.questions ?? []).flatMap { question -> [[Cell]] in
        guard let answers = last[question.id], answers.count >= smallestGroup else { return [] }
        return answers.values.sorted { ($0.at, $0.text) > ($1.at, $1.text) }.prefix(mostWords).map { [.text(question.id), .text($0.text)] }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
        "survey-words", w("In their own words", "他们自己的话"), note: w("Without names. The last answer of each person, the newest first.", "不显示姓名；每人只留最后一次回答，新的在前。"),
        [Column("question", w("question", "问题")), Column("words", w("words", "原话"))], rows, isLong: true)
}

/// Of each question: more than anybody reads at once stays in the database.
private let mostWords = 500
