import LecternCore

/// What one Markdown document became.
public struct MarkdownPage: Sendable, Equatable {
    public struct Heading: Sendable, Equatable {
        /// 2 to 6: the page's one level-one heading is the layout's.
        public var level: Int
        /// Plain text, whitespace folded.
        public var title: String
        /// The id, without `#` and not percent-encoded.
        public var anchor: String
        public var line: Int

        public init(level: Int, title: String, anchor: String, line: Int) {
            self.level = level
            self.title = title
            self.anchor = anchor
            self.line = line
        }
    }

    /// The body as HTML.
    public var html: [UInt8] = []
    /// Plain text of the first level-one heading; nil when there is none (a deeper heading is never a title).
    public var title: String?
    /// Plain text of the first paragraph, whitespace folded, at most 160 characters.
    public var description: String?
    /// In the order of the page, without a dropped title.
    public var headings: [Heading] = []
    /// Every id of the page: headings, footnotes and what raw HTML brings.
    public var anchors: [String] = []
    /// Plain text for search: a line a block, headings and inline code included, code blocks and the dropped title not.
    public var text: [UInt8] = []
    public var problems: [Problem] = []

    public init() {}
}
