import LecternCore
import LecternStore

/// What sold, what was watched, what to mend: one computation, which every face shows.
public struct Report: Sendable {
    public var title: String
    /// The time that it is about, in words.
    public var period: String
    public var isSimulated: Bool
    public var language: Words
    public var advice: [Advice]
    public var sections: [Section]
    /// What is not in it, and why.
    public var notes: [String]
    /// For the operator: what went wrong besides.
    public var warnings: [String]
    /// How many events had to be read, since the last report's totals did not hold them.
    public var eventsRead: UInt64
}

/// Computes a report of a store that somebody may be writing to.
///
/// - Parameter keepingTotals: totals of the events stay beside the database, so that the next report reads what is new alone.
///   Deleting that file changes no figure.
/// - Throws: `StoreError`.
public func makeReport(of store: Store, _ asked: ReportRequest, keepingTotals: Bool = true) throws -> Report {
    let (totals, warning, read) = try readTotals(of: store, paths: PagePaths(asked.courses), keeping: keepingTotals)
    var report = try makeReport(of: store, totals, asked)
    report.warnings = warning.map { ["the totals could not be kept for the next report: \($0)"] } ?? []
    report.eventsRead = read
    return report
}

/// - Parameter totals: of all events.
func makeReport(of store: Store, _ totals: Totals, _ asked: ReportRequest) throws -> Report {
    var creators: [String] = []
    var addresses: [UInt64: String] = [:]
    if !asked.creators.isEmpty || asked.namesLearners {
        let wanted = Set(asked.creators)
        try store.eachAddress { id, address in
            if wanted.contains(address) { creators.append(id) }
            if asked.namesLearners { addresses[number(of: id)] = address }
        }
    }
    let crowd = Crowd(totals, creators: creators)
    let books = try Books(store, asked)
    let journeys = Journeys(crowd, asked.courses)
    let lessons = lessonFigures(crowd, asked)
    let quizFigures = quizFigures(crowd, asked)
    let (funnelSection, sources) = funnel(crowd, books, journeys, asked)
    let (courseSection, quiet) = courses(crowd, books, journeys, asked)
    let losses = courseLosses(crowd, books, journeys, asked)
    var sections = [
        sales(books, asked), funnelSection, courseSection, watching(lessons, asked), quizzes(quizFigures, asked), personas(crowd, books, journeys, written: try store.surveyWords(), asked),
    ]
    if asked.namesLearners { sections.append(quietLearners(quiet, addresses, asked)) }
    let w = asked.words
    return Report(
        title: w("Report", "报告"), period: period(asked), isSimulated: asked.isSimulated, language: w,
        advice: advice(crowd, lessons, quizFigures, sources, losses, asked), sections: sections, notes: notes(crowd, asked),
        warnings: [], eventsRead: 0)
}

private func period(_ asked: ReportRequest) -> String {
    func day(_ instant: Instant, before seconds: Int64 = 0) -> String { dayText(asked.zone.day(instant.milliseconds / 1000 - seconds)) }
    let w = asked.words
    let time =
        switch (asked.since, asked.until) {
        case (nil, nil): w("all time until ", "至 ") + day(asked.now)
        case (let since?, nil): w("since ", "自 ") + day(since)
        case (nil, let until?): w("until ", "至 ") + day(until, before: 1)
        case (let since?, let until?): day(since) + w(" to ", " 至 ") + day(until, before: 1)
        }
    return time + (asked.course.map { w(", course ", "，课程 ") + $0 } ?? "") + ", " + asked.zone.name
}

private func notes(_ crowd: Crowd, _ asked: ReportRequest) -> [String] {
    let w = asked.words, counts = crowd.totals.counts
    var notes = [w("\(counts.events) events, \(crowd.totals.visits.count) visits.", "\(counts.events) 个事件，\(crowd.totals.visits.count) 次访问。")]
    if crowd.robotVisits > 0 { notes.append(w("Left out: \(crowd.robotVisits) visits of robots.", "未计入：机器人访问 \(crowd.robotVisits) 次。")) }
    if crowd.creatorVisits > 0 { notes.append(w("Left out: \(crowd.creatorVisits) visits of the creator.", "未计入：创作者自己的访问 \(crowd.creatorVisits) 次。")) }
    if counts.wrongClock > 0 {
        notes.append(w("\(counts.wrongClock) events came from clocks that were wrong, and count when they were heard of.", "\(counts.wrongClock) 个事件来自不准的时钟，按收到的时间计。"))
    }
    if counts.unreadable > 0 { notes.append(w("\(counts.unreadable) events could not be read, and are not counted.", "\(counts.unreadable) 个事件无法读取，未计入。")) }
    if counts.asked > 0 { notes.append(w("\(counts.asked) questions were asked below lessons.", "课下收到 \(counts.asked) 个提问。")) }
    return notes
}

/// By name, since the creator asked for it.
private func quietLearners(_ quiet: [UInt64], _ addresses: [UInt64: String], _ asked: ReportRequest) -> Section {
    let w = asked.words
    let named = Set(quiet).compactMap { addresses[$0] }.sorted()
    return Section(
        id: "learners", title: w("Learners who went quiet", "沉寂的学员"),
        notes: [w("Named because --learners asked for it: keep this report to yourself.", "应 --learners 的要求列出姓名，请勿外传。")],
        tables: named.isEmpty ? [] : [Table("quiet-learners", w("Who", "谁"), [Column("email", w("address", "邮箱"))], named.map { [.text($0)] })])
}
