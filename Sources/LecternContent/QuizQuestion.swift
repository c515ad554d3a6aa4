import LecternCore

/// Reads one question of a quiz.
struct QuestionReader {
    var fields: FieldReader

    init(_ node: YAMLNode, file: String) { fields = FieldReader(node, file: file) }

    private static let kinds: [(name: String, keys: [String])] = [
        ("single", ["options"]), ("multiple", ["options"]), ("truefalse", ["answer"]), ("number", ["answer", "tolerance"]),
        ("text", ["accept"]), ("ordering", ["order"]), ("blanks", ["text", "code"]),
    ]
    private static let ownKeys = ["id", "kind", "prompt", "points", "at", "explain"]

    /// - Returns: nil when its answer could not be read; then there is a problem that says why.
    mutating func read(number: Int) -> Quiz.Question? {
        let line = fields.node.line
        let id = readID() ?? "q\(number)"
        let prompt = fields.located("prompt")
        if prompt == nil { fields.report("question \(number) has no prompt", line: line, help: ["prompt: what is asked"]) }
        let points = fields.whole("points", in: 1...100) ?? 1
        let explain = fields.located("explain")
        let at = readAt()
        let kindName = readKind()
        warnOfKeys(kind: kindName)
        guard let kindName, let kind = readAnswer(kind: kindName) else { return nil }
        return Quiz.Question(
            id: id, kind: kind, prompt: prompt ?? Located("", line: line), points: points, explain: explain, atSeconds: at, line: line)
    }

    private mutating func readID() -> String? {
        guard let id = fields.located("id") else { return nil }
        guard id.value.count <= 64, !id.value.contains(where: { $0.isWhitespace || $0 == "\0" }) else {
            fields.report("the id \"\(id.value)\" is too long or has a space in it", line: id.line, help: ["id: loops-1"])
            return nil
        }
        return id.value
    }

    private mutating func readAt() -> Int? {
        guard let text = fields.located("at") else { return nil }
        guard let time = seconds(text.value) else {
            fields.report("\"\(text.value)\" is not a time", line: text.line, help: ["write minutes and seconds: 1:23, or seconds: 83"])
            return nil
        }
        return time
    }

    /// As it is written, else as the other keys tell it.
    private mutating func readKind() -> String? {
        let names = Self.kinds.map(\.name)
        if let kind = fields.located("kind") {
            if names.contains(kind.value) { return kind.value }
            let near = nearest(kind.value, among: names).map { ["did you mean \($0)?"] }
            fields.report(
                "there is no kind of question \"\(kind.value)\"", line: kind.line,
                help: near ?? ["kinds: " + names.joined(separator: ", ")])
            return nil
        }
        if let options = fields.value("options")?.items {
            return options.count { $0["correct"]?.flag == true } > 1 ? "multiple" : "single"
        }
        if let answer = fields.value("answer") { return answer.flag != nil ? "truefalse" : "number" }
        for (key, kind) in [("options", "single"), ("accept", "text"), ("order", "ordering"), ("text", "blanks")]
        where fields.value(key) != nil { return kind }
        fields.report(
            "this question has no answer", line: fields.node.line,
            help: ["write options, answer, accept, order or text: docs/quizzes.md shows each"])
        return nil
    }

    private mutating func warnOfKeys(kind: String?) {
        let all = Self.ownKeys + Self.kinds.flatMap(\.keys)
        fields.warnOfOthers(than: all)
        guard let kind, let keys = Self.kinds.first(where: { $0.name == kind })?.keys else { return }
        for entry in fields.node.entries ?? [] where all.contains(entry.key) && !(Self.ownKeys + keys).contains(entry.key) {
            fields.report(
                "\"\(entry.key)\" has no use in a question of the kind \(kind)", line: entry.line, help: ["remove it, or change kind:"], .warning)
        }
    }

    private mutating func readAnswer(kind: String) -> Quiz.Kind? {
        switch kind {
        case "single", "multiple": readOptions(isMultiple: kind == "multiple")
        case "truefalse": readTruth()
        case "number": readNumber()
        case "text": readAccepted()
        case "ordering": readOrder()
        default: readBlanks()
        }
    }

    private mutating func readOptions(isMultiple: Bool) -> Quiz.Kind? {
        guard let list = fields.value("options"), let items = list.items else {
            fields.report(
                "options are missing, or no list", line: fields.value("options")?.line ?? fields.node.line,
                help: ["options:", "  - {text: yes, correct: true}", "  - {text: no}"])
            return nil
        }
        var options: [Quiz.Option] = []
        for item in items {
            guard let option = readOption(item) else { continue }
            if let twin = options.first(where: { $0.text.value == option.text.value }) {
                fields.report(
                    "two options read \"\(option.text.value)\", the other one is in line \(twin.text.line)", line: item.line,
                    help: ["change or remove one of them"])
            }
            options.append(option)
        }
        guard options.count == items.count else { return nil }
        if options.count < 2 { fields.report("a choice has at least two options", line: list.line, help: ["add another option"]) }
        let right = options.count(where: \.isCorrect)
        if right == 0 {
            fields.report("none of these options is right", line: list.line, help: ["write correct: true on the right one"])
        } else if right > 1, !isMultiple {
            fields.report(
                "\(right) options are right in a question of the kind single", line: list.line,
                help: ["write kind: multiple, or leave correct: true on one of them"])
        }
        return isMultiple ? .multiple(options) : .single(options)
    }

