import LecternCore
import LecternStore

/// Adds events to totals, one by one.
struct Fold {
    private(set) var totals: Totals
    private(set) var added: UInt64 = 0
    private let paths: PagePaths

    // What the event before named: events come in bunches of one visit and one lesson.
    private var lastVisit = (key: UInt64.max, place: 0)
    private var lastLesson = (key: UInt64.max, place: UInt32(0))

    init(_ totals: Totals, paths: PagePaths) {
        self.totals = totals
        self.paths = paths
    }

    mutating func add(_ event: borrowing ToldBytes) {
        totals.counts.events += 1
        added += 1
        let at = moment(event)
        let visitKey = number(of: event.visit)
        let visit: Int
        if lastVisit.key == visitKey { visit = lastVisit.place } else {
            let (place, isNew) = totals.visitKeys.place(visitKey)
            if isNew { totals.visits.append(Totals.Visit()) }
            visit = place
            lastVisit = (visitKey, place)
        }
        var who = Totals.Who.visit(visit)
        if event.learner.count > 0 {
            let place = totals.learners.place(number(of: event.learner)).place
            who = .learner(place)
            if totals.visits[visit].learner == 0 { totals.visits[visit].learner = UInt32(place) + 1 }
        }
        totals.visits[visit].firstAt = min(totals.visits[visit].firstAt, at)
        totals.visits[visit].lastAt = max(totals.visits[visit].lastAt, at)
        if event.isRobot {
            totals.counts.robots += 1
            totals.visits[visit].isRobot = true
        }
        let kind = event.kind
        if kind.equals("video") { video(event, who, at) }
        else if kind.equals("view") { view(event, visit, who, at) }
        else if kind.equals("quiz") { quiz(event, who, at) }
        else if kind.equals("done") { done(event, who, at) }
        else if kind.equals("step") { step(event, visit, at) }
        else if kind.equals("survey") { survey(event, who, at) }
        else if kind.equals("ask") { totals.counts.asked += 1 }
        else { totals.counts.unreadable += 1 }
    }

    /// A device's clock was corrected when the event came in; what is still beyond reason counts when we heard of it.
    private mutating func moment(_ event: borrowing ToldBytes) -> Totals.Second {
        let year: Int64 = 367 * 86_400_000
        var at = event.at
        let receivedAt = event.receivedAt
        if at > receivedAt || at < receivedAt - year || at < 0 {
            totals.counts.wrongClock += 1
            at = receivedAt
        }
        return Totals.Second(clamping: max(0, at) / 1000)
    }

    private mutating func lesson(_ course: UnsafeRawBufferPointer, _ lesson: UnsafeRawBufferPointer) -> UInt32 {
        let key = number(of: lesson, seed: number(of: course))
        if lastLesson.key == key { return lastLesson.place }
        let place = totals.lessons.place(key) { String(decoding: course, as: UTF8.self) + "\u{0}" + String(decoding: lesson, as: UTF8.self) }
        lastLesson = (key, place)
        return place
    }

    private mutating func watch(_ who: Totals.Who, _ lesson: UInt32) -> Int {
        let (place, isNew) = totals.watchKeys.place(pair(who.code, lesson))
        if isNew { totals.watches.append(Totals.Watch()) }
        return place
    }

    private mutating func interest(_ visit: Int, _ course: UInt32) -> Int {
        let (place, isNew) = totals.interestKeys.place(pair(UInt32(visit), course))
        if isNew { totals.interests.append(Totals.Interest()) }
        return place
    }

    private mutating func view(_ event: borrowing ToldBytes, _ visit: Int, _ who: Totals.Who, _ at: Totals.Second) {
        var path: DetailReader.Value?, referrer: DetailReader.Value?, source: DetailReader.Value?, campaign: DetailReader.Value?
        var reader = DetailReader(event.detail)
        while let (name, value) = reader.next() {
            if name.equals("path") { path = value }
            else if name.equals("referrer") { referrer = value }
            else if name.equals("source") { source = value }
            else if name.equals("campaign") { campaign = value }
        }
        totals.visits[visit].views &+= 1
        if at < totals.visits[visit].firstViewAt {
            totals.visits[visit].firstViewAt = at
            totals.visits[visit].source = place(campaign: campaign, source: source, referrer: referrer)
            totals.visits[visit].landing = path.map { totals.paths.place($0, "") } ?? totals.paths.place("/")
        }
        // The page's own word comes first: a path may have changed since.
        if event.course.count > 0 {
            looked(visit, at, course: totals.courses.place(event.course))
            if event.lesson.count > 0 { looked(who, at, lesson: lesson(event.course, event.lesson)) }
        } else if let path, let target = paths.find(path.bytes) {
            looked(visit, at, course: totals.courses.place(target.course))
            guard let name = target.lesson else { return }
            let place: UInt32 = target.course.withBytes { course in name.withBytes { lesson(course, $0) } }
            looked(who, at, lesson: place)
        }
    }

