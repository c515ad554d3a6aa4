import LecternContent
import LecternCore
import LecternLayouts

/// The words of the interface in one language.
struct Words: Sendable {
    private let texts: [String: String]
    /// All of them, as layouts receive them.
    let value: LayoutValue
    private let months: [String]

    /// - Parameter language: a BCP 47 tag; "zh-Hant" takes zh's words where it has none of its own, any other English.
    init(language: String) {
        let files = themeFiles(in: "words")
        var texts: [String: String] = [:]
        for name in ["en", String(language.prefix { $0 != "-" }), language] {
            guard let bytes = files[name + ".yml"], let node = try? readYAML(bytes, file: "words/\(name).yml") else { continue }
            for entry in node.entries ?? [] { texts[entry.key] = entry.value.text ?? "" }
        }
        self.texts = texts
        months = (texts["months"] ?? "").split(separator: " " as Character).map(String.init)
        var fields = LayoutFields()
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { fields[LayoutName(name)] = .text(text) }
        value = .fields(fields)
    }

    var names: [String] { texts.keys.sorted() }

    /// "" for a name that the theme does not have: a test holds the names that are used here against the files.
    subscript(_ name: String) -> String { texts[name] ?? "" }

    /// A word with its `{count}` or other place filled in.
    func filled(_ name: String, _ place: String, _ value: String) -> String { fill(self[name], [(place, value)]) }

    func count(_ one: String, _ many: String, _ count: Int) -> String {
        filled(count == 1 ? one : many, "count", String(count))
    }

    /// "45 minutes", "2 hours 5 minutes"; "" for nothing.
    func duration(seconds: Int) -> String {
        guard seconds > 0 else { return "" }
        let minutes = max(1, (seconds + 30) / 60)
        let hours = minutes / 60, rest = minutes % 60
        let parts = [
            hours > 0 ? filled("durationHours", "hours", String(hours)) : "",
            rest > 0 ? filled("durationMinutes", "minutes", String(rest)) : "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// A day as its readers write it: 2026 年 3 月 1 日; 1 March 2026.
    func date(_ moment: Moment) -> String {
        let (year, month, day) = moment.civil
        let months = months
        let name = months.count == 12 ? months[month - 1] : String(month)
        return fill(self["dateForm"], [("year", String(year)), ("month", name), ("day", String(day))])
    }
}

/// Puts values into the places of a text: "{day} {month}" with day 1 and month May is "1 May". Other braces stay.
func fill(_ text: String, _ values: [(place: String, value: String)]) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 16)
    var at = 0
    while at < bytes.count {
        if bytes[at] == UInt8(ascii: "{"), let end = bytes[at...].firstIndex(of: UInt8(ascii: "}")),
            let value = values.first(where: { $0.place.utf8.elementsEqual(bytes[(at + 1)..<end]) })?.value
        {
            out.append(contentsOf: value.utf8)
            at = end + 1
        } else {
            out.append(bytes[at])
            at += 1
        }
    }
    return String(decoding: out, as: UTF8.self)
}
