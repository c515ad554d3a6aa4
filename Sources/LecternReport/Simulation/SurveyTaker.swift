import LecternCore

/// Four of ten learners of a simulated term answer the survey after their first lesson: each has a goal and a level, which
/// goes with how easily they learn, and one of three says something in their own words.
struct SurveyTaker {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed ^ 0x5E1F_AD00_0000_0001) }

    mutating func answers(ability: Double) -> [Beacon.Event] {
        guard random.chance(0.4) else { return [] }
        let goal = random.pick([("work", 4.0), ("job", 2), ("own", 3), ("joy", 2)])
        let level = ability > 0.6 ? random.pick([("little", 2.0), ("often", 3)]) : random.pick([("never", 5.0), ("little", 3), ("often", 0.5)])
        var devices = [random.pick([("computer", 5.0), ("phone", 4), ("tablet", 1)])]
        if random.chance(0.4), devices != ["phone"] { devices.append("phone") }
        var answers: [Beacon.Event] = [
            .survey(question: "goal", answer: .list([.text(goal)])), .survey(question: "level", answer: .list([.text(level)])),
            .survey(question: "device", answer: .list(devices.map { .text($0) })),
        ]
        if random.chance(0.33) {
            answers.append(.survey(question: "wish", answer: .text(random.pick(wishes.map { ($0, 1.0) }))))
        }
        return answers
    }
}

private let wishes = [
    "More exercises with real tables, please.", "Could the films have a slower version?", "I would like a course on databases.", "很喜欢，想要更多练习。",
    "希望有一课讲怎么部署。", "The project at the end was the best part.",
]

/// What a simulated term asks.
let simulatedSurvey = Catalogue.Survey(questions: [
    .init(
        id: "goal", prompt: ["zh": "你学这些，最想做到什么？", "en": "What do you most want to get out of this?"], kind: .single,
        options: [
            .init(id: "work", text: ["zh": "让现在的工作轻松一点", "en": "To make the work that I have lighter"]), .init(id: "job", text: ["zh": "换一份工作", "en": "To find another job"]),
            .init(id: "own", text: ["zh": "做一个自己的东西", "en": "To make something of my own"]), .init(id: "joy", text: ["zh": "就是喜欢学", "en": "The joy of learning"]),
        ]),
    .init(
        id: "level", prompt: ["zh": "开始之前，你写过程序吗？", "en": "Had you written programs before?"], kind: .single,
        options: [
            .init(id: "never", text: ["zh": "从来没有", "en": "Never"]), .init(id: "little", text: ["zh": "试过一点", "en": "A little"]),
            .init(id: "often", text: ["zh": "经常写", "en": "Often"]),
        ]),
    .init(
        id: "device", prompt: ["zh": "你用什么学？", "en": "What do you learn on?"], kind: .multiple,
        options: [
            .init(id: "phone", text: ["zh": "手机", "en": "A phone"]), .init(id: "tablet", text: ["zh": "平板", "en": "A tablet"]),
            .init(id: "computer", text: ["zh": "电脑", "en": "A computer"]),
        ]),
    .init(id: "wish", prompt: ["zh": "还有什么想说的？", "en": "Is there anything else you would like to say?"], kind: .text, limit: 500),
])