    private mutating func looked(_ visit: Int, _ at: Totals.Second, course: UInt32) {
        let place = interest(visit, course)
        totals.interests[place].viewAt = min(totals.interests[place].viewAt, at)
    }

    private mutating func looked(_ who: Totals.Who, _ at: Totals.Second, lesson: UInt32) {
        let place = watch(who, lesson)
        totals.watches[place].viewAt = min(totals.watches[place].viewAt, at)
        totals.watches[place].lastAt = max(totals.watches[place].lastAt, at)
    }

    /// What a link says of itself comes before where it stood.
    private mutating func place(campaign: DetailReader.Value?, source: DetailReader.Value?, referrer: DetailReader.Value?) -> UInt32 {
        if let campaign { return totals.sources.place(campaign, "campaign ") }
        if let source { return totals.sources.place(source, "source ") }
        if let referrer { return totals.sources.place(referrer, "") }
        return totals.sources.place("(direct)")
    }

    private mutating func step(_ event: borrowing ToldBytes, _ visit: Int, _ at: Totals.Second) {
        guard event.course.count > 0 else { return }
        let course = totals.courses.place(event.course)
        let place = interest(visit, course)
        var reader = DetailReader(event.detail)
        while let (name, value) = reader.next() {
            guard name.equals("name") else { continue }
            if value.bytes.equals("price-seen") { totals.interests[place].priceAt = min(totals.interests[place].priceAt, at) }
            else if value.bytes.equals("checkout-opened") { totals.interests[place].checkoutAt = min(totals.interests[place].checkoutAt, at) }
        }
    }

    private mutating func start(_ event: borrowing ToldBytes, _ who: Totals.Who, _ at: Totals.Second) -> Int {
        let place = watch(who, lesson(event.course, event.lesson))
        totals.watches[place].startAt = min(totals.watches[place].startAt, at)
        totals.watches[place].lastAt = max(totals.watches[place].lastAt, at)
        return place
    }

    private mutating func done(_ event: borrowing ToldBytes, _ who: Totals.Who, _ at: Totals.Second) {
        let place = start(event, who, at)
        totals.watches[place].doneAt = min(totals.watches[place].doneAt, at)
    }

    private mutating func video(_ event: borrowing ToldBytes, _ who: Totals.Who, _ at: Totals.Second) {
        let place = start(event, who, at)
        var watched: UnsafeRawBufferPointer?, rate = 1.0
        var reader = DetailReader(event.detail)
        while let (name, value) = reader.next() {
            if name.equals("watched") { watched = value.bytes }
            else if name.equals("rate") { rate = value.number }
            else if name.equals("length") { totals.watches[place].length = max(totals.watches[place].length, value.whole) }
        }
        guard let watched else { return }
        let before = totals.watches[place].played
        eachRange(watched) { lower, upper in totals.watches[place].play(lower, upper) }
        totals.watches[place].playedTimesRate &+= UInt64(totals.watches[place].played &- before) &* UInt64(max(0, min(rate, 100)) * 1000)
    }

    private mutating func quiz(_ event: borrowing ToldBytes, _ who: Totals.Who, _ at: Totals.Second) {
        _ = start(event, who, at)
        let lesson = lesson(event.course, event.lesson)
        var question: DetailReader.Value?, answer: DetailReader.Value?, attempt: UInt32 = 1, isCorrect = false
        var reader = DetailReader(event.detail)
        while let (name, value) = reader.next() {
            if name.equals("question") { question = value }
            else if name.equals("answer") { answer = value }
            else if name.equals("correct") { isCorrect = value.isTrue }
            else if name.equals("attempt") { attempt = max(1, value.whole) }
        }
        guard let question else { totals.counts.unreadable += 1; return }
        let number = totals.question(question, of: lesson)
        let (place, isNew) = totals.answerKeys.place(pair(who.code, number))
        if isNew { totals.answered.append(Totals.Answered()) }
        if totals.answered[place].take(at: at, attempt: attempt, isCorrect: isCorrect) {
            totals.answered[place].answer = answer.map { totals.answer($0, to: number) } ?? 0
        }
    }

