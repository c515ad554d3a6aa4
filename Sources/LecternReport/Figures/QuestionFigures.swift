import LecternCore

/// What a question measures, from first attempts alone.
struct QuestionFigures: Sendable {
    var course: String
    var lesson: String
    var question: String
    /// Who answered it, and who of them was right at first.
    var first: Share
    var rightAtLast: Int
    /// Correlation with the right answers to the quiz's other questions, of those who answered all (corrected item-total
    /// correlation); nil when too few did.
    var discrimination: Double?
    /// Of how many people that is; and of the best third of them, by their other answers, who was right at first.
    var complete: Int
    var best: Share?
    /// By answer: how many chose it at first, and whether it is right. Those of fewer than five together.
    var answers: [(text: String, count: Int, isCorrect: Bool)]
}

/// What a lesson's quiz measures as a whole.
struct QuizFigures: Sendable {
    var course: String
    var lesson: String
    var questions: [QuestionFigures]
    /// Who answered all of its questions.
    var complete: Int
    /// KR-20 (Kuder and Richardson, 1937: Cronbach's alpha for right and wrong); nil when too few answered, or nothing varies.
    var reliability: Double?
}

/// Fewer answers than this say nothing about a question, and fewer complete quizzes nothing about a correlation.
let leastAnswers = 30

func quizFigures(_ crowd: Crowd, _ asked: ReportRequest) -> [QuizFigures] {
    var byLesson: [Int: [Int]] = [:]
    for place in crowd.totals.questions.names.indices where !crowd.byQuestion[place].isEmpty {
        byLesson[crowd.totals.question(place).lesson, default: []].append(place)
    }
    let order = lessonOrder(asked)
    return byLesson.compactMap { lesson, questions -> QuizFigures? in
        guard lesson >= 0, lesson < crowd.totals.lessons.names.count else { return nil }
        let (course, name) = crowd.totals.lesson(lesson)
        guard asked.includes(course: course) else { return nil }
        return quiz(crowd, asked, course: course, lesson: name, questions)
    }.sorted { (order[$0.lesson] ?? .max, $0.course, $0.lesson) < (order[$1.lesson] ?? .max, $1.course, $1.lesson) }
}

private func lessonOrder(_ asked: ReportRequest) -> [String: Int] {
    Dictionary(asked.courses.flatMap { $0.lessons.map(\.id) }.enumerated().map { ($1, $0) }) { first, _ in first }
}

private func quiz(_ crowd: Crowd, _ asked: ReportRequest, course: String, lesson: String, _ places: [Int]) -> QuizFigures? {
    var questions: [QuestionFigures] = []
    var marks: [[UInt32: Bool]] = []
    for place in places {
        var right: [UInt32: Bool] = [:], rightAtLast = 0, chosen: [UInt32: (count: Int, isCorrect: Bool)] = [:]
        for (who, at) in crowd.byQuestion[place] {
            let answer = crowd.answer(at)
            // Of whom the first attempt is not known, nothing is known about the first try.
            guard asked.contains(answer.at), answer.attempt == 1 else { continue }
            right[who] = answer.isCorrect
            if answer.isEverCorrect { rightAtLast += 1 }
            chosen[answer.answer, default: (0, answer.isCorrect)].count += 1
        }
        guard !right.isEmpty else { continue }
        questions.append(
            QuestionFigures(
                course: course, lesson: lesson, question: crowd.totals.question(place).question,
                first: Share(right.values.count(where: \.self), of: right.count), rightAtLast: rightAtLast, discrimination: nil, complete: 0, best: nil,
                answers: answers(chosen, crowd.totals)))
        marks.append(right)
    }
    guard !questions.isEmpty else { return nil }
    let sorted = questions.indices.sorted { questions[$0].question < questions[$1].question }
    questions = sorted.map { questions[$0] }
    marks = sorted.map { marks[$0] }
    var figures = QuizFigures(course: course, lesson: lesson, questions: questions, complete: 0, reliability: nil)
    analyse(&figures, marks)
    return figures
}

private func answers(_ chosen: [UInt32: (count: Int, isCorrect: Bool)], _ totals: Totals) -> [(text: String, count: Int, isCorrect: Bool)] {
    var kept: [(text: String, count: Int, isCorrect: Bool)] = [], rest = 0
    for (answer, one) in chosen {
        let text = totals.answerText(answer)
        if one.count < smallestGroup || text.isEmpty { rest += one.count } else { kept.append((text.replacing("\n", with: " · "), one.count, one.isCorrect)) }
    }
    kept.sort { ($0.count, $1.text) > ($1.count, $0.text) }
    for one in kept.dropFirst(12) { rest += one.count }
    return Array(kept.prefix(12)) + (rest > 0 ? [(NameTable.others, rest, false)] : [])
}

