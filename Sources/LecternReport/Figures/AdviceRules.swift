import Foundation
import LecternCore

/// At most this share of reports about nothing gives any advice at all: the rules share it, and each shares its part among
/// all the places at which it looks (Bonferroni, 1936). docs/report.md says what each rule tests.
let falseAlarms = 0.04
private let rules = 4.0

/// What to mend, what weighs most first; at most ten. Silent where the data is thin.
func advice(_ crowd: Crowd, _ lessons: [LessonFigures], _ quizzes: [QuizFigures], _ sources: [SourceFigures], _ losses: [CourseLosses], _ asked: ReportRequest) -> [Advice] {
    let w = asked.words
    let all = badQuestions(quizzes, w) + leavingSeconds(lessons, w) + leavingLessons(losses, w) + goodSources(sources, w)
    return Array(all.sorted { ($0.peopleLow, $1.subject) > ($1.peopleLow, $0.subject) }.prefix(10)).map { $0.placed(asked.places) }
}

private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

// MARK: A question that the best miss as well

/// Fewer than half right at first, and 15 points below the quiz's other questions, of the best third as well, while being right
/// has little to do with being right elsewhere; or: who is good elsewhere is right less often.
private func badQuestions(_ quizzes: [QuizFigures], _ w: Words) -> [Advice] {
    let candidates = quizzes.flatMap { quiz in quiz.questions.filter { $0.first.of >= leastAnswers }.map { (quiz, $0) } }
    // Each is looked at in two ways.
    let tests = Double(candidates.count * 2)
    return candidates.compactMap { quiz, one in
        let others = quiz.questions.filter { $0.question != one.question && $0.first.of >= leastAnswers }.map(\.first.value).sorted()
        let usual = others.isEmpty ? 0.7 : others[others.count / 2]
        let n = one.first.of
        let tooLow = binomialAtLeast(n - one.first.hits, of: n, 0.5) * tests
        var misleading = 1.0, isUnrelated = false
        if let r = one.discrimination {
            let error = 1 / Double(one.complete - 3).squareRoot(), z = atanh(max(-0.999, min(0.999, r)))
            misleading = 0.5 * erfc(-z / error / 2.0.squareRoot()) * tests
            isUnrelated = r < 0.2 && tanh(z + 1.96 * error) < 0.45 && (one.best?.value ?? 1) <= 0.42
        }
        let level = falseAlarms / rules
        let isBad = tooLow <= level && one.first.value <= usual - 0.15 && isUnrelated
        guard isBad || misleading <= level else { return nil }
        func lost(_ share: Double) -> Double { max(0, (usual - share) * Double(n)) }
        let bounds = one.first.bounds()
        let related = one.discrimination.map { w(", discrimination \(signed($0))", "，区分度 \(signed($0))") } ?? ""
        let favourite = one.answers.first { !$0.isCorrect && $0.text != NameTable.others && !$0.text.isEmpty }
        let favouriteText = favourite.map { w("; \($0.count) chose “\($0.text)”", "；\($0.count) 人选了“\($0.text)”") } ?? ""
        return Advice(
            rule: .question, subject: one.lesson + "#" + one.question, course: one.course, lesson: one.lesson, question: one.question,
            sentence: w(
                "\(one.lesson), question \(one.question): \(percent(one.first.value)) right at first, and the best learners miss it too.",
                "\(one.lesson) 的题 \(one.question)：首次正确只有 \(percent(one.first.value))，学得好的人也答错。"),
            evidence: w(
                "\(one.first.hits) of \(n) right at first (95 %: \(percent(bounds.low)) to \(percent(bounds.high))); the quiz's other questions: \(percent(usual))\(related)\(favouriteText).",
                "\(n) 人中首次答对 \(one.first.hits) 人（95 % 区间 \(percent(bounds.low))–\(percent(bounds.high))）；同一测验其他题：\(percent(usual))\(related)\(favouriteText)。"),
            tryThis: w("Check the key and the wording in this lesson's quiz.", "检查这一课测验里的答案和措辞。"),
            people: lost(one.first.value), peopleLow: lost(bounds.high), peopleHigh: lost(bounds.low), chance: min(1, isBad ? tooLow : misleading))
    }
}

private func signed(_ number: Double) -> String { (number < 0 ? "−" : "") + String(format: "%.2f", abs(number)) }

// MARK: A second at which a film loses people

