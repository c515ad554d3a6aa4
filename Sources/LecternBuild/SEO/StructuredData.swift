import LecternContent
import LecternCore

/// JSON-LD in schema.org's vocabulary. Everything that it says stands on the page too.
struct StructuredData {
    let context: SiteContext
    let language: String

    /// One `@graph` for a page: what it is about first, then its place in the site.
    func graph(_ nodes: [JSON?]) -> JSON {
        .object([("@context", "https://schema.org"), ("@graph", .list(nodes.compactMap(\.self)))])
    }

    /// https://schema.org/WebSite, with its publisher.
    func webSite() -> JSON {
        node(
            "WebSite",
            [
                ("name", .text(context.settings.title[language])),
                ("url", .text(context.address.absolute(context.prefix(language)))),
                ("description", text(context.settings.description[language])),
                ("inLanguage", .text(language)),
                ("publisher", publisher()),
                ("potentialAction", searchAction()),
            ])
    }

    /// https://schema.org/ItemList of the courses, in the order of the page (Google Search Central, "Course list").
    func courseList(_ courses: [CourseFact]) -> JSON? {
        guard !courses.isEmpty else { return nil }
        let items = courses.enumerated().map { index, course in
            node(
                "ListItem",
                [("position", .number(index + 1)), ("name", .text(course.title)), ("url", .text(context.address.absolute(course.path)))])
        }
        return node("ItemList", [("itemListElement", .list(items))])
    }

    /// https://schema.org/CollectionPage: a page that leads to others.
    func collection(_ title: String, _ path: String) -> JSON {
        node("CollectionPage", [("name", .text(title)), ("url", .text(context.address.absolute(path))), ("inLanguage", .text(language))])
    }

    private func searchAction() -> JSON? {
        let target = context.address.absolute(context.prefix(language) + "search/") + "?q={query}"
        return node("SearchAction", [("target", .text(target)), ("query-input", "required name=query")])
    }

    /// https://schema.org/Person or https://schema.org/Organization.
    func publisher() -> JSON? {
        let author = context.settings.author
        return node(
            author?.isOrganization ?? true ? "Organization" : "Person",
            [
                ("name", .text(author?.name[language] ?? context.settings.title[language])),
                ("url", .text(author?.url.map { absolute(written: context.translatedURL($0, language)) } ?? context.address.absolute(context.prefix(language)))),
            ])
    }

    private func absolute(written: String) -> String {
        written.hasPrefix("/") ? context.address.origin + context.address.url(written: written) : written
    }

    /// https://schema.org/BreadcrumbList. The home page alone is no trail.
    func breadcrumbs(_ trail: [(title: String, path: String)]) -> JSON? {
        guard trail.count > 1 else { return nil }
        let items = trail.enumerated().map { index, step in
            node(
                "ListItem",
                [
                    ("position", .number(index + 1)), ("name", .text(step.title)),
                    ("item", .text(context.address.absolute(step.path))),
                ])
        }
        return node("BreadcrumbList", [("itemListElement", .list(items))])
    }

    /// https://schema.org/FAQPage.
    func questions(_ faq: [(question: String, answer: String)]) -> JSON? {
        guard !faq.isEmpty else { return nil }
        let entries = faq.map { entry in
            node(
                "Question",
                [("name", .text(entry.question)), ("acceptedAnswer", node("Answer", [("text", .text(entry.answer))]))])
        }
        return node("FAQPage", [("mainEntity", .list(entries))])
    }

    /// https://schema.org/Offer, one for each currency.
    /// - Parameter early: lower ones until a date, each an offer of its own that says so.
    func offers(_ prices: [Money], early: EarlyBird? = nil, url: String) -> JSON {
        let all: [(Money, until: Moment?)] = prices.map { ($0, nil) } + (early?.prices ?? []).map { ($0, early?.until) }
        let offers = all.map { price, until in
            node(
                "Offer",
                [
                    ("price", .text(price.decimal)), ("priceCurrency", .text(price.currency.code)), ("category", "Paid"),
                    ("url", .text(url)), ("priceValidUntil", until.map { .text(Moment(seconds: $0.seconds - 1).rfc3339) }),
                    // A site without its companion shows a price and sells nothing yet.
                    ("availability", context.sells ? "https://schema.org/InStock" : nil),
                ])
        }
        if offers.isEmpty {
            let currency = context.settings.currency.code
            return node("Offer", [("price", "0"), ("priceCurrency", .text(currency)), ("category", "Free"), ("url", .text(url))])
        }
        return offers.count == 1 ? offers[0] : .list(offers)
    }

    func node(_ type: String, _ entries: [(String, JSON?)]) -> JSON {
        .object([("@type", .text(type))] + entries.compactMap { key, value in value.map { (key, $0) } })
    }

    /// nil for an empty text, so that no empty property is written.
    func text(_ text: String) -> JSON? { text.isEmpty ? nil : .text(text) }

    func texts(_ texts: [String]) -> JSON? { texts.isEmpty ? nil : .list(texts.map(JSON.text)) }

    func day(_ moment: Moment?) -> JSON? { moment.map { .text($0.day) } }

    /// ISO 8601's duration: 3723 → PT1H2M3S.
    func duration(_ seconds: Int) -> JSON? {
        guard seconds > 0 else { return nil }
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        return .text("PT" + (hours > 0 ? "\(hours)H" : "") + (minutes > 0 ? "\(minutes)M" : "") + (rest > 0 ? "\(rest)S" : ""))
    }
}
