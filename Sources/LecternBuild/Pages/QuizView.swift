import LecternContent
import LecternCore
import LecternCrypto
import LecternLayouts

/// What the partial `quiz.html` may ask for.
let quizShape: LayoutShape = [
    "id": .text, "title": .text, "passPercent": .text, "attempts": .text, "version": .text,
    "questions": .list([
        "id": .text, "name": .text, "number": .text, "kind": .text, "prompt": .html, "points": .text, "showPoints": .flag, "at": .text,
        "answers": .text, "after": .text,
        "single": .flag, "multiple": .flag, "trueFalse": .flag, "numeric": .flag, "text": .flag, "ordering": .flag, "blanks": .flag,
        "options": .list(["id": .text, "html": .html]), "items": .list(["id": .text, "html": .html]), "code": .flag,
        "parts": .list(["plain": .text, "blank": .text, "size": .text]),
    ]),
]

/// Renders a piece of a quiz's Markdown. `question` is the name of its question, q1: every id in it starts with that.
typealias QuizMarkdown = (_ markdown: Located<String>, _ question: String, _ place: QuizMarkdownPlace) -> [UInt8]

enum QuizMarkdownPlace { case prompt, explanation, insideLine }

/// A quiz as the partial `quiz.html` shows it.
///
/// Right answers leave the build as digests, and what is shown after marking as base64, so that the source does not show
/// them at a glance. That is courtesy, not secrecy: the browser that marks must be able to tell.
/// - Parameter id: the lesson's. Results are kept under it, and it salts the digests.
func quizFields(_ quiz: Quiz, id: String, markdown: QuizMarkdown) -> LayoutFields {
    let showsPoints = quiz.questions.contains { $0.points != 1 }
    var facts = ""
    let questions = quiz.questions.enumerated().map { index, question in
        let view = QuestionView(question, number: index + 1, quiz: id, markdown: markdown)
        facts += view.facts
        var fields = view.fields
        fields["showPoints"] = .flag(showsPoints)
        return fields
    }
    return [
        "id": .text(id),
        "title": LayoutValue(quiz.title),
        "passPercent": .text(String(quiz.passPercent)),
        "attempts": LayoutValue(quiz.attempts.map(String.init)),
        "version": .text(Digest(facts).hex(4)),
        "questions": LayoutValue(questions),
    ]
}

/// The digest of an answer, as the browser computes it too.
///
/// - Parameter question: its id; "id.2" for the second blank.
/// - Parameter answer: an option's id, "2:3" for the third item in second place, or the form of a written answer.
/// - Returns: 32 hexadecimal digits.
func answerDigest(quiz: String, question: String, answer: String) -> String {
    Digest(quiz + "\n" + question + "\n" + answer).hex(16)
}

private struct QuestionView {
    private(set) var fields: LayoutFields
    /// What makes kept answers comparable: ids, kinds, and which options are right, but nothing that is written in words,
    /// so that a translation continues where the other language stopped.
    private(set) var facts: String
    private var answers: [String] = []
    private var after: [(String, JSON)] = []
    private let quiz: String
    private let question: Quiz.Question

    init(_ question: Quiz.Question, number: Int, quiz: String, markdown: QuizMarkdown) {
        self.quiz = quiz
        self.question = question
        let name = "q\(number)"
        fields = [
            "id": .text(question.id), "name": .text(name), "number": .text(String(number)), "points": .text(String(question.points)),
            "prompt": .html(markdown(question.prompt, name, .prompt)), "at": LayoutValue(question.atSeconds.map(String.init)),
        ]
        for name: LayoutName in ["single", "multiple", "trueFalse", "numeric", "text", "ordering", "blanks", "code"] { fields[name] = false }
        for name: LayoutName in ["options", "items", "parts"] { fields[name] = .list([]) }
        facts = ""
        show { markdown($0, name, .insideLine) }
        if let explain = question.explain { after.append(("explain", .text(String(decoding: markdown(explain, name, .explanation), as: UTF8.self)))) }
        fields["answers"] = .text(answers.joined(separator: " "))
        fields["after"] = LayoutValue(after.isEmpty ? nil : base64(JSON.object(after)))
        let isWritten = switch question.kind {
        case .text, .blanks, .number: true
        case .single, .multiple, .trueFalse, .ordering: false
        }
        facts = "\(question.id)\n\(question.points)\n\(isWritten ? "" : answers.joined(separator: " "))\n"
    }