/// Of those who are still there, more leave in one stretch than in any other of the film but one, by a half and more. Its
/// beginning and its end are left out: there people leave every film.
private func leavingSeconds(_ lessons: [LessonFigures], _ w: Words) -> [Advice] {
    let films = lessons.filter { $0.watchers >= 50 && $0.there.count >= 10 }
    let tests = Double(films.reduce(0) { $0 + eligible($1).count })
    return films.flatMap { film -> [Advice] in
        let stretches = eligible(film)
        func share(_ stretch: Int) -> Double { film.there[stretch] > 0 ? Double(film.left[stretch]) / Double(film.there[stretch]) : 0 }
        let ranked = stretches.filter { film.there[$0] >= smallestGroup }.sorted { (share($0), $1) > (share($1), $0) }
        return ranked.prefix(2).compactMap { stretch in
            // Somebody who is a second late leaves in the stretch beside it.
            let others = ranked.filter { abs($0 - stretch) > 1 }
            let usual = others.count > 1 ? share(others[1]) : others.first.map(share) ?? 0
            let n = film.there[stretch], k = film.left[stretch]
            let background = max(usual, 1 / Double(n)) * 1.5
            let chance = binomialAtLeast(k, of: n, background) * tests
            let excess = Double(k) - usual * Double(n)
            guard chance <= falseAlarms / rules, share(stretch) >= 0.04, excess >= 8 else { return nil }
            let bounds = Share(k, of: n).bounds(), second = film.commonest(in: stretch)
            return Advice(
                rule: .second, subject: film.lesson + "@\(second)", course: film.course, lesson: film.lesson, second: second,
                sentence: w(
                    "\(film.lesson) loses \(k) of \(n) watchers at \(timeText(seconds: second)).", "\(film.lesson) 在 \(timeText(seconds: second)) 流失了 \(n) 位观众里的 \(k) 位。"),
                evidence: w(
                    "\(percent(share(stretch))) of those still there left within \(film.stretchSeconds) s (95 %: \(percent(bounds.low)) to \(percent(bounds.high))); elsewhere in this film \(percent(usual)) at most.",
                    "还在看的人里有 \(percent(share(stretch))) 在 \(film.stretchSeconds) 秒内离开（95 % 区间 \(percent(bounds.low))–\(percent(bounds.high))）；片中别处最多 \(percent(usual))。"),
                tryThis: w("Look at what happens there: a jump, a long pause, an unexplained word. Cut it, or say it more slowly.", "看看那里发生了什么：跳步、冷场、没解释的词？剪掉它，或讲慢一点。"),
                people: excess, peopleLow: max(0, (bounds.low - usual) * Double(n)), peopleHigh: max(0, (bounds.high - usual) * Double(n)), chance: min(1, chance))
        }
    }
}

private func eligible(_ film: LessonFigures) -> Range<Int> {
    let first = max(1, (film.there.count + 19) / 20), end = endSecond(length: film.length) / film.stretchSeconds
    return first..<max(first, min(film.there.count, end))
}

// MARK: A lesson after which a course loses people

/// Of a course's learners, by lesson in its order: who came so far, and of those who came no further and went quiet.
struct CourseLosses: Sendable {
    var course: String
    var lessons: [String]
    var came: [Int]
    var lost: [Int]
}

func courseLosses(_ crowd: Crowd, _ books: Books, _ journeys: Journeys, _ asked: ReportRequest) -> [CourseLosses] {
    var losses = asked.courses.map {
        CourseLosses(course: $0.id, lessons: $0.lessons.map(\.id), came: Array(repeating: 0, count: $0.lessons.count), lost: Array(repeating: 0, count: $0.lessons.count))
    }
    let quietBefore = UInt32(clamping: min(asked.now.milliseconds, asked.until?.milliseconds ?? .max) / 1000 - quietDays * 86_400)
    let furthest = furthestLessons(crowd, asked)
    journeys.each { who, course, journey in
        guard let learner = Totals.Who(code: who).learner, asked.includes(course: asked.courses[course].id), asked.contains(journey.startAt),
            books.enrolled[.init(learner: crowd.totals.learners.keys[learner], course: asked.courses[course].id)] != nil,
            let last = furthest[pair(who, UInt32(course))], last < losses[course].came.count
        else { return }
        for lesson in 0...last { losses[course].came[lesson] += 1 }
        if journey.completedAt == Totals.never, journey.lastAt < quietBefore { losses[course].lost[last] += 1 }
    }
    return losses.filter { $0.came.count > 3 }
}

private func furthestLessons(_ crowd: Crowd, _ asked: ReportRequest) -> [UInt64: Int] {
    var furthest: [UInt64: Int] = [:]
    for (number, course) in asked.courses.enumerated() {
        for (order, lesson) in course.lessons.enumerated() {
            guard let place = crowd.totals.place(course: course.id, lesson: lesson.id) else { continue }
            for (who, at) in crowd.byLesson[place] where Totals.Who(code: who).learner != nil && crowd.watch(at).startAt != Totals.never {
                furthest[pair(who, UInt32(number)), default: 0] = max(furthest[pair(who, UInt32(number))] ?? 0, order)
            }
        }
    }
    return furthest
}