    private mutating func survey(_ event: borrowing ToldBytes, _ who: Totals.Who, _ at: Totals.Second) {
        var question: DetailReader.Value?, answer: DetailReader.Value?
        var reader = DetailReader(event.detail)
        while let (name, value) = reader.next() {
            if name.equals("question") { question = value }
            else if name.equals("answer") { answer = value }
        }
        guard let question = question?.text, let answer else { totals.counts.unreadable += 1; return }
        survey(who, at, SurveyName(question: question))
        // A reader's own words are not kept here: what is kept outlives the events, and may not lead to anybody.
        guard case .other(let bytes) = answer, let options = (try? JSON(bytes))?.items else { return }
        for option in options { if let option = option.text { survey(who, at, SurveyName(question: question, option: option)) } }
    }

    /// When somebody last answered a question, or chose one of its options: chosen is what was chosen last.
    private mutating func survey(_ who: Totals.Who, _ at: Totals.Second, _ name: SurveyName) {
        let (place, isNew) = totals.surveyKeys.place(pair(who.code, totals.questions.place(name.text)))
        if isNew { totals.surveys.append(Totals.Answered(at: 0)) }
        totals.surveys[place].at = max(totals.surveys[place].at, at)
    }
}

extension Totals {
    fileprivate mutating func question(_ value: DetailReader.Value, of lesson: UInt32) -> UInt32 {
        questions.place(number(of: value.bytes, seed: UInt64(lesson) + 1)) { "\(lesson)\u{0}\(value.text ?? "")" }
    }

    fileprivate mutating func answer(_ value: DetailReader.Value, to question: UInt32) -> UInt32 {
        answers.place(number(of: value.bytes, seed: UInt64(question) + 1)) {
            "\(question)\u{0}" + String((value.text ?? String(decoding: value.bytes, as: UTF8.self)).prefix(200))
        }
    }
}

extension Totals.Watch {
    /// A day is as long as a film may be.
    mutating func play(_ lower: UInt32, _ upper: UInt32) {
        let upper = min(upper, 86_400)
        guard lower < upper else { return }
        played &+= upper - lower
        var again: [(UInt32, UInt32)] = []
        watched.common(lower, upper) { again.append(($0, $1)) }
        for piece in again { twice.insert(piece.0, piece.1) }
        watched.insert(lower, upper)
    }

    /// The same person, first as a visitor and then as a learner.
    mutating func formUnion(_ other: Totals.Watch) {
        viewAt = min(viewAt, other.viewAt)
        startAt = min(startAt, other.startAt)
        lastAt = max(lastAt, other.lastAt)
        doneAt = min(doneAt, other.doneAt)
        length = max(length, other.length)
        played &+= other.played
        playedTimesRate &+= other.playedTimesRate
        var at = 0
        while at < other.watched.ends.count {
            var again: [(UInt32, UInt32)] = []
            watched.common(other.watched.ends[at], other.watched.ends[at + 1]) { again.append(($0, $1)) }
            for piece in again { twice.insert(piece.0, piece.1) }
            at += 2
        }
        twice.formUnion(other.twice)
        watched.formUnion(other.watched)
    }
}

extension Totals.Answered {
    /// - Returns: whether this is now the first attempt that is known.
    mutating func take(at: Totals.Second, attempt: UInt32, isCorrect: Bool) -> Bool {
        attempts = max(attempts, attempt)
        isEverCorrect = isEverCorrect || isCorrect
        guard (attempt, at) < (self.attempt, self.at) else { return false }
        (self.attempt, self.at, self.isCorrect) = (attempt, at, isCorrect)
        return true
    }

    mutating func formUnion(_ other: Totals.Answered) {
        attempts = max(attempts, other.attempts)
        isEverCorrect = isEverCorrect || other.isEverCorrect
        guard (other.attempt, other.at) < (attempt, at) else { return }
        (attempt, at, isCorrect, answer) = (other.attempt, other.at, other.isCorrect, other.answer)
    }
}

extension NameTable {
    fileprivate mutating func place(_ value: DetailReader.Value, _ prefix: String) -> UInt32 {
        place(number(of: value.bytes, seed: number(of: prefix))) { prefix + (value.text ?? "?") }
    }
}

extension String {
    fileprivate func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
        var copy = self
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

/// `0-60,75-90`, as `WatchedRanges.text` writes it.
private func eachRange(_ text: UnsafeRawBufferPointer, _ body: (UInt32, UInt32) -> Void) {
    var lower: UInt32 = 0, number: UInt32 = 0
    for byte in text {
        switch byte {
        case 0x30...0x39: number = min(number &* 10 &+ UInt32(byte - 0x30), 1_000_000)
        case UInt8(ascii: "-"): (lower, number) = (number, 0)
        case UInt8(ascii: ","):
            body(lower, number)
            number = 0
        default: return
        }
    }
    body(lower, number)
}