    /// `{text: …, correct: true, explain: …}`, or a text alone, which is a wrong option.
    private mutating func readOption(_ item: YAMLNode) -> Quiz.Option? {
        if item.entries == nil, let text = item.text, !text.isEmpty {
            return Quiz.Option(text: Located(text, line: item.line), isCorrect: false)
        }
        var option = FieldReader(item, file: fields.file)
        option.warnOfOthers(than: ["text", "correct", "explain"])
        let isCorrect = option.flag("correct") ?? false
        let explain = option.located("explain")
        let text = option.located("text")
        if text == nil { option.report("this option has no text", line: item.line, help: noText(item["text"])) }
        fields.take(option.problems)
        return text.map { Quiz.Option(text: $0, isCorrect: isCorrect, explain: explain) }
    }

    private mutating func readTruth() -> Quiz.Kind? {
        guard let answer = fields.flag("answer") else {
            if fields.value("answer") == nil { fields.report("answer is missing", line: fields.node.line, help: ["answer: true, or answer: false"]) }
            return nil
        }
        return .trueFalse(answer)
    }

    private mutating func readNumber() -> Quiz.Kind? {
        guard let node = fields.value("answer") else {
            fields.report("answer is missing", line: fields.node.line, help: ["answer: 3.14"])
            return nil
        }
        guard let answer = node.number else {
            fields.report(
                "\"\(node.text ?? "")\" is not a number", line: node.line,
                help: ["answer: 3.14, without a unit", "for a word write accept: [\(node.text ?? "word")]"])
            return nil
        }
        guard let written = fields.value("tolerance") else { return .number(answer, tolerance: 0) }
        let percent = written.text.flatMap { $0.hasSuffix("%") ? Double($0.dropLast().filter { $0 != " " }) : nil }
        guard let tolerance = percent.map({ abs(answer) * $0 / 100 }) ?? written.number, tolerance.isFinite, tolerance >= 0 else {
            fields.report(
                "\"\(written.text ?? "")\" is no tolerance", line: written.line,
                help: ["tolerance: 0.01, or tolerance: 1%, and never less than nothing"])
            return nil
        }
        if percent != nil, percent != 0, answer == 0 {
            fields.report("a share of 0 is 0", line: written.line, help: ["write how far an answer may be off: tolerance: 0.01"])
        }
        return .number(answer, tolerance: tolerance)
    }

    private mutating func readAccepted() -> Quiz.Kind? {
        let node = fields.value("accept")
        guard let items = node?.items ?? (node?.text).map({ [YAMLNode(.scalar($0, plain: false), line: node?.line ?? 0)] }), !items.isEmpty else {
            fields.report("no accepted answer", line: node?.line ?? fields.node.line, help: ["accept: [while, while loop]"])
            return nil
        }
        var forms: [String] = []
        for item in items {
            if let text = item.text, !answerForm(text).isEmpty {
                forms.append(text)
            } else {
                fields.report("an accepted answer is a text that is not empty", line: item.line, help: noText(item))
            }
        }
        return forms.count == items.count ? .text(forms) : nil
    }

    private mutating func readOrder() -> Quiz.Kind? {
        guard let node = fields.value("order"), let items = node.items, items.count >= 2 else {
            fields.report(
                "an ordering has at least two items", line: fields.value("order")?.line ?? fields.node.line,
                help: ["order: [first, second, third]"])
            return nil
        }
        var order: [Located<String>] = []
        for item in items {
            guard let text = item.text, !text.isEmpty else {
                fields.report("an item of an ordering is a text", line: item.line, help: noText(item))
                continue
            }
            if let twin = order.first(where: { $0.value == text }) {
                fields.report(
                    "two items read \"\(text)\", the other one is in line \(twin.line)", line: item.line,
                    help: ["nobody could tell which of them comes first: change one"])
            }
            order.append(Located(text, line: item.line))
        }
        return order.count == items.count ? .ordering(order) : nil
    }

    private mutating func readBlanks() -> Quiz.Kind? {
        guard let text = fields.located("text") else {
            fields.report("text is missing", line: fields.node.line, help: ["text: \"for i {{in}} range(3):\""])
            return nil
        }
        let isCode = fields.flag("code") ?? false
        let (parts, problems) = readBlankParts(text.value)
        for problem in problems { fields.report(problem.message, line: text.line, help: problem.help) }
        return problems.isEmpty ? .blanks(parts, isCode: isCode) : nil
    }

    private func noText(_ node: YAMLNode?) -> [String] {
        guard let node, case .scalar(let text, plain: true) = node.kind, !text.isEmpty else { return ["write a text here"] }
        return ["write it in quotes: \"\(text)\", or YAML takes it for nothing"]
    }
}
