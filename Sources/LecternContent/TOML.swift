import LecternCore
import TOMLKit

/// Reads TOML as the same tree that YAML becomes, since content from other generators is written in it.
///
/// Lines are known for the keys at the top; what lies inside a value bears its key's line.
func readTOML(_ text: String, file: String, firstLine: Int) throws(Problem) -> YAMLNode {
    do {
        let table = try TOMLTable(string: text)
        var lines: [String: Int] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let key = line.prefix { $0 != "=" }.filter { $0 != " " && $0 != "\"" && $0 != "[" && $0 != "]" }
            if lines[key] == nil { lines[key] = firstLine + index }
        }
        let tree = node(table, line: firstLine, lines: lines)
        if text.contains("\\"), let refusal = tree.firstRefusal(file: file) { throw refusal }
        return tree
    } catch let error as TOMLParseError {
        let what = error.description
        throw Problem(
            .error, "bad TOML: \(what)", file: file, line: firstLine + Int(error.source.begin.line) - 1,
            help: what.contains("control characters") ? ["a text in quotes ends on the line that it starts on"] : [])
    } catch let problem as Problem {
        throw problem
    } catch {
        throw Problem(.error, "bad TOML: \(error)", file: file, line: firstLine)
    }
}

private func node(_ value: any TOMLValueConvertible, line: Int, lines: [String: Int] = [:]) -> YAMLNode {
    if let table = value.table {
        let entries = table.keys.map { key in
            let line = lines[key] ?? line
            return YAMLNode.Entry(key: key, line: line, value: table[key].map { node($0, line: line) } ?? null(line))
        }
        return YAMLNode(.mapping(entries), line: line)
    }
    if let array = value.array { return YAMLNode(.sequence(array.map { node($0, line: line) }), line: line) }
    if let text = value.string { return YAMLNode(.scalar(text, plain: false), line: line) }
    if let flag = value.bool { return YAMLNode(.scalar(flag ? "true" : "false", plain: true), line: line) }
    if let number = value.int { return YAMLNode(.scalar(String(number), plain: true), line: line) }
    if let number = value.double { return YAMLNode(.scalar(String(number), plain: true), line: line) }
    return YAMLNode(.scalar(value.debugDescription, plain: true), line: line)
}

private func null(_ line: Int) -> YAMLNode { YAMLNode(.scalar("", plain: true), line: line) }