    private mutating func show(_ markdown: (Located<String>) -> [UInt8]) {
        switch question.kind {
        case .single(let options): show(options, kind: "single", markdown)
        case .multiple(let options): show(options, kind: "multiple", markdown)
        case .trueFalse(let answer):
            mark("trueFalse", kind: "truefalse")
            accept(String(answer))
        case .number(let answer, let tolerance):
            mark("numeric", kind: "number")
            after = [("answer", .text(text(answer))), ("tolerance", .text(text(tolerance))), ("shown", .list([.text(text(answer))]))]
        case .text(let forms):
            mark("text", kind: "text")
            accept(forms)
            after = [("shown", .list([.text(forms[0])]))]
        case .ordering(let items):
            mark("ordering", kind: "ordering")
            let shown = shuffled(items.indices)
            fields["items"] = LayoutValue(
                shown.enumerated().map { ["id": .text(String($0 + 1)), "html": .html(markdown(items[$1]))] as LayoutFields })
            for place in items.indices { accept("\(place + 1):\((shown.firstIndex(of: place) ?? 0) + 1)") }
        case .blanks(let parts, let isCode):
            mark("blanks", kind: "blanks")
            fields["code"] = .flag(isCode)
            show(parts)
        }
    }

    private mutating func mark(_ flag: LayoutName, kind: String) {
        fields[flag] = true
        fields["kind"] = .text(kind)
    }

    private mutating func accept(_ answer: String, part: String = "") {
        answers.append(answerDigest(quiz: quiz, question: question.id + part, answer: answer))
    }

    /// Each form once: "[20, 30]" and "[20,30]" are one.
    private mutating func accept(_ forms: [String], part: String = "") {
        var seen: Set<String> = []
        for form in forms.map(answerForm) where seen.insert(form).inserted { accept(form, part: part) }
    }

    private mutating func show(_ options: [Quiz.Option], kind: String, _ markdown: (Located<String>) -> [UInt8]) {
        mark(LayoutName(kind), kind: kind)
        var list: [LayoutFields] = []
        var explanations: [(String, JSON)] = []
        for (index, option) in options.enumerated() {
            let id = String(index + 1)
            list.append(["id": .text(id), "html": .html(markdown(option.text))])
            if option.isCorrect { accept(id) }
            if let explain = option.explain { explanations.append((id, .text(String(decoding: markdown(explain), as: UTF8.self)))) }
        }
        fields["options"] = LayoutValue(list)
        if !explanations.isEmpty { after = [("options", .object(explanations))] }
    }

    private mutating func show(_ parts: [QuizBlankPart]) {
        var list: [LayoutFields] = []
        var model: [JSON] = []
        for part in parts {
            switch part {
            case .plain(let text): list.append(["plain": .text(text), "blank": .missing, "size": .missing])
            case .blank(let forms):
                model.append(.text(forms[0]))
                accept(forms, part: ".\(model.count)")
                list.append(["plain": .missing, "blank": .text(String(model.count)), "size": .text(String(blankSize(forms)))])
            }
        }
        fields["parts"] = LayoutValue(list)
        after = [("shown", .list(model))]
    }

    /// An order that is the same in every build and in every translation, and never the right one.
    private func shuffled(_ places: Range<Int>) -> [Int] {
        let order = places.map { ($0, answerDigest(quiz: quiz, question: question.id, answer: "shuffle \($0)")) }
            .sorted { $0.1 < $1.1 }.map(\.0)
        return order == Array(places) ? Array(order.dropFirst()) + order.prefix(1) : order
    }
}

/// How many letters wide a blank is: in steps, so that it tells little about its answer.
private func blankSize(_ forms: [String]) -> Int {
    let widths = forms.map { $0.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) } }
    return min(40, max(4, ((widths.max() ?? 0) + 4) / 4 * 4))
}

/// 12 instead of 12.0.
private func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
}

/// RFC 4648, of the JSON's bytes.
private func base64(_ json: JSON) -> String {
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count / 3 * 4 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 { out.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "=")) }
    }
    return String(decoding: out, as: UTF8.self)
}
