import LecternCore

/// Who they are, by what they do and what they said: never whom they are.
func personas(_ crowd: Crowd, _ journeys: Journeys, _ asked: ReportRequest) -> Section {
    let w = asked.words
    var tables: [Table] = []
    if let table = bySource(crowd, journeys, asked) { tables.append(table) }
    if let table = byPace(journeys, asked) { tables.append(table) }
    if let table = surveyTable(crowd, asked) { tables.append(table) }
    return Section(
        id: "personas", title: w("Who learns here", "谁在学"),
        notes: tables.isEmpty ? [w("Too few people to tell groups apart.", "人数太少，分不出群体。")] : [w("Groups of fewer than five people are put together.", "不足五人的归为一组。")],
        tables: tables)
}

private struct Segment {
    var people = 0, half = 0, completed = 0
    /// Where those stand who did not complete: by course and lesson.
    var stands: [UInt64: Int] = [:]

    mutating func add(_ journey: Journeys.Journey, course: Int) {
        people += 1
        if journey.halfAt != Totals.never { half += 1 }
        if journey.completedAt != Totals.never { completed += 1 } else { stands[pair(UInt32(course), UInt32(journey.lastLesson)), default: 0] += 1 }
    }

    mutating func add(_ other: Segment) {
        people += other.people
        half += other.half
        completed += other.completed
        stands.merge(other.stands, uniquingKeysWith: +)
    }

    func cells(_ asked: ReportRequest) -> [Cell] {
        let stand = stands.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let lesson = stand.flatMap { key, count -> String? in
            let (course, lesson) = unpaired(key)
            guard count >= smallestGroup, Int(lesson) < asked.courses[Int(course)].lessons.count else { return nil }
            return asked.courses[Int(course)].lessons[Int(lesson)].id
        }
        return [.count(people), .share(Share(half, of: people)), .share(Share(completed, of: people)), lesson.map { .text($0) } ?? .none]
    }
}

private func columns(_ first: Column, _ w: Words) -> [Column] {
    [
        first, Column("people", w("people", "人数")), Column("half", w("came half way", "过半")), Column("completed", w("completed", "完成")),
        Column("stands_at", w("most others stand at", "其余多停在")),
    ]
}

private func bySource(_ crowd: Crowd, _ journeys: Journeys, _ asked: ReportRequest) -> Table? {
    let w = asked.words
    var sourceOfLearner: [Int: (at: UInt32, source: UInt32)] = [:]
    for (place, visit) in crowd.totals.visits.enumerated() where visit.learner > 0 && visit.firstViewAt != Totals.never && crowd.counts(visit: place) {
        let learner = Int(visit.learner) - 1
        if visit.firstViewAt < sourceOfLearner[learner]?.at ?? .max { sourceOfLearner[learner] = (visit.firstViewAt, visit.source) }
    }
    var segments: [String: Segment] = [:]
    journeys.each { who, course, journey in
        guard journey.startAt != Totals.never, asked.includes(course: asked.courses[course].id), asked.contains(journey.startAt) else { return }
        let person = Totals.Who(code: who)
        let source = person.visit.map { crowd.totals.visits[$0].source } ?? person.learner.flatMap { sourceOfLearner[$0]?.source }
        let name = source.map { crowd.totals.sources.names.isEmpty ? "?" : crowd.totals.sources.names[Int($0)] } ?? w("(not known)", "（未知）")
        segments[name, default: Segment()].add(journey, course: course)
    }
    var rest = Segment()
    for (name, segment) in segments where segment.people < smallestGroup {
        rest.add(segment)
        segments[name] = nil
    }
    guard !segments.isEmpty else { return nil }
    let sorted = segments.sorted { ($0.value.people, $1.key) > ($1.value.people, $0.key) }.prefix(20).map { [Cell.text($0.key)] + $0.value.cells(asked) }
    return Table(
        "segments-by-source", w("By where they first came from", "按最初来源"), columns(Column("source", w("source", "来源")), w),
        sorted + (rest.people > 0 ? [[.text(NameTable.others)] + rest.cells(asked)] : []))
}

private func byPace(_ journeys: Journeys, _ asked: ReportRequest) -> Table? {
    let w = asked.words
    let names = [
        w("a lesson a day or more", "每天一课以上"), w("a lesson in 1–4 days", "1–4 天一课"), w("a lesson in 4–10 days", "4–10 天一课"), w("slower", "更慢"),
    ]
    var segments = Array(repeating: Segment(), count: 4)
    journeys.each { _, course, journey in
        guard journey.doneAt.count >= 3, asked.includes(course: asked.courses[course].id), asked.contains(journey.startAt),
            let first = journey.doneAt.min(), let last = journey.doneAt.max() else { return }
        let days = Double(last - first) / 86_400 / Double(journey.doneAt.count - 1)
        segments[days <= 1 ? 0 : days <= 4 ? 1 : days <= 10 ? 2 : 3].add(journey, course: course)
    }
    let kept = zip(names, segments).filter { $0.1.people >= smallestGroup }
    guard !kept.isEmpty else { return nil }
    return Table(
        "segments-by-pace", w("By pace, of those who completed three lessons", "按节奏（完成三课以上的人）"), columns(Column("pace", w("pace", "节奏")), w),
        kept.map { [.text($0.0)] + $0.1.cells(asked) })
}

private func surveyTable(_ crowd: Crowd, _ asked: ReportRequest) -> Table? {
    let w = asked.words
    var rows: [[Cell]] = []
    for place in crowd.surveysByQuestion.indices where crowd.surveysByQuestion[place].count >= smallestGroup {
        let (lesson, question) = crowd.totals.question(place)
        guard lesson >= 0, asked.includes(course: crowd.totals.lesson(lesson).course) else { continue }
        var counts: [UInt32: Int] = [:], all = 0
        for (_, at) in crowd.surveysByQuestion[place] where asked.contains(crowd.totals.surveys[at].at) {
            counts[crowd.totals.surveys[at].answer, default: 0] += 1
            all += 1
        }
        let kept = counts.filter { $0.value >= smallestGroup }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        for (answer, count) in kept.prefix(20) { rows.append([.text(question), .text(crowd.totals.answerText(answer)), .count(count), .share(Share(count, of: all))]) }
        let rest = all - kept.prefix(20).reduce(0) { $0 + $1.value }
        if rest >= smallestGroup { rows.append([.text(question), .text(NameTable.others), .count(rest), .share(Share(rest, of: all))]) }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
        "surveys", w("What they say of themselves", "他们怎么说自己"),
        [Column("question", w("question", "问题")), Column("answer", w("answer", "回答")), Column("people", w("people", "人数")), Column("share", w("share", "比例"))], rows)
}
