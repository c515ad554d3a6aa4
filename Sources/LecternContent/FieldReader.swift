import LecternCore

/// Takes typed values out of a YAML mapping and gathers what is wrong with them.
struct FieldReader {
    let node: YAMLNode
    let file: String
    private(set) var problems: [Problem] = []

    init(_ node: YAMLNode, file: String) {
        self.node = node
        self.file = file
    }

    mutating func report(_ message: String, line: Int, help: [String] = [], _ severity: Problem.Severity = .error) {
        problems.append(Problem(severity, message, file: file, line: line, help: help))
    }

    mutating func take(_ others: [Problem]) { problems += others }

    /// The value of a key; nil when it is left out or empty.
    func value(_ key: String) -> YAMLNode? {
        guard let value = node[key], !value.isNull else { return nil }
        return value
    }

    mutating func located(_ key: String) -> Located<String>? {
        guard let value = value(key) else { return nil }
        guard let text = value.text else {
            report("\(key) is one text", line: value.line, help: ["\(key): a text"])
            return nil
        }
        return text.isEmpty ? nil : Located(text, line: value.line)
    }

    mutating func text(_ key: String) -> String? { located(key)?.value }

    /// A list of texts; one text alone is a list of one.
    mutating func texts(_ key: String) -> [Located<String>] {
        guard let value = value(key) else { return [] }
        if let text = value.text { return [Located(text, line: value.line)] }
        guard let items = value.items else {
            report("\(key) is a list of texts", line: value.line, help: ["\(key): [one, two]"])
            return []
        }
        var texts: [Located<String>] = []
        for item in items {
            if let text = item.text, !text.isEmpty {
                texts.append(Located(text, line: item.line))
            } else {
                report("\(key) is a list of texts", line: item.line, help: ["\(key): [one, two]"])
            }
        }
        return texts
    }

    mutating func flag(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.flag else {
            report("\(key) is true or false", line: value.line)
            return nil
        }
        return flag
    }

    mutating func whole(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            report("\(key) is a whole number from \(range.lowerBound) to \(range.upperBound)", line: value.line)
            return nil
        }
        return number
    }

    mutating func moment(_ key: String) -> Moment? {
        guard let text = located(key) else { return nil }
        guard let moment = Moment(text.value) else {
            report("bad date \"\(text.value)\" in \(key)", line: text.line, help: ["write 2026-03-01 or 2026-03-01T09:30:00+08:00"])
            return nil
        }
        return moment
    }

    /// An unknown key is a warning, so that content from elsewhere builds, and a misspelt one is found.
    mutating func warnOfOthers(than known: [String]) {
        for entry in node.entries ?? [] where !known.contains(entry.key) {
            let near = nearest(entry.key, among: known)
            report("unknown key \"\(entry.key)\"", line: entry.line, help: near.map { ["did you mean \($0)?"] } ?? [], .warning)
        }
    }
}
