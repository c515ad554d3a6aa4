/// What the build knows and a Markdown document does not: where links lead and how a picture is published.
///
/// Lines are those of the creator's file.
public struct MarkdownHooks {
    /// The URL to publish for a link's destination, which is what stands in the source, entities and backslashes
    /// resolved, percent-encoding kept: "../02-loops.md#while", "https://…", "#top".
    public var link: (_ destination: String, _ line: Int) -> String
    /// The whole HTML of a picture, phrasing content only (`<picture>`, `<img>`); nil: a plain `<img>`.
    public var image: (MarkdownImage) -> [UInt8]?
    /// The URL to publish for a URL in an attribute of raw HTML: `<a href>`, `<img src>`, `<video poster>` and so on;
    /// nil: as written.
    public var rawURL: (_ element: String, _ destination: String, _ line: Int) -> String?

    public init(
        link: @escaping (_ destination: String, _ line: Int) -> String = { destination, _ in destination },
        image: @escaping (MarkdownImage) -> [UInt8]? = { _ in nil },
        rawURL: @escaping (_ element: String, _ destination: String, _ line: Int) -> String? = { _, _, _ in nil }
    ) {
        self.link = link
        self.image = image
        self.rawURL = rawURL
    }
}

/// A picture in Markdown: `![alt](source "title")`. With a title and alone in its paragraph it becomes a figure, whose
/// caption is the title.
public struct MarkdownImage: Equatable, Sendable {
    public var source: String
    /// Plain text; "" for a decoration.
    public var alt: String
    public var title: String?
    public var line: Int

    public init(source: String, alt: String, title: String? = nil, line: Int) {
        self.source = source
        self.alt = alt
        self.title = title
        self.line = line
    }
}
