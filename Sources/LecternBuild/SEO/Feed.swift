import LecternContent
import LecternCore

/// An Atom feed (RFC 4287). Its times come from front matter alone, so that the same content gives the same bytes.
struct Feed {
    struct Entry {
        var title: String
        var path: String
        var summary: String
        var published: Moment?
        var updated: Moment?
    }

    var title: String
    var subtitle: String
    var language: String
    /// The page that the feed is of.
    var page: String
    /// Where the feed itself lies.
    var path: String
    var author: String
    var entries: [Entry]

    /// What a feed says of content that names no date: RFC 4287 wants one, and inventing today's would change every build.
    private static let undated = Moment(seconds: 0)
    static let limit = 50

    /// The newest first; what has no date last, in the order given.
    static func newest(_ entries: [Entry]) -> [Entry] {
        entries.enumerated().sorted { a, b in
            let (first, second) = (a.element.published ?? undated, b.element.published ?? undated)
            return first != second ? first > second : a.offset < b.offset
        }.prefix(limit).map(\.element)
    }

    func bytes(_ address: Address) -> [UInt8] {
        var out: [UInt8] = []
        out.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"")
        appendEscaped(language, to: &out)
        out.append("\">\n")
        element("title", title, &out)
        if !subtitle.isEmpty { element("subtitle", subtitle, &out) }
        element("id", address.absolute(page), &out)
        link("self", address.absolute(path), &out)
        link("alternate", address.absolute(page), &out)
        element("updated", (entries.compactMap { $0.updated ?? $0.published }.max() ?? Self.undated).rfc3339, &out)
        out.append("<author><name>")
        appendEscaped(author, to: &out)
        out.append("</name></author>\n")
        for entry in entries {
            out.append("<entry>\n")
            element("title", entry.title, &out)
            element("id", address.absolute(entry.path), &out)
            link("alternate", address.absolute(entry.path), &out)
            if let published = entry.published { element("published", published.rfc3339, &out) }
            element("updated", (entry.updated ?? entry.published ?? Self.undated).rfc3339, &out)
            if !entry.summary.isEmpty { element("summary", entry.summary, &out) }
            out.append("</entry>\n")
        }
        out.append("</feed>\n")
        return out
    }

    private func element(_ name: String, _ text: String, _ out: inout [UInt8]) {
        out.append(text: "<\(name)>")
        appendEscaped(text, to: &out)
        out.append(text: "</\(name)>\n")
    }

    private func link(_ relation: String, _ address: String, _ out: inout [UInt8]) {
        out.append(text: "<link rel=\"\(relation)\" href=\"")
        appendEscaped(address, to: &out)
        out.append("\"/>\n")
    }
}

extension CourseView {
    /// The course's own feed: its lessons as they appear.
    func writeFeed(in unit: UnitBuilder) throws(Problem) {
        let context = unit.context
        let entries = rendered.map { lesson in
            Feed.Entry(
                title: lesson.lesson.title, path: lesson.path, summary: lesson.description,
                published: lesson.lesson.frontMatter.date ?? edition.frontMatter.date, updated: modified(lesson))
        }
        let feed = Feed(
            title: edition.title, subtitle: description, language: language, page: path, path: path + "feed.xml",
            author: context.settings.author?.name[language] ?? context.settings.title[language], entries: Feed.newest(entries))
        try unit.put(path + "feed.xml", feed.bytes(context.address), for: place)
    }
}
