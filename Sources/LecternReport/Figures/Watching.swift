import LecternCore

/// What was watched, lesson by lesson, and second by second of each film.
func watching(_ lessons: [LessonFigures], _ asked: ReportRequest) -> Section {
    let w = asked.words
    let shown = lessons.filter { $0.reached > 0 || !$0.isGone }
    guard shown.contains(where: { $0.reached > 0 }) else {
        return Section(id: "watching", title: w("Lessons", "课时"), notes: [w("Nobody looked at a lesson in this time.", "这段时间没有人看课。")], tables: [])
    }
    var tables = [lessonTable(shown, w), shareTable(shown, w)]
    tables += shown.filter { $0.watchers >= smallestGroup && $0.length > 0 }.sorted { $0.watchers > $1.watchers }.prefix(60).map { secondsTable($0, w) }
    var notes = [
        w(
            "People, not plays: who looked as a visitor and then signed in is one. Seconds count once, however often they were shown.",
            "以人计，不以播放次数计；先作为访客看、后来登录的算一个人。同一秒不论看几遍只算一次。")
    ]
    let gone = shown.count(where: \.isGone)
    if gone > 0 { notes.append(w("\(gone) lessons are no longer in the catalogue; what happened in them stays.", "有 \(gone) 课已不在目录里，历史仍在。")) }
    return Section(id: "watching", title: w("Lessons", "课时"), notes: notes, tables: tables)
}

private func lessonTable(_ lessons: [LessonFigures], _ w: Words) -> Table {
    Table(
        "lessons", w("Each lesson", "每一课"),
        note: w("Reached: opened its page or did something in it. Left: the second after which most were not seen again, of those who did not come to the end.",
                "到达：打开过页面或在其中做过什么。离开：没看完的人里，最多人从哪一秒之后不再看。"),
        [
            Column("course", w("course", "课程")), Column("lesson", w("lesson", "课时")), Column("title", w("title", "标题")),
            Column("reached", w("reached", "到达")), Column("started", w("started", "开始")), Column("completed", w("completed", "完成")),
            Column("completion", w("of started", "占开始")), Column("watched_median", w("watched, median", "观看中位数")),
            Column("replayed", w("replayed", "重看")), Column("speed", w("speed", "倍速")), Column("left_at", w("most left at", "离开最多")),
        ],
        lessons.map { one in
            [
                .text(one.course), .text(one.lesson), .text(one.title), .count(one.reached), .count(one.started), .count(one.completed),
                one.started >= smallestGroup ? .share(Share(one.completed, of: one.started)) : one.started > 0 ? .tooFew(one.started) : .none,
                one.watchers == 0 ? .none : one.watchers < smallestGroup ? .tooFew(one.watchers) : one.medianShare.map { .part($0) } ?? .none,
                one.watchers < smallestGroup ? .none : one.replayed.map { .part($0) } ?? .none,
                one.watchers < smallestGroup ? .none : one.speed.map { .number($0) } ?? .none, one.mostLeftAt.map { .seconds(Double($0)) } ?? .none,
            ]
        }, chart: .bars(4))
}

private func shareTable(_ lessons: [LessonFigures], _ w: Words) -> Table {
    let films = lessons.filter { $0.watchers > 0 }
    return Table(
        "watched", w("How much of each film was watched", "影片看了多少"), note: w("Watchers by the share of the film that they saw.", "按看过的比例分组的人数。"),
        [Column("course", w("course", "课程")), Column("lesson", w("lesson", "课时")), Column("watchers", w("watchers", "观看者"))]
            + (1...10).map { Column("to_\($0 * 10)", "–\($0 * 10) %") },
        films.map { one in
            var bins = Array(repeating: 0, count: 10)
            for share in one.shares { bins[min(9, max(0, Int((share * 10).rounded(.up)) - 1))] += 1 }
            return [.text(one.course), .text(one.lesson), .count(one.watchers)] + bins.map { .count($0) }
        }, isLong: true)
}

private func secondsTable(_ one: LessonFigures, _ w: Words) -> Table {
    Table(
        "seconds", w("Second by second: \(one.title)", "逐秒：\(one.title)"),
        note: w("Of \(one.watchers) watchers. Still there: came to this place or beyond it.", "共 \(one.watchers) 人。还在：看到了这里或更后面。"),
        [
            Column("lesson", w("lesson", "课时")), Column("second", w("second", "秒")), Column("there", w("still there", "还在")),
            Column("seen", w("saw it", "看过")), Column("twice", w("saw it twice", "看过两遍")), Column("left", w("left", "离开")),
        ],
        one.seen.indices.map { stretch in
            [
                .text(one.lesson), .seconds(Double(stretch * one.stretchSeconds)), .count(one.there[stretch]), .count(one.seen[stretch]), .count(one.seenTwice[stretch]),
                .count(one.left[stretch]),
            ]
        }, chart: .lines([2, 3, 4]), isLong: true)
}
