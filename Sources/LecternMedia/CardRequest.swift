/// What stands on the picture that others show for a page (Open Graph's `og:image`): 1200 × 630 pixels.
public struct CardRequest: Sendable, Hashable {
    public static let width = 1200
    public static let height = 630

    /// The page's. Emoji are left out: the fonts that draw them are made of pictures.
    public var title: String
    /// A line above it, such as the course of a lesson; empty for none.
    public var kicker: String
    public var siteTitle: String
    /// A BCP 47 tag: chooses between the Chinese, Japanese and Korean shape of a character, and the side to start from.
    public var language: String
    /// "#1f6b57"
    public var accent: String
    /// 0 to 11, as on the course's pages; nil derives the colours from the accent.
    public var hue: Int?
    /// Makes a poster of the card: below it, a code for a phone's camera.
    public var code: Code?

    public struct Code: Sendable, Hashable {
        /// Where the code leads: an absolute URL.
        public var url: String
        /// What stands below it.
        public var hint: String

        /// Longer ones could be drawn, and no phone would read them.
        public static let limitBytes = 512

        public init(url: String, hint: String) {
            self.url = url
            self.hint = hint
        }
    }

    /// In pixels: a poster is 3 : 4, as a phone shows it.
    public static let posterHeight = 1600

    public init(title: String, kicker: String = "", siteTitle: String, language: String, accent: String, hue: Int?, code: Code? = nil) {
        self.code = code
        self.title = title
        self.kicker = kicker
        self.siteTitle = siteTitle
        self.language = language
        self.accent = accent
        self.hue = hue
    }

    /// One line of text for `lectern-draw`: the fields between tabs, without what would end a field or the line.
    public var line: String {
        ([title, kicker, siteTitle, language, accent, hue.map(String.init) ?? ""] + (code.map { [$0.url, $0.hint] } ?? []))
            .map(Self.field).joined(separator: "\t")
    }

    /// - Returns: nil when the line does not hold every field.
    public init?(line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6 || fields.count == 8 else { return nil }
        self.init(
            title: fields[0], kicker: fields[1], siteTitle: fields[2], language: fields[3], accent: fields[4], hue: Int(fields[5]),
            code: fields.count == 8 ? Code(url: fields[6], hint: fields[7]) : nil)
    }

    /// White space of any kind is one space; other control characters are nothing.
    private static func field(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(1000) {
            if scalar.properties.isWhitespace {
                if let last = out.last, last != " " { out.append(" ") }
            } else if scalar.properties.generalCategory != .control {
                out.append(scalar)
            }
        }
        if out.last == " " { out.removeLast() }
        return String(out)
    }
}
