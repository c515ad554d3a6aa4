/// What stands behind a code fence: ```` ```python title="x.py" {3,5-7} ````.
struct FenceInfo {
    var language = ""
    var title: String?
    var marked = MarkedLines()
    /// Words that mean nothing here.
    var unknown: [String] = []

    init(_ info: String) {
        var rest = Substring(info)
        language = String(rest.prefix { !$0.isWhitespace && $0 != "{" })
        rest = rest.dropFirst(language.count)
        // Pandoc's ```{.python} names the language so.
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard let first = rest.first else { return }
            if first == "{", let close = rest.firstIndex(of: "}") {
                let inside = rest[rest.index(after: rest.startIndex)..<close]
                rest = rest[rest.index(after: close)...]
                if inside.hasPrefix("."), language.isEmpty {
                    language = String(inside.dropFirst().prefix { !$0.isWhitespace })
                } else if !marked.read(inside) {
                    unknown.append("{\(inside)}")
                }
                continue
            }
            let word = rest.prefix { !$0.isWhitespace && $0 != "=" }
            rest = rest.dropFirst(word.count)
            guard rest.first == "=" else {
                if word.isEmpty { rest = rest.dropFirst() }
                unknown.append(String(word))
                continue
            }
            rest = rest.dropFirst()
            let value: Substring
            if let quote = rest.first, quote == "\"" || quote == "'" {
                value = rest.dropFirst().prefix { $0 != quote }
                rest = rest.dropFirst(value.count + 2)
            } else {
                value = rest.prefix { !$0.isWhitespace }
                rest = rest.dropFirst(value.count)
            }
            if word == "title" || word == "filename" { title = String(value) } else { unknown.append(String(word)) }
        }
    }
}

/// Lines of a code block, from 1: "3,5-7".
struct MarkedLines {
    private var ranges: [ClosedRange<Int>] = []

    var isEmpty: Bool { ranges.isEmpty }

    func contains(_ line: Int) -> Bool { ranges.contains { $0.contains(line) } }

    /// - Returns: false when this is no list of lines.
    mutating func read(_ text: Substring) -> Bool {
        var read: [ClosedRange<Int>] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0.filter { !$0.isWhitespace }) }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first > 0, first <= last else { return false }
            read.append(first...last)
        }
        ranges += read
        return !read.isEmpty
    }
}
