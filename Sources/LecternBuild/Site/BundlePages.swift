import LecternContent
import LecternCore
import LecternLayouts

/// Bundles: a sales page for each, at `bundles/ID/`, made of what the courses tell about themselves.
extension SiteStage {
    mutating func writeBundles() throws(Problem) {
        for bundle in context.settings.bundles {
            checkCourses(of: bundle)
            for language in context.settings.languages { try write(bundle, language) }
        }
    }

    private mutating func write(_ bundle: BundleSettings, _ language: String) throws(Problem) {
        let courses = courses(of: bundle, in: language)
        guard !courses.isEmpty, bundle.isOfAll || courses.count == bundle.courses.count else { return }
        let words = context.words(language), path = context.prefix(language) + bundle.path, title = bundle.title[language]
        let description = bundle.description[language].isEmpty ? courses.map(\.title).joined(separator: " · ") : bundle.description[language]
        let data = StructuredData(context: context, language: language)
        let trail = [(context.settings.title[language], context.prefix(language)), (title, path)]
        let head = PageHead(
            kind: "bundle", language: language, path: path, title: title, description: description, image: cards[language],
            alternates: alternates(bundle.path, context.settings.languages),
            structuredData: data.graph([data.bundle(bundle, title: title, description: description, path: path), data.breadcrumbs(trail)]), breadcrumbs: trail)
        let alone = bundle.prices.compactMap { price -> Money? in
            let sum = courses.reduce(Int64(0)) { sum, course in sum + (course.prices.first { $0.currency == price.currency }?.minorUnits ?? 0) }
            return bundle.months == nil && sum > price.minorUnits ? Money(minorUnits: sum, currency: price.currency) : nil
        }
        let poster = try unit.poster(path, title: title, hue: nil, language: language, owner: context.settingsFile)
        let share = context.shareLinks(path, title: title, poster: poster, language)
        let fields: LayoutValue = [
            "share": .list(share), "hasShare": .flag(!share.isEmpty),
            "id": .text(bundle.id), "title": .text(title), "description": .text(bundle.description[language]), "price": ["text": .text(words.price(of: bundle))],
            "periodText": .text(bundle.months == nil ? "" : words[bundle.isOfAll ? "membershipAll" : "membershipEnds"]),
            "aloneText": .text(alone.count == bundle.prices.count ? words.filled("bundleAlone", "price", priceText(alone)) : ""),
            "buyURL": .text(context.sells ? context.address.url(context.prefix(language) + "checkout/") + "?bundle=" + queryEncoded(bundle.id) : ""),
            "giftURL": .text(bundle.months == nil ? context.giftURL("bundle", bundle.id, language) : ""), "free": .flag(false), "courses": .list(courses.map { $0.card(in: context) }),
        ]
        try put(head, render("bundle.html", head, [("bundle", fields)]))
    }

    /// In this language, else in the site's own.
    private func courses(of bundle: BundleSettings, in language: String) -> [CourseFact] {
        bundle.courses(among: courses.map(\.fact)).compactMap { course in
            let editions = courses.map(\.fact).filter { $0.id == course.value }
            return editions.first { $0.language == language } ?? editions.first { $0.language == context.settings.language } ?? editions.first
        }
    }

    /// A share of its price has to be found for every course, by what the course costs alone.
    private func checkCourses(of bundle: BundleSettings) {
        let known = Dictionary(courses.map { ($0.fact.id, $0.fact) }) { first, _ in first }
        var sums: [Currency: Int64] = [:]
        if bundle.isOfAll, bundle.courses(among: courses.map(\.fact)).isEmpty {
            unit.report(
                "the bundle \"\(bundle.id)\" is of all courses that are sold in \(bundle.prices.map(\.currency.code).joined(separator: ", ")), and there is none",
                file: context.settingsFile, line: bundle.line, help: ["set a price in course.md"])
        }
        for course in bundle.courses(among: courses.map(\.fact)) {
            guard let fact = known[course.value] else {
                let near = nearest(course.value, among: known.keys.sorted())
                unit.report(
                    "the bundle \"\(bundle.id)\" is of a course \"\(course.value)\", which is not there", file: context.settingsFile, line: course.line,
                    help: near.map { ["did you mean \($0)?"] } ?? ["courses are named by their id: \(known.keys.sorted().prefix(5).joined(separator: ", "))"])
                continue
            }
            for price in bundle.prices {
                guard let alone = fact.prices.first(where: { $0.currency == price.currency }) else {
                    unit.report(
                        "the bundle \"\(bundle.id)\" is sold in \(price.currency.code), and its course \"\(course.value)\" is not", file: context.settingsFile, line: course.line,
                        help: ["set a price in \(price.currency.code) in \(course.value)/course.md, or leave the course out of the bundle"])
                    continue
                }
                sums[price.currency, default: 0] += alone.minorUnits
            }
        }
        // A period may well cost more than a course.
        if bundle.months != nil { return }
        for price in bundle.prices where sums[price.currency].map({ $0 <= price.minorUnits }) ?? false {
            unit.warn(
                "the bundle \"\(bundle.id)\" costs \(price.text), no less than its courses alone", file: context.settingsFile, line: bundle.line)
        }
    }
}

extension BundleSettings {
    /// Those that it names, or all that are sold in each of its currencies.
    func courses(among all: [CourseFact]) -> [Located<String>] {
        guard isOfAll else { return courses }
        var seen: Set<String> = []
        return all.filter { course in
            seen.insert(course.id).inserted && prices.allSatisfy { price in course.prices.contains { $0.currency == price.currency } }
        }.map { Located($0.id, line: line) }
    }

    /// Below a language's root.
    var path: String { "bundles/\(id)/" }
}

extension SiteContext {
    /// Bundles as links with their price: of all courses, or of those that hold one.
    func bundleLinks(with course: String? = nil, _ language: String) -> [LayoutValue] {
        settings.bundles.filter { bundle in bundle.isOfAll || course.map { id in bundle.courses.contains { $0.value == id } } ?? true }.map { bundle in
            [
                "title": .text(bundle.title[language]), "url": .text(address.url(prefix(language) + bundle.path)),
                "description": .text(bundle.description[language]), "price": ["text": .text(words(language).price(of: bundle))],
            ]
        }
    }
}

extension Words {
    /// "¥299 a year".
    func price(of bundle: BundleSettings) -> String {
        let text = priceText(bundle.prices)
        return switch bundle.months {
        case nil: text
        case 1: filled("priceMonth", "price", text)
        case 3: filled("priceQuarter", "price", text)
        case 6: filled("priceHalfYear", "price", text)
        default: filled("priceYear", "price", text)
        }
    }
}

extension StructuredData {
    /// https://schema.org/Product, with an offer for each currency.
    func bundle(_ bundle: BundleSettings, title: String, description: String, path: String) -> JSON {
        let url = context.address.absolute(path)
        return node("Product", [("name", .text(title)), ("description", text(description)), ("url", .text(url)), ("offers", offers(bundle.prices, url: url))])
    }
}