private func leavingLessons(_ losses: [CourseLosses], _ w: Words) -> [Advice] {
    // The first lesson is where everybody leaves who only wanted to look.
    let tests = Double(losses.reduce(0) { $0 + max(0, $1.came.count - 2) })
    return losses.flatMap { course -> [Advice] in
        let places = 1..<(course.came.count - 1)
        func share(_ lesson: Int) -> Double { course.came[lesson] > 0 ? Double(course.lost[lesson]) / Double(course.came[lesson]) : 0 }
        let ranked = places.filter { course.came[$0] >= leastAnswers }.sorted { (share($0), $1) > (share($1), $0) }
        return ranked.prefix(1).compactMap { lesson in
            guard ranked.count > 2 else { return nil }
            let usual = share(ranked[1]), n = course.came[lesson], k = course.lost[lesson]
            let chance = binomialAtLeast(k, of: n, max(usual, 1 / Double(n)) * 1.5) * tests
            guard chance <= falseAlarms / rules, Double(k) - usual * Double(n) >= 8 else { return nil }
            let bounds = Share(k, of: n).bounds()
            return Advice(
                rule: .lesson, subject: course.lessons[lesson], course: course.course, lesson: course.lessons[lesson],
                sentence: w("\(course.course) loses \(k) of \(n) learners in \(course.lessons[lesson]).", "\(course.course) 在 \(course.lessons[lesson]) 流失了 \(n) 位学员里的 \(k) 位。"),
                evidence: w(
                    "\(percent(share(lesson))) of those who came so far went quiet there (95 %: \(percent(bounds.low)) to \(percent(bounds.high))); after any other lesson \(percent(usual)) at most.",
                    "走到这里的人有 \(percent(share(lesson))) 就此沉寂（95 % 区间 \(percent(bounds.low))–\(percent(bounds.high))）；其他课最多 \(percent(usual))。"),
                tryThis: w("Ask two of them why; make the step to the next lesson smaller.", "问问其中两位原因，把通往下一课的台阶放低。"),
                people: Double(k) - usual * Double(n), peopleLow: max(0, (bounds.low - usual) * Double(n)), peopleHigh: max(0, (bounds.high - usual) * Double(n)),
                chance: min(1, chance))
        }
    }
}

// MARK: A source whose visitors buy more often

private func goodSources(_ sources: [SourceFigures], _ w: Words) -> [Advice] {
    let visits = sources.reduce(0) { $0 + $1.visits }, paid = sources.reduce(0) { $0 + $1.paid }
    let candidates = sources.filter { $0.visits >= 50 && $0.name != NameTable.others && visits - $0.visits >= 50 }
    let tests = Double(candidates.count)
    return candidates.compactMap { one in
        let chance = fisherAtLeast(one.paid, of: one.visits, allHits: paid, of: visits) * tests
        guard chance <= falseAlarms / rules, one.paid >= smallestGroup else { return nil }
        let own = Share(one.paid, of: one.visits), rest = Share(paid - one.paid, of: visits - one.visits)
        let bounds = own.bounds()
        return Advice(
            rule: .source, subject: one.name, source: one.name,
            sentence: w(
                "Visitors from \(one.name) buy more often: \(decimal(own.value * 100)) % against \(decimal(rest.value * 100)) %.",
                "来自 \(one.name) 的访客更常购买：\(decimal(own.value * 100)) % 对 \(decimal(rest.value * 100)) %。"),
            evidence: w(
                "\(one.paid) of \(one.visits) visits paid (95 %: \(decimal(bounds.low * 100)) to \(decimal(bounds.high * 100)) %); of all others \(rest.hits) of \(rest.of).",
                "\(one.visits) 次访问成交 \(one.paid) 次（95 % 区间 \(decimal(bounds.low * 100))–\(decimal(bounds.high * 100)) %）；其余 \(rest.of) 次成交 \(rest.hits) 次。"),
            tryThis: w("Do more of what brings people from there, and find out what they read before.", "多做能带来这些人的事，并弄清他们来之前读了什么。"),
            people: max(0, (own.value - rest.value) * Double(one.visits)), peopleLow: max(0, (bounds.low - rest.value) * Double(one.visits)),
            peopleHigh: max(0, (bounds.high - rest.value) * Double(one.visits)), chance: min(1, chance))
    }
}

private func decimal(_ number: Double) -> String { String(format: "%.1f", number) }
