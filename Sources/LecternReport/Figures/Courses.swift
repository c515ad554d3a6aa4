import LecternCore

/// How far people come in each course, by the month in which they enrolled, and who went quiet.
func courses(_ crowd: Crowd, _ books: Books, _ journeys: Journeys, _ asked: ReportRequest) -> (section: Section, quiet: [UInt64]) {
    let w = asked.words
    var began = Array(repeating: 0, count: asked.courses.count), half = began, completed = began, quietCount = began, enrolledCount = began
    var days: [[UInt32]] = Array(repeating: [], count: asked.courses.count)
    var cohorts: [CohortKey: Cohort] = [:]
    var quiet: [UInt64] = []
    let numbers = Dictionary(asked.courses.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let quietBefore = UInt32(clamping: min(asked.now.milliseconds, asked.until?.milliseconds ?? .max) / 1000 - quietDays * 86_400)
    for (key, since) in books.enrolled.sorted(by: { ($0.key.learner, $0.key.course) < ($1.key.learner, $1.key.course) }) {
        guard let course = numbers[key.course], asked.contains(since) else { continue }
        let place = crowd.totals.learners[key.learner]
        guard place.map({ crowd.counts(learner: $0) }) ?? true else { continue }
        let journey = place.flatMap { journeys.find(Totals.Who.learner($0).code, course) }
        enrolledCount[course] += 1
        let cohort = CohortKey(course: course, month: monthText(asked.zone.day(since.milliseconds / 1000)))
        cohorts[cohort, default: Cohort()].enrolled += 1
        guard let journey, journey.startAt != Totals.never else { continue }
        cohorts[cohort]?.began += 1
        if journey.halfAt != Totals.never { cohorts[cohort]?.half += 1 }
        if journey.completedAt != Totals.never { cohorts[cohort]?.completed += 1 } else if journey.lastAt < quietBefore {
            quietCount[course] += 1
            quiet.append(key.learner)
        }
    }
    journeys.each { _, course, journey in
        guard journey.startAt != Totals.never, asked.contains(journey.startAt) else { return }
        began[course] += 1
        if journey.halfAt != Totals.never { half[course] += 1 }
        if journey.completedAt != Totals.never {
            completed[course] += 1
            days[course].append(journey.completedAt - min(journey.completedAt, journey.startAt))
        }
    }
    let shown = asked.courses.indices.filter { asked.includes(course: asked.courses[$0].id) && (began[$0] > 0 || enrolledCount[$0] > 0) }
    let table = Table(
        "courses", w("Each course", "每门课程"),
        note: w("Began: did something in a lesson, enrolled or not. Quiet: enrolled, began, not done, and nothing for \(quietDays) days.",
                "开始：在某一课里做过什么，不论是否报名。沉寂：已报名、已开始、未完成，\(quietDays) 天没有动静。"),
        [
            Column("course", w("course", "课程")), Column("title", w("title", "标题")), Column("enrolled", w("enrolled", "报名")), Column("began", w("began", "开始")),
            Column("half", w("half", "过半")), Column("completed", w("completed", "完成")), Column("completion", w("of began", "占开始")),
            Column("complete_seconds", w("median time", "用时中位数")), Column("quiet", w("quiet", "沉寂")),
        ],
        shown.map { course in
            [
                .text(asked.courses[course].id), .text(w.title(asked.courses[course].title, or: asked.courses[course].id)), .count(enrolledCount[course]),
                .count(began[course]), .count(half[course]), .count(completed[course]), began[course] >= smallestGroup ? .share(Share(completed[course], of: began[course])) : .tooFew(began[course]),
                median(days[course]).map { days[course].count >= smallestGroup ? .seconds($0) : .tooFew(days[course].count) } ?? .none, .count(quietCount[course]),
            ]
        })
    var tables = [table]
    tables += shown.compactMap { course in
        let id = asked.courses[course].id, own = reach(crowd, books, asked, asked.courses[course])
        guard own.count > 1, let most = own.map(\.started).max(), most >= smallestGroup else { return nil }
        return Table(
            "reach", w("How far they come: \(w.title(asked.courses[course].title, or: id))", "走到哪一课：\(w.title(asked.courses[course].title, or: id))"),
            [Column("course", w("course", "课程")), Column("lesson", w("lesson", "课时")), Column("started", w("started", "开始")), Column("completed", w("completed", "完成"))],
            own.map { [.text(id), .text($0.lesson), .count($0.started), .count($0.completed)] }, chart: .lines([2, 3]), isLong: true)
    }
    if !cohorts.isEmpty { tables.append(cohortTable(cohorts, asked)) }
    return (Section(id: "courses", title: w("Courses", "课程"), notes: [], tables: shown.isEmpty ? [] : tables), quiet)
}

/// Of who is enrolled: a preview that anybody may watch says nothing about how far learners come.
private func reach(_ crowd: Crowd, _ books: Books, _ asked: ReportRequest, _ course: ReportCourse) -> [(lesson: String, started: Int, completed: Int)] {
    course.lessons.map { lesson in
        var started = 0, completed = 0
        guard let place = crowd.totals.place(course: course.id, lesson: lesson.id) else { return (lesson.id, 0, 0) }
        for (who, at) in crowd.byLesson[place] {
            guard let learner = Totals.Who(code: who).learner, books.enrolled[.init(learner: crowd.totals.learners.keys[learner], course: course.id)] != nil
            else { continue }
            let watch = crowd.watch(at)
            guard asked.contains(min(watch.viewAt, watch.startAt)) else { continue }
            if watch.startAt != Totals.never { started += 1 }
            if watch.doneAt != Totals.never { completed += 1 }
        }
        return (lesson.id, started, completed)
    }
}

/// After so long without anything, somebody has gone quiet.
let quietDays: Int64 = 14

private struct CohortKey: Hashable { var course: Int; var month: String }
private struct Cohort { var enrolled = 0, began = 0, half = 0, completed = 0 }

private func cohortTable(_ cohorts: [CohortKey: Cohort], _ asked: ReportRequest) -> Table {
    let w = asked.words
    return Table(
        "cohorts", w("By the month in which they enrolled", "按报名月份"),
        [
            Column("course", w("course", "课程")), Column("month", w("month", "月份")), Column("enrolled", w("enrolled", "报名")), Column("began", w("began", "开始")),
            Column("half", w("half", "过半")), Column("completed", w("completed", "完成")), Column("completion", w("of enrolled", "占报名")),
        ],
        cohorts.sorted { ($0.key.course, $0.key.month) < ($1.key.course, $1.key.month) }.map { key, cohort in
            [.text(asked.courses[key.course].id), .text(key.month), .count(cohort.enrolled)]
                + (cohort.enrolled < smallestGroup
                    ? [.tooFew(cohort.enrolled), .tooFew(cohort.enrolled), .tooFew(cohort.enrolled), .tooFew(cohort.enrolled)]
                    : [.count(cohort.began), .count(cohort.half), .count(cohort.completed), .share(Share(cohort.completed, of: cohort.enrolled))])
        })
}
