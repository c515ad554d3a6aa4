import LecternCore

/// Reads one question of a survey.
struct SurveyQuestionReader {
    var fields: FieldReader

    init(_ node: YAMLNode, file: String) { fields = FieldReader(node, file: file) }

    private static let kinds = ["single", "multiple", "text"]

    /// - Returns: nil when it could not be read; then there is a problem that says why.
    mutating func read(number: Int) -> Survey.Question? {
        let line = fields.node.line
        guard fields.node.entries != nil else {
            fields.report("a question is a prompt and its options", line: line, help: ["- prompt: What do you want to be able to do?", "  options: [find work, understand it]"])
            return nil
        }
        fields.warnOfOthers(than: ["id", "kind", "prompt", "options", "limit"])
        let id = readID(fields, fallback: "q\(number)")
        let prompt = bounded(fields.located("prompt"), "prompt")
        if prompt == nil { fields.report("question \(number) has no prompt", line: line, help: ["prompt: what is asked"]) }
        guard let kind = readKind(), let prompt, let id else { return nil }
        return Survey.Question(id: id, prompt: LocalText(prompt), kind: kind)
    }

    private mutating func readID(_ reader: FieldReader, fallback: String) -> String? {
        var reader = reader
        guard let id = reader.located("id") else { return fallback }
        // In rows, URLs and files of figures it should read as it is written.
        guard (1...64).contains(id.value.utf8.count), id.value.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-" || $0 == "_" }) else {
            fields.report("the id \"\(id.value)\" has something else in it than letters, digits, - and _, or is longer than 64 bytes", line: id.line, help: ["id: goal"])
            return nil
        }
        return id.value
    }

    private mutating func bounded(_ text: Located<String>?, _ name: String) -> String? {
        guard let text else { return nil }
        if text.value.count > Survey.wordsLimit {
            fields.report("this \(name) has \(text.value.count) characters; \(Survey.wordsLimit) is the most", line: text.line, help: ["say it more briefly"])
        }
        return text.value
    }

    /// As it is written, else as the options tell it.
    private mutating func readKind() -> Survey.Kind? {
        var name = fields.value("options") == nil ? "text" : "single"
        if let kind = fields.located("kind") {
            guard Self.kinds.contains(kind.value) else {
                let near = nearest(kind.value, among: Self.kinds).map { ["did you mean \($0)?"] }
                fields.report("there is no kind of question \"\(kind.value)\"", line: kind.line, help: near ?? ["kinds: " + Self.kinds.joined(separator: ", ")])
                return nil
            }
            name = kind.value
        } else if fields.value("options") == nil {
            fields.report("this question has no options", line: fields.node.line, help: ["options: [yes please, no]", "or kind: text, for the reader's own words"])
            return nil
        }
        if name == "text" {
            if let options = fields.value("options") { fields.report("\"options\" has no use in a question of the kind text", line: options.line, help: ["remove it, or change kind:"]) }
            return .text(limit: fields.whole("limit", in: 1...Survey.textLimit) ?? 500)
        }
        if let limit = fields.value("limit") { fields.report("\"limit\" is for own words, kind: text", line: limit.line, help: ["remove it"], .warning) }
        guard let options = readOptions() else { return nil }
        return name == "single" ? .single(options) : .multiple(options)
    }

    private mutating func readOptions() -> [Survey.Option]? {
        guard let list = fields.value("options"), let items = list.items else {
            fields.report("options are missing, or no list", line: fields.value("options")?.line ?? fields.node.line, help: ["options:", "  - {id: work, text: I want to find work}", "  - {id: fun, text: For the joy of it}"])
            return nil
        }
        if items.count < 2 { fields.report("a choice has at least two options", line: list.line, help: ["add another option"]) }
        if items.count > Survey.optionLimit { fields.report("\(items.count) options are more than \(Survey.optionLimit)", line: list.line, help: ["put some together"]) }
        var options: [Survey.Option] = []
        for (place, item) in items.enumerated() {
            guard let option = readOption(item, number: place + 1) else { continue }
            if let twin = options.first(where: { $0.id == option.id || $0.text == option.text }) {
                fields.report("two options are \"\(twin.id == option.id ? twin.id : twin.text.fallback)\"", line: item.line, help: ["change or remove one of them"])
            }
            options.append(option)
        }
        return options.count == items.count && options.count >= 2 ? options : nil
    }

    /// `{id: …, text: …}`, or a text alone, whose id is then its number.
    private mutating func readOption(_ item: YAMLNode, number: Int) -> Survey.Option? {
        if item.entries == nil {
            guard let text = item.text, !text.isEmpty else {
                fields.report("an option is a text", line: item.line, help: ["write it in quotes, if YAML takes it for something else: \"no\""])
                return nil
            }
            return bounded(Located(text, line: item.line), "option").map { Survey.Option(id: String(number), text: LocalText($0)) }
        }
        var option = FieldReader(item, file: fields.file)
        option.warnOfOthers(than: ["id", "text"])
        let text = option.located("text")
        if text == nil { option.report("this option has no text", line: item.line, help: ["- {id: work, text: I want to find work}"]) }
        fields.take(option.problems)
        guard let id = readID(option, fallback: String(number)), let words = bounded(text, "option") else { return nil }
        return Survey.Option(id: id, text: LocalText(words))
    }
}
