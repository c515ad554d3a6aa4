import LecternCore

/// What a page says about itself, from the YAML or TOML at its head. A key that is left out is nil or empty.
public struct FrontMatter: Sendable {
    public var title: String?
    public var description: String?
    public var date: Moment?
    public var lastmod: Moment?
    public var draft = false
    public var publishDate: Moment?
    public var expiryDate: Moment?
    public var slug: String?
    public var aliases: [Located<String>] = []
    public var weight: Int?
    public var tags: [String] = []
    public var images: [Located<String>] = []
    public var id: Located<String>?
    public var access: Located<Access>?
    public var video: Located<String>?
    public var durationSeconds: Int?
    public var chapters: [VideoChapter] = []
    public var concepts: [String] = []
    public var requires: [Located<String>] = []
    public var audience: [String] = []
    public var level: String?
    public var outcomes: [String] = []
    public var price: Located<[Money]>?
    public var earlyBird: EarlyBird?
    /// The least of a price that buyers may choose; empty: they may not.
    public var priceFloor: [Money] = []
    public var product: String?
    public var dripDays: Int?
    public var faq: [Question] = []

    public init() {}

    public struct VideoChapter: Sendable, Equatable {
        public var startSeconds: Int
        public var title: String
        public var line: Int
    }

    public struct Question: Sendable {
        public var question: String
        /// Markdown.
        public var answer: String
        public var line: Int
    }
}

/// A value and the line that it stands on.
public struct Located<Value: Sendable>: Sendable {
    public var value: Value
    public var line: Int

    public init(_ value: Value, line: Int) {
        self.value = value
        self.line = line
    }
}

/// A text file cut into what it says about itself and its body.
public struct FrontMatterFile: Sendable {
    public var frontMatter: FrontMatter
    /// Where the body starts in the file's bytes.
    public var bodyOffset: Int
    /// The line of the body's first byte, counted from 1.
    public var bodyLine: Int
    public var problems: [Problem]
}

/// Reads the front matter between `---` fences (YAML) or `+++` fences (TOML); a file without fences has none.
///
/// - Parameter currency: what a bare `price: 199` is counted in.
public func readFrontMatter(_ bytes: [UInt8], file: String, currency: Currency) -> FrontMatterFile {
    var result = FrontMatterFile(frontMatter: FrontMatter(), bodyOffset: 0, bodyLine: 1, problems: [])
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    result.bodyOffset = start
    guard let fence = Fence(bytes, at: start) else { return result }
    guard let (inner, body, lines) = fence.find(in: bytes, from: start) else {
        result.problems.append(
            Problem(
                .error, "the front matter that starts here never ends", file: file, line: 1,
                help: ["close it with a line of its own: \(fence.text)"]))
        return result
    }
    result.bodyOffset = body
    result.bodyLine = lines + 1
    do throws(Problem) {
        let node =
            fence == .yaml
            ? try bytes.withUnsafeBufferPointer({ all -> Result<YAMLNode, Problem> in
                do throws(Problem) {
                    return .success(try readYAML(UnsafeBufferPointer(rebasing: all[inner]), file: file, firstLine: 2))
                } catch { return .failure(error) }
            }).get()
            : try readTOML(String(decoding: bytes[inner], as: UTF8.self), file: file, firstLine: 2)
        guard node.entries != nil else {
            throw Problem(.error, "front matter is a list of `key: value` lines", file: file, line: 2)
        }
        var fields = FieldReader(node, file: file)
        result.frontMatter = FrontMatter(&fields, currency: currency)
        result.problems += fields.problems
    } catch {
        result.problems.append(error)
    }
    return result
}

private enum Fence {
    case yaml, toml

    var text: String { self == .yaml ? "---" : "+++" }
    var byte: UInt8 { self == .yaml ? UInt8(ascii: "-") : UInt8(ascii: "+") }

    init?(_ bytes: [UInt8], at start: Int) {
        guard bytes.count >= start + 4 else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "-"): self = .yaml
        case UInt8(ascii: "+"): self = .toml
        default: return nil
        }
        guard isFence(bytes, start, lineEnd(bytes, start)) else { return nil }
    }

    /// - Returns: the bytes between the fences, where the body starts, and how many lines stand above it.
    func find(in bytes: [UInt8], from start: Int) -> (inner: Range<Int>, body: Int, lines: Int)? {
        var at = min(lineEnd(bytes, start) + 1, bytes.count)
        let inner = at
        var lines = 1
        while at < bytes.count {
            let end = lineEnd(bytes, at)
            lines += 1
            if isFence(bytes, at, end) { return (inner..<at, min(end + 1, bytes.count), lines) }
            at = end + 1
        }
        return nil
    }

    private func isFence(_ bytes: [UInt8], _ from: Int, _ to: Int) -> Bool {
        guard to - from >= 3, bytes[from] == byte, bytes[from + 1] == byte, bytes[from + 2] == byte else { return false }
        return bytes[(from + 3)..<to].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    private func lineEnd(_ bytes: [UInt8], _ from: Int) -> Int {
        var at = from
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        return at
    }
}

extension FrontMatter {
    static let keys = [
        "title", "description", "date", "lastmod", "draft", "publishDate", "expiryDate", "slug", "aliases", "weight",
        "tags", "images", "id", "access", "video", "duration", "chapters", "concepts", "requires", "audience", "level",
        "outcomes", "price", "earlyBird", "priceFloor", "product", "drip", "faq",
    ]

