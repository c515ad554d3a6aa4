import Glibc
import LecternContent
import LecternCore

/// Takes typed values out of a YAML mapping, and gathers what is wrong with them, so that all of it is told at once.
struct SettingsReader {
    let node: YAMLNode
    let file: String
    /// The keys above this mapping: `mail.`
    var prefix = ""
    var problems: [Problem] = []

    func value(_ key: String) -> YAMLNode? {
        guard let value = node[key], !value.isNull else { return nil }
        return value
    }

    mutating func report(_ message: String, _ line: Int? = nil, help: [String] = [], _ severity: Problem.Severity = .error) {
        problems.append(Problem(severity, message, file: file, line: line, help: help))
    }

    mutating func text(_ key: String) -> (value: String, line: Int)? {
        guard let value = value(key) else { return nil }
        guard let text = value.text, !text.isEmpty else {
            report("\(prefix)\(key) is one text", value.line)
            return nil
        }
        return (text, value.line)
    }

    mutating func texts(_ key: String) -> [(value: String, line: Int)] {
        guard let value = value(key) else { return [] }
        if let text = value.text { return [(text, value.line)] }
        guard let items = value.items else {
            report("\(prefix)\(key) is a list of texts", value.line, help: ["\(key): [one, two]"])
            return []
        }
        return items.compactMap { item in
            if let text = item.text, !text.isEmpty { return (text, item.line) }
            report("\(prefix)\(key) is a list of texts", item.line, help: ["\(key): [one, two]"])
            return nil
        }
    }

    mutating func flag(_ key: String) -> Bool {
        guard let value = value(key) else { return false }
        if let flag = value.flag { return flag }
        report("\(prefix)\(key) is true or false", value.line)
        return false
    }

    mutating func whole(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        if let number = value.integer, range.contains(number) { return number }
        report("\(prefix)\(key) is a whole number from \(range.lowerBound) to \(range.upperBound)", value.line)
        return nil
    }

    /// A mapping below a key; nil when it is not there.
    mutating func group(_ key: String) -> SettingsReader? {
        guard let value = value(key) else { return nil }
        guard value.entries != nil else {
            report("\(prefix)\(key) has keys of its own below it", value.line)
            return nil
        }
        return SettingsReader(node: value, file: file, prefix: prefix + key + ".")
    }

    mutating func end(known: [String]) {
        for entry in node.entries ?? [] where !known.contains(entry.key) {
            let near = nearest(entry.key, among: known)
            report("unknown key \"\(prefix)\(entry.key)\"", entry.line, help: near.map { ["did you mean \($0)?"] } ?? [])
        }
    }

    // MARK: Secrets

    /// The content of a secret's file without the white space around it, or of an environment variable.
    ///
    /// - Parameter line: of the key that names the file.
    mutating func secret(file path: String?, line: Int? = nil, _ variable: String, what: String, environment: [String: String]) -> String? {
        if let path {
            var info = stat()
            if stat(path, &info) == 0, info.st_mode & 0o007 != 0 {
                report("\(what) in \(path) can be read by every user of this machine", line, help: ["chmod 600 \(path)"])
            }
            do {
                let bytes = try readFile(path, shownAs: path, limitBytes: 64 << 10)
                let text = String(decoding: bytes, as: UTF8.self).trimmed
                if text.isEmpty { report("\(path) is empty; \(what) belongs there", line) }
                return text.isEmpty ? nil : text
            } catch {
                problems.append(error)
                return nil
            }
        }
        return environment[variable].map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension String {
    var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\t" || $0 == "\r\n" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(self[first...last])
    }
}
