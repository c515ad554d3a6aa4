import LecternCore
import LecternStore

/// Who they are, by what they do and what they said: never whom they are.
func personas(_ crowd: Crowd, _ books: Books, _ journeys: Journeys, written: [SurveyWords], _ asked: ReportRequest) -> Section {
    let w = asked.words
    var tables: [Table] = []
    let bought = Bought(crowd, books)
    if let table = bySource(crowd, books, journeys, bought, asked) { tables.append(table) }
    if let table = byPace(journeys, bought, asked) { tables.append(table) }
    let survey = SurveyAnswers(crowd, journeys, asked)
    tables += surveyTables(survey, asked) + segmentsByAnswer(survey, journeys, bought, asked)
    if let table = surveyWords(written, crowd, journeys, asked) { tables.append(table) }
    return Section(
        id: "personas", title: w("Who learns here", "谁在学"),
        notes: tables.isEmpty ? [w("Too few people to tell groups apart.", "人数太少，分不出群体。")] : [w("Groups of fewer than five people are put together.", "不足五人的归为一组。")],
        tables: tables)
}

private func bySource(_ crowd: Crowd, _ books: Books, _ journeys: Journeys, _ bought: Bought, _ asked: ReportRequest) -> Table? {
    let w = asked.words
    var sourceOfLearner: [Int: (at: UInt32, source: UInt32)] = [:]
    for (place, visit) in crowd.totals.visits.enumerated() where visit.learner > 0 && visit.firstViewAt != Totals.never && crowd.counts(visit: place) {
        let learner = Int(visit.learner) - 1
        if visit.firstViewAt < sourceOfLearner[learner]?.at ?? .max { sourceOfLearner[learner] = (visit.firstViewAt, visit.source) }
    }
    // Who bought in one tab and learns in others came from where the first of them came from.
    for (key, sales) in books.salesByVisit {
        guard let place = crowd.totals.visitKeys[key], crowd.counts(visit: place), crowd.totals.visits[place].firstViewAt != Totals.never else { continue }
        let visit = crowd.totals.visits[place]
        for sale in sales {
            guard let learner = crowd.totals.learners[number(of: sale.learner)], visit.firstViewAt < sourceOfLearner[learner]?.at ?? .max else { continue }
            sourceOfLearner[learner] = (visit.firstViewAt, visit.source)
        }
    }
    var segments: [String: Segment] = [:]
    journeys.each { who, course, journey in
        guard journey.startAt != Totals.never, asked.includes(course: asked.courses[course].id), asked.contains(journey.startAt) else { return }
        let person = Totals.Who(code: who)
        let source = person.visit.map { crowd.totals.visits[$0].source } ?? person.learner.flatMap { sourceOfLearner[$0]?.source }
        let name = source.map { crowd.totals.sources.names.isEmpty ? "?" : crowd.totals.sources.names[Int($0)] } ?? w("(not known)", "（未知）")
        segments[name, default: Segment()].add(journey, course: course, products: bought.products(of: who))
    }
    var rest = Segment()
    for (name, segment) in segments where segment.people < smallestGroup {
        rest.add(segment)
        segments[name] = nil
    }
    guard !segments.isEmpty else { return nil }
    let sorted = segments.sorted { ($0.value.people, $1.key) > ($1.value.people, $0.key) }.prefix(20).map { [Cell.text($0.key)] + $0.value.cells(asked) }
    return Table(
        "segments-by-source", w("By where they first came from", "按最初来源"), segmentColumns(Column("source", w("source", "来源")), w),
        sorted + (rest.people > 0 ? [[.text(NameTable.others)] + rest.cells(asked)] : []))
}

private func byPace(_ journeys: Journeys, _ bought: Bought, _ asked: ReportRequest) -> Table? {
    let w = asked.words
    let names = [
        w("a lesson a day or more", "每天一课以上"), w("a lesson in 1–4 days", "1–4 天一课"), w("a lesson in 4–10 days", "4–10 天一课"), w("slower", "更慢"),
    ]
    var segments = Array(repeating: Segment(), count: 4)
    journeys.each { who, course, journey in
        guard journey.doneAt.count >= 3, asked.includes(course: asked.courses[course].id), asked.contains(journey.startAt),
            let first = journey.doneAt.min(), let last = journey.doneAt.max() else { return }
        let days = Double(last - first) / 86_400 / Double(journey.doneAt.count - 1)
        segments[days <= 1 ? 0 : days <= 4 ? 1 : days <= 10 ? 2 : 3].add(journey, course: course, products: bought.products(of: who))
    }
    let kept = zip(names, segments).filter { $0.1.people >= smallestGroup }
    guard !kept.isEmpty else { return nil }
    return Table(
        "segments-by-pace", w("By pace, of those who completed three lessons", "按节奏（完成三课以上的人）"), segmentColumns(Column("pace", w("pace", "节奏")), w),
        kept.map { [.text($0.0)] + $0.1.cells(asked) })
}