    init(_ fields: inout FieldReader, currency: Currency) {
        title = fields.text("title")
        if title == nil, let written = fields.node["title"], written.isNull || written.text?.isEmpty == true {
            fields.report(
                "title is empty", line: written.line,
                help: ["write one, or remove the line: then the first heading or the file's name is the title"])
        }
        description = fields.text("description")
        date = fields.moment("date")
        lastmod = fields.moment("lastmod")
        draft = fields.flag("draft") ?? false
        publishDate = fields.moment("publishDate")
        expiryDate = fields.moment("expiryDate")
        slug = fields.text("slug")
        aliases = fields.texts("aliases")
        weight = fields.whole("weight", in: -1_000_000...1_000_000)
        tags = fields.texts("tags").map(\.value)
        images = fields.texts("images")
        id = fields.located("id")
        if let word = fields.located("access") {
            if let access = Access(rawValue: word.value) {
                self.access = Located(access, line: word.line)
            } else {
                fields.report("access is free, preview or paid, not \"\(word.value)\"", line: word.line)
            }
        }
        video = fields.located("video")
        if let text = fields.located("duration") {
            durationSeconds = seconds(text.value)
            if durationSeconds == nil {
                fields.report("bad duration \"\(text.value)\"", line: text.line, help: ["write 12:30, 1:02:03, 90m or seconds: 750"])
            }
        }
        chapters = fields.videoChapters("chapters")
        concepts = fields.texts("concepts").map(\.value)
        requires = fields.texts("requires")
        audience = fields.texts("audience").map(\.value)
        level = fields.text("level")
        outcomes = fields.texts("outcomes").map(\.value)
        price = fields.price("price", currency: currency)
        earlyBird = fields.earlyBird("earlyBird", price: price?.value ?? [], currency: currency)
        priceFloor = fields.priceFloor("priceFloor", price: price?.value ?? [], currency: currency)
        product = fields.text("product")
        dripDays = fields.whole("drip", in: 0...3650)
        faq = fields.questions("faq")
        fields.warnOfOthers(than: Self.keys)
    }
}

extension FieldReader {
    /// `- {time: "1:23", title: Loops}`, `- "1:23": Loops` or `- 1:23 Loops`.
    fileprivate mutating func videoChapters(_ key: String) -> [FrontMatter.VideoChapter] {
        guard let node = value(key) else { return [] }
        guard let items = node.items else {
            report("chapters is a list", line: node.line, help: ["chapters:", "  - {time: \"1:23\", title: Loops}"])
            return []
        }
        var chapters: [FrontMatter.VideoChapter] = []
        for item in items {
            var time: String?
            var title: String?
            if let entries = item.entries {
                if item["time"] != nil || item["title"] != nil {
                    (time, title) = (item["time"]?.text, item["title"]?.text)
                } else if entries.count == 1 {
                    (time, title) = (entries[0].key, entries[0].value.text)
                }
            } else if let text = item.text, let space = text.firstIndex(of: " ") {
                (time, title) = (String(text[..<space]), String(text[space...].drop { $0 == " " }))
            }
            guard let time, let title, !title.isEmpty, let start = seconds(time) else {
                report("a chapter has a time and a title", line: item.line, help: ["- {time: \"1:23\", title: Loops}"])
                continue
            }
            if let last = chapters.last, last.startSeconds >= start {
                report("chapter \"\(title)\" starts at \(time), not after the one above it", line: item.line)
                continue
            }
            chapters.append(.init(startSeconds: start, title: title, line: item.line))
        }
        return chapters
    }

    /// `- {q: …, a: …}` or `- {question: …, answer: …}` or `- "…?": …`.
    fileprivate mutating func questions(_ key: String) -> [FrontMatter.Question] {
        guard let node = value(key) else { return [] }
        guard let items = node.items else {
            report("faq is a list", line: node.line, help: ["faq:", "  - {question: …, answer: …}"])
            return []
        }
        return items.compactMap { item in
            let question = item["question"] ?? item["q"]
            let answer = item["answer"] ?? item["a"]
            if let question = question?.text, let text = answer?.text {
                return FrontMatter.Question(question: question, answer: text, line: answer?.line ?? item.line)
            }
            if let entry = item.entries?.first, item.entries?.count == 1, let text = entry.value.text {
                return FrontMatter.Question(question: entry.key, answer: text, line: entry.line)
            }
            report("an entry of faq has a question and an answer", line: item.line, help: ["- {question: …, answer: …}"])
            return nil
        }
    }

    /// `199`, `49.90` or `{CNY: 199, USD: 29}`.
    mutating func price(_ key: String, currency: Currency) -> Located<[Money]>? {
        guard let node = value(key) else { return nil }
        var amounts: [(code: String, node: YAMLNode)] = []
        if let entries = node.entries {
            amounts = entries.map { ($0.key, $0.value) }
        } else {
            amounts = [(currency.code, node)]
        }
        var prices: [Money] = []
        for (code, amount) in amounts {
            guard let known = Currency(code) else {
                let near = nearest(code.uppercased(), among: Currency.codes)
                report("unknown currency \"\(code)\"", line: amount.line, help: near.map { ["did you mean \($0)?"] } ?? [])
                continue
            }
            guard let text = amount.text, let money = Money(decimal: text, currency: known) else {
                report(
                    "bad price \"\(amount.text ?? "")\"", line: amount.line,
                    help: ["write \(known.code) with at most \(known.exponent) digits after the point: price: 199"])
                continue
            }
            prices.append(money)
        }
        // A price of nothing is how some write "free".
        if prices.allSatisfy({ $0.minorUnits == 0 }) { prices = [] }
        return Located(prices, line: node.line)
    }
}
