import LecternCore

/// From the first look to the last lesson. A step counts as taken when a later one was.
func funnel(_ crowd: Crowd, _ books: Books, _ journeys: Journeys, _ asked: ReportRequest) -> (section: Section, sources: [SourceFigures]) {
    let w = asked.words
    var way = Way(), onlyLearned = 0
    var sources: [UInt32: SourceFigures] = [:], landings: [UInt32: SourceFigures] = [:]
    let interests = asked.course == nil ? wholeInterests(crowd.totals) : courseInterests(crowd.totals, asked.course ?? "")
    let numbers = Dictionary(asked.courses.enumerated().map { ($1.id, $0) }) { first, _ in first }
    for (place, visit) in crowd.totals.visits.enumerated() where crowd.counts(visit: place) && asked.contains(visit.firstAt) {
        var times = Times()
        let interest = interests[place]
        times.at[0] = asked.course == nil ? min(visit.firstViewAt, visit.firstAt) : interest.viewAt
        times.at[1] = interest.priceAt
        times.at[2] = interest.checkoutAt
        let sales = books.salesByVisit[crowd.totals.visitKeys.keys[place]] ?? []
        if visit.learner > 0, sales.isEmpty, interest.priceAt == Totals.never, interest.checkoutAt == Totals.never {
            onlyLearned += 1
            continue
        }
        for sale in sales {
            times.at[3] = min(times.at[3], sale.at)
            guard let learner = crowd.totals.learners[number(of: sale.learner)] else { continue }
            for course in sale.courses {
                guard let course = numbers[course], let journey = journeys.find(Totals.Who.learner(learner).code, course) else { continue }
                times.at[4] = min(times.at[4], journey.startAt)
                times.at[5] = min(times.at[5], journey.halfAt)
                times.at[6] = min(times.at[6], journey.completedAt)
            }
        }
        guard let last = times.last else { continue }
        way.add(times, last: last)
        sources[visit.source, default: SourceFigures()].add(last, sales)
        landings[visit.landing, default: SourceFigures()].add(last, sales)
    }
    let named = ranked(sources) { crowd.totals.sources.names[$0] }
    let pages = ranked(landings) { crowd.totals.paths.names[$0] }
    let names = [
        w("looked at a page", "浏览页面"), w("saw the price", "看到价格"), w("opened the checkout", "打开结账"), w("paid", "付款"),
        w("began a lesson", "开始第一课"), w("completed half", "完成一半"), w("completed all", "全部完成"),
    ]
    let ids = ["view", "price", "checkout", "paid", "first-lesson", "half", "completed"]
    let steps = ids.indices.map { step -> [Cell] in
        let before = step == 0 ? 0 : way.counts[step - 1]
        return [
            .text(ids[step]), .text(names[step]), .count(way.counts[step]), step == 0 ? .none : .share(Share(way.counts[step], of: before)),
            step == 0 ? .none : .share(Share(way.counts[step], of: way.counts[0])),
            median(way.waits[step]).map { way.waits[step].count >= 5 ? .seconds($0) : .tooFew(way.waits[step].count) } ?? .none,
        ]
    }
    var notes: [String] = []
    if books.salesWithoutVisit > 0 {
        notes.append(w(
            "\(books.salesWithoutVisit) sales are not in it: their buyers did not want to be counted, or were enrolled elsewhere.",
            "\(books.salesWithoutVisit) 笔成交不在漏斗里：买家选择不被统计。"))
    }
    if onlyLearned > 0 {
        notes.append(w("\(onlyLearned) visits of learners who came to learn, and saw no price, are not in it.", "\(onlyLearned) 次学员来学习、没看价格的访问不在漏斗里。"))
    }
    let section = Section(
        id: "funnel", title: w("From the first look to the last lesson", "从第一眼到最后一课"), notes: notes,
        tables: way.counts[0] == 0 ? [] : [
            Table(
                "funnel", w("Steps", "步骤"), note: w("Of visits. A step counts as taken when a later one was. Intervals are of 95 %.", "以访问计；走到后面的步骤就算走过前面的。区间为 95 %。"),
                [
                    Column("step", w("step", "步骤")), Column("title", w("what", "说明")), Column("visits", w("visits", "访问")),
                    Column("of_before", w("of the step before", "占上一步")), Column("of_all", w("of all", "占全部")),
                    Column("wait_seconds", w("median wait", "等待中位数")),
                ], steps, chart: .bars(2)),
            sourceTable("sources", w("Where they came from", "来源"), Column("source", w("source", "来源")), named, w),
            sourceTable("landings", w("Where they began", "入口页面"), Column("page", w("page", "页面")), pages, w),
        ])
    return (section, named)

    func ranked(_ figures: [UInt32: SourceFigures], _ name: (Int) -> String) -> [SourceFigures] {
        merged(figures.map { place, one in
            var one = one
            one.name = name(Int(place))
            return one
        })
    }
}

