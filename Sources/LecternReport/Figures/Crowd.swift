import LecternCore

/// Who the events are about: robots and the creator are taken out, and somebody who first looked as a visitor and then signed
/// in is one person.
struct Crowd {
    let totals: Totals
    private(set) var robotVisits = 0
    private(set) var creatorVisits = 0
    private(set) var creatorEvents = 0
    /// By visit.
    private var isLeftOut: ContiguousArray<Bool>
    /// Places of learners that are creators.
    fileprivate let creators: Set<Int>
    /// Every watch that counts, by lesson: whose it is, and where it stands.
    private(set) var byLesson: [[(who: UInt32, place: Int)]]
    /// Of somebody whose visits and account did something in one lesson.
    private var joined: [Int: Totals.Watch] = [:]
    private var joinedAnswers: [Int: Totals.Answered] = [:]
    private var joinedSurveys: [Int: Totals.Second] = [:]
    /// Answers that count, by question.
    private(set) var byQuestion: [[(who: UInt32, place: Int)]]
    private(set) var surveysByQuestion: [[(who: UInt32, place: Int)]]

    /// - Parameter creators: their learners' ids.
    init(_ totals: Totals, creators ids: [String]) {
        self.totals = totals
        creators = Set(ids.compactMap { totals.learners[number(of: $0)] })
        isLeftOut = ContiguousArray(repeating: false, count: totals.visits.count)
        byLesson = Array(repeating: [], count: totals.lessons.names.count)
        byQuestion = Array(repeating: [], count: totals.questions.names.count)
        surveysByQuestion = Array(repeating: [], count: totals.questions.names.count)
        for (place, visit) in totals.visits.enumerated() {
            if visit.looksLikeRobot {
                robotVisits += 1
                isLeftOut[place] = true
            } else if visit.learner > 0, creators.contains(Int(visit.learner) - 1) {
                creatorVisits += 1
                isLeftOut[place] = true
            }
        }
        group()
    }

    func counts(visit place: Int) -> Bool { !isLeftOut[place] }

    func watch(_ place: Int) -> Totals.Watch { joined.isEmpty ? totals.watches[place] : joined[place] ?? totals.watches[place] }
    func answer(_ place: Int) -> Totals.Answered { joinedAnswers.isEmpty ? totals.answered[place] : joinedAnswers[place] ?? totals.answered[place] }

    func surveyedAt(_ place: Int) -> Totals.Second { joinedSurveys[place] ?? totals.surveys[place].at }

    /// Somebody who told something, by the names in its row.
    /// - Returns: nil for who is left out.
    func person(visit: String, learner: String?) -> UInt32? {
        if let learner { return totals.learners[number(of: learner)].flatMap { person(Totals.Who.learner($0).code) } }
        return totals.visitKeys[number(of: visit)].flatMap { person(Totals.Who.visit($0).code) }
    }

    /// - Returns: nil for who is left out.
    private func person(_ code: UInt32) -> UInt32? {
        let who = Totals.Who(code: code)
        if let learner = who.learner { return creators.contains(learner) ? nil : code }
        guard let visit = who.visit, !isLeftOut[visit] else { return nil }
        let learner = totals.visits[visit].learner
        return learner > 0 ? Totals.Who.learner(Int(learner) - 1).code : code
    }

    private mutating func group() {
        var homes: [UInt64: Int] = [:]
        func group(_ keys: KeyTable, _ add: (_ key: (UInt32, UInt32), _ place: Int) -> Void, _ join: (_ place: Int, _ into: Int) -> Void) {
            homes = [:]
            for (place, key) in keys.keys.enumerated() {
                let (who, subject) = unpaired(key)
                guard let person = person(who) else { continue }
                if person == who { add((person, subject), place); continue }
                let home = pair(person, subject)
                if let into = keys[home] ?? homes[home] { join(place, into) } else {
                    homes[home] = place
                    add((person, subject), place)
                }
            }
        }
        var lessons = byLesson, questions = byQuestion, surveys = surveysByQuestion
        var watches: [Int: Totals.Watch] = [:], answers: [Int: Totals.Answered] = [:]
        group(totals.watchKeys) { lessons[Int($0.1)].append(($0.0, $1)) } _: { place, into in
            watches[into, default: totals.watches[into]].formUnion(totals.watches[place])
        }
        group(totals.answerKeys) { questions[Int($0.1)].append(($0.0, $1)) } _: { place, into in
            answers[into, default: totals.answered[into]].formUnion(totals.answered[place])
        }
        var surveyed: [Int: Totals.Second] = [:]
        group(totals.surveyKeys) { surveys[Int($0.1)].append(($0.0, $1)) } _: { place, into in
            surveyed[into] = max(surveyed[into] ?? totals.surveys[into].at, totals.surveys[place].at)
        }
        joinedSurveys = surveyed
        (byLesson, byQuestion, surveysByQuestion, joined, joinedAnswers) = (lessons, questions, surveys, watches, answers)
    }
}

extension Totals.Visit {
    /// It says so itself; or it looks at thirty pages and more, faster than one a second.
    var looksLikeRobot: Bool { isRobot || views >= 30 && lastAt >= firstAt && lastAt - firstAt < views }
}

extension Totals {
    /// The two names of a lesson.
    func lesson(_ place: Int) -> (course: String, lesson: String) { halves(lessons.names[place]) }

    func question(_ place: Int) -> (lesson: Int, question: String) {
        let (lesson, question) = halves(questions.names[place])
        return (Int(lesson) ?? -1, question)
    }

    func answerText(_ place: UInt32) -> String { Int(place) < answers.names.count ? halves(answers.names[Int(place)]).1 : "" }

    private func halves(_ name: String) -> (String, String) {
        guard let cut = name.utf8.firstIndex(of: 0) else { return (name, "") }
        return (String(name[..<cut]), String(name[name.index(after: cut)...]))
    }
}

extension Crowd {
    /// Whether a learner is counted: the creator is not.
    func counts(learner place: Int) -> Bool { !creators.contains(place) }
}
