import LecternCore

/// Several courses that are sold together, at a price of their own: `bundles` in `site.yml`.
public struct BundleSettings: Sendable {
    /// Also its address: `bundles/ID/`.
    public var id: String
    public var title: LocalText
    public var description: LocalText
    /// Ids of courses, each once; empty where it is of all that are sold.
    public var courses: [Located<String>]
    /// Of every course that is sold, those of later too.
    public var isOfAll: Bool
    /// A membership's: for how many months it is paid; nil: it is bought for good.
    public var months: Int?
    /// For how many days a membership stays open after its end.
    public var graceDays: Int
    /// One for each currency; never empty.
    public var prices: [Money]
    public var line: Int
}

extension FieldReader {
    /// `bundles: {all: {title: …, courses: [python, sql], price: 249}}`. What cannot be sold is left out, and told.
    mutating func bundles(_ key: String, _ languages: [String], currency: Currency) -> [BundleSettings] {
        guard let node = value(key) else { return [] }
        guard let entries = node.entries else {
            report("bundles have an id each", line: node.line, help: ["bundles:", "  all: {title: All courses, courses: [python, sql], price: 249}"])
            return []
        }
        return entries.compactMap { entry in
            var inner = FieldReader(entry.value, file: file)
            let bundle = BundleSettings(entry.key, &inner, languages, currency: currency, line: entry.line)
            take(inner.problems)
            return bundle
        }
    }
}

extension BundleSettings {
    fileprivate static let keys = ["title", "description", "courses", "price", "period", "grace"]
    fileprivate static let periods = [("month", 1), ("quarter", 3), ("half-year", 6), ("year", 12)]

    fileprivate init?(_ id: String, _ fields: inout FieldReader, _ languages: [String], currency: Currency, line: Int) {
        guard fields.node.entries != nil else {
            fields.report("a bundle has a title, courses and a price", line: line, help: ["\(id): {title: All courses, courses: [python, sql], price: 249}"])
            return nil
        }
        let isName = { (c: Character) in c.isASCII && (c.isLowercase || c.isNumber || c == "-") }
        if id.isEmpty || id.count > 60 || !id.allSatisfy(isName) {
            fields.report("\"\(id)\" is no id of a bundle", line: line, help: ["write small letters, digits and dashes: it is the page's address, /bundles/all/"])
        }
        let title = fields.local("title", languages)
        if title == nil { fields.report("the bundle \"\(id)\" has no title", line: line, help: ["title: All courses"]) }
        description = fields.local("description", languages) ?? LocalText("")
        let isOfAll = fields.value("courses")?.text == "all"
        let period = fields.located("period")
        months = period.flatMap { period in Self.periods.first { $0.0 == period.value }?.1 }
        if let period, months == nil {
            let known = Self.periods.map(\.0), near = nearest(period.value.lowercased(), among: known)
            fields.report(
                "a membership is for a month, a quarter, a half-year or a year", line: period.line,
                help: [near.map { "did you mean \($0)?" } ?? "known: \(known.joined(separator: ", "))"])
        }
        let grace = fields.located("grace")
        graceDays = fields.whole("grace", in: 0...60) ?? 0
        if let grace, period == nil { fields.report("grace is of a membership's end, and this bundle has no period", line: grace.line, help: ["period: year, or remove grace"]) }
        var courses = isOfAll ? [] : fields.texts("courses"), seen: Set<String> = []
        courses.removeAll { course in
            if seen.insert(course.value).inserted { return false }
            fields.report("the course \"\(course.value)\" is in the bundle twice", line: course.line, help: ["remove one of them"], .warning)
            return true
        }
        if !isOfAll, !((period == nil ? 2 : 1)...200).contains(courses.count) {
            fields.report(
                "the bundle \"\(id)\" is of \(courses.count == 1 ? "one course" : "\(courses.count) courses")", line: line,
                help: ["courses: [python, sql] names 2 to 200 of them, courses: all every one that is sold"])
        }
        let prices: [Money] = (fields.price("price", currency: currency)?.value ?? []).filter { $0.minorUnits > 0 }
        if prices.isEmpty { fields.report("the bundle \"\(id)\" has no price", line: line, help: ["price: 249, or {CNY: 249, USD: 35}"]) }
        fields.warnOfOthers(than: Self.keys)
        guard let title, !fields.problems.contains(where: { $0.severity == .error }) else { return nil }
        (self.id, self.title, self.courses, self.isOfAll, self.prices, self.line) = (id, title, courses, isOfAll, prices, line)
    }
}