/// Of those who answered every question that at least half of the quiz's people answered: one that was taken out of the quiz,
/// or was only just added, does not make everybody else incomplete.
private func analyse(_ figures: inout QuizFigures, _ marks: [[UInt32: Bool]]) {
    let most = marks.map(\.count).max() ?? 0
    let items = marks.indices.filter { marks[$0].count * 2 >= most }
    guard items.count > 1, let smallest = items.min(by: { marks[$0].count < marks[$1].count }) else { return }
    let people = marks[smallest].keys.filter { who in items.allSatisfy { marks[$0][who] != nil } }.sorted()
    figures.complete = people.count
    for item in items { figures.questions[item].complete = people.count }
    guard people.count >= leastAnswers else { return }
    let scores = items.map { item in people.map { marks[item][$0] == true ? 1.0 : 0.0 } }
    let totals = people.indices.map { person in scores.reduce(0) { $0 + $1[person] } }
    for (place, item) in items.enumerated() {
        let rest = people.indices.map { totals[$0] - scores[place][$0] }
        figures.questions[item].discrimination = correlation(scores[place], rest)
        figures.questions[item].best = best(scores[place], rest)
    }
    let n = Double(people.count), mean = totals.reduce(0, +) / n
    let variance = totals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let pq = scores.reduce(0.0) { sum, item in
        let p = item.reduce(0, +) / n
        return sum + p * (1 - p)
    }
    if items.count > 2, variance > 1e-12 { figures.reliability = Double(items.count) / Double(items.count - 1) * (1 - pq / variance) }
}

/// Whoever has as many right as the last of the best third belongs to it.
private func best(_ scores: [Double], _ rest: [Double]) -> Share {
    let least = rest.sorted(by: >)[rest.count / 3]
    let people = rest.indices.filter { rest[$0] >= least }
    return Share(people.count { scores[$0] > 0 }, of: people.count)
}

func quizzes(_ quizzes: [QuizFigures], _ asked: ReportRequest) -> Section {
    let w = asked.words
    guard !quizzes.isEmpty else {
        return Section(id: "quizzes", title: w("Quizzes", "测验"), notes: [w("No question was answered in this time.", "这段时间没有人答题。")], tables: [])
    }
    let questions = quizzes.flatMap(\.questions)
    let place = [Column("course", w("course", "课程")), Column("lesson", w("lesson", "课时"))]
    return Section(
        id: "quizzes", title: w("Quizzes", "测验"),
        notes: [
            w("From first attempts alone. Under \(leastAnswers) answers nothing is said about a question.", "只看第一次作答；不足 \(leastAnswers) 份不下结论。")
        ],
        tables: [
            Table(
                "questions", w("Each question", "每道题"),
                note: w("Discrimination: does who gets the others right get this one right too? Below 0.2 it tells little, below 0 it misleads.",
                        "区分度：别的题做对的人，这题是否也做对。低于 0.2 说明不了什么，低于 0 会误导。"),
                place + [
                    Column("question", w("question", "题目")), Column("answers", w("answered", "作答")), Column("right_first", w("right at first", "首次正确")),
                    Column("right_last", w("right at last", "最终正确")), Column("discrimination", w("discrimination", "区分度")),
                ],
                questions.map { one in
                    [
                        .text(one.course), .text(one.lesson), .text(one.question), .count(one.first.of),
                        one.first.of < leastAnswers ? .tooFew(one.first.of) : .share(one.first),
                        one.first.of < leastAnswers ? .tooFew(one.first.of) : .part(Double(one.rightAtLast) / Double(one.first.of)),
                        one.discrimination.map { .number($0) } ?? (one.complete > 0 && one.complete < leastAnswers ? .tooFew(one.complete) : .none),
                    ]
                }, chart: .bars(4)),
            Table(
                "quizzes", w("Each quiz", "每个测验"),
                note: w("Reliability: KR-20, of those who answered all. 0.7 is good for deciding about people, less is enough to learn by.",
                        "信度：KR-20，以答完全部题目的人计。"),
                place + [Column("questions", w("questions", "题数")), Column("complete", w("answered all", "答完")), Column("reliability", w("reliability", "信度"))],
                quizzes.map { one in
                    [
                        .text(one.course), .text(one.lesson), .count(one.questions.count), .count(one.complete),
                        one.reliability.map { .number($0) } ?? (one.complete < leastAnswers ? .tooFew(one.complete) : .none),
                    ]
                }),
            Table(
                "answers", w("What was answered at first", "首次答案"), note: w("Answers of fewer than five people are put together.", "不足五人的答案归为一组。"),
                place + [
                    Column("question", w("question", "题目")), Column("answer", w("answer", "答案")), Column("right", w("right", "正确")),
                    Column("people", w("people", "人数")), Column("share", w("share", "比例")),
                ],
                questions.filter { $0.first.of >= leastAnswers }.flatMap { one in
                    one.answers.map { answer -> [Cell] in
                        [
                            .text(one.course), .text(one.lesson), .text(one.question), .text(answer.text), .text(answer.isCorrect ? w("yes", "是") : ""),
                            .count(answer.count), .share(Share(answer.count, of: one.first.of)),
                        ]
                    }
                }, isLong: true),
        ])
}