/// What came from one source.
struct SourceFigures: Sendable {
    var name = ""
    var visits = 0
    var priceSeen = 0
    var checkouts = 0
    var paid = 0
    var received: [Currency: Int64] = [:]
    /// Of how many sources it is, when they were too small to stand alone.
    var merged = 0

    fileprivate mutating func add(_ last: Int, _ sales: [Books.Sale]) {
        visits += 1
        if last >= 1 { priceSeen += 1 }
        if last >= 2 { checkouts += 1 }
        if last >= 3 { paid += 1 }
        for sale in sales { received[sale.currency, default: 0] += sale.received }
    }

    fileprivate mutating func add(_ other: SourceFigures) {
        visits += other.visits
        priceSeen += other.priceSeen
        checkouts += other.checkouts
        paid += other.paid
        for (currency, units) in other.received { received[currency, default: 0] += units }
        merged += 1
    }
}

/// Groups of fewer people could be somebody.
let smallestGroup = 5

/// The largest first; those under five together at the end.
private func merged(_ all: [SourceFigures]) -> [SourceFigures] {
    var rest = SourceFigures()
    rest.name = NameTable.others
    var kept: [SourceFigures] = []
    for one in all { if one.visits < smallestGroup || one.name == NameTable.others { rest.add(one) } else { kept.append(one) } }
    kept.sort { ($0.visits, $1.name) > ($1.visits, $0.name) }
    for one in kept.dropFirst(50) { rest.add(one) }
    return Array(kept.prefix(50)) + (rest.visits > 0 ? [rest] : [])
}

private func sourceTable(_ id: String, _ title: String, _ column: Column, _ rows: [SourceFigures], _ w: Words) -> Table {
    Table(
        id, title, note: w("Groups of fewer than five visits are put together.", "不足五次访问的归为一组。"),
        [
            column, Column("visits", w("visits", "访问")), Column("price", w("price", "价格")), Column("checkout", w("checkout", "结账")), Column("paid", w("paid", "付款")),
            Column("conversion", w("conversion", "转化率")), Column("received", w("received", "收到")),
        ],
        rows.map { one in
            [
                .text(one.name), .count(one.visits), .count(one.priceSeen), .count(one.checkouts), .count(one.paid), .share(Share(one.paid, of: one.visits)),
                .text(one.received.sorted { $0.key.code < $1.key.code }.filter { $0.value > 0 }.map { Money(minorUnits: $0.value, currency: $0.key).text }.joined(separator: ", ")),
            ]
        })
}

private struct Times {
    var at: [UInt32] = Array(repeating: Totals.never, count: 7)
    /// The latest step that was taken; nil: none at all.
    var last: Int? { at.lastIndex { $0 != Totals.never } }
}

private struct Way {
    var counts = Array(repeating: 0, count: 7)
    /// Between a step and the one before it, where both are known.
    var waits: [[UInt32]] = Array(repeating: [], count: 7)

    mutating func add(_ times: Times, last: Int) {
        for step in 0...last { counts[step] += 1 }
        for step in 1..<7 where times.at[step] != Totals.never && times.at[step - 1] != Totals.never && times.at[step] >= times.at[step - 1] {
            waits[step].append(times.at[step] - times.at[step - 1])
        }
    }
}

/// By visit: the earliest over all courses, or of one.
private func wholeInterests(_ totals: Totals) -> ContiguousArray<Totals.Interest> { gathered(totals) { _ in true } }

private func courseInterests(_ totals: Totals, _ course: String) -> ContiguousArray<Totals.Interest> {
    guard let place = totals.courses.find(number(of: course)) else { return gathered(totals) { _ in false } }
    return gathered(totals) { $0 == UInt32(place) }
}

private func gathered(_ totals: Totals, _ counts: (UInt32) -> Bool) -> ContiguousArray<Totals.Interest> {
    var all = ContiguousArray(repeating: Totals.Interest(), count: totals.visits.count)
    for (place, key) in totals.interestKeys.keys.enumerated() {
        let (visit, course) = unpaired(key)
        guard counts(course) else { continue }
        let one = totals.interests[place]
        all[Int(visit)].viewAt = min(all[Int(visit)].viewAt, one.viewAt)
        all[Int(visit)].priceAt = min(all[Int(visit)].priceAt, one.priceAt)
        all[Int(visit)].checkoutAt = min(all[Int(visit)].checkoutAt, one.checkoutAt)
    }
    return all
}
