import LecternCore

/// What `content/site.yml` says. Everything has a default, so that a folder without the file builds.
public struct SiteSettings: Sendable {
    public var title: LocalText
    public var description: LocalText
    /// Scheme and host without a slash at the end: "https://me.example". Empty when the site does not know its address.
    public var origin: String
    /// The path that the site lives under, with a slash at both ends: "/" or "/learn/".
    public var root: String
    /// Where the companion answers: "/api/". nil: the site sells nothing yet.
    public var companion: String?
    /// BCP 47 tags, the default one first.
    public var languages: [String]
    public var author: Author?
    public var currency: Currency
    public var payments: [String]
    /// For so many days after a purchase the creator gives money back; nil: nothing is promised.
    public var refundDays: Int?
    /// On what terms money is given back, in the creator's words; nil: nothing but the days is said.
    public var refundPolicy: LocalText?
    public var bundles: [BundleSettings]
    /// Whether a course can be bought for somebody else.
    public var gifts: Bool
    /// For how many at most a team can be enrolled with one order; nil: not at all.
    public var teams: Int?
    /// Whether who is enrolled may keep a course on a device and read it without a network, for seven days at a time.
    public var offline: Bool
    public var menu: [MenuEntry]
    public var theme: ThemeSettings
    public var video: VideoSettings
    public var beacons: Bool
    /// Lines of `ads.txt` (IAB Tech Lab, ads.txt specification).
    public var ads: [String]
    /// Where a course can be shared to by a plain link.
    public var share: [SharePlace]
    public var redirects: [Redirect]

    public var language: String { languages[0] }

    public struct Author: Sendable {
        public var name: LocalText
        public var url: String?
        public var bio: LocalText?
        /// True for a school or a company.
        public var isOrganization: Bool
        public var line: Int
    }

    public struct MenuEntry: Sendable {
        public var title: LocalText
        /// As written: a path from the site's root, or an address elsewhere.
        public var url: String
        public var line: Int
    }

    public struct ThemeSettings: Sendable {
        /// A CSS colour: #0b6e4f.
        public var accent: String?
        /// A path in `static/`.
        public var logo: Located<String>?
        /// CSS font families, used before the theme's own.
        public var font: String?
        public var headingFont: String?
        public var codeFont: String?
    }

    public struct Redirect: Sendable {
        public var from: String
        public var to: String
        public var line: Int

        /// `/shop/*` or `/:year/x`: hosts understand it, and no page can stand there.
        public var isPattern: Bool { from.contains("*") || from.contains(":") }
    }
}

/// A text that may have translations.
public struct LocalText: Sendable, Equatable {
    public var fallback: String
    public var translations: [String: String]

    public init(_ fallback: String, _ translations: [String: String] = [:]) {
        self.fallback = fallback
        self.translations = translations
    }

    public subscript(language: String) -> String { translations[language] ?? fallback }
    public var isEmpty: Bool { fallback.isEmpty && translations.isEmpty }
}

/// Reads `site.yml`.
///
/// - Parameters:
///   - bytes: nil when there is no such file.
///   - folderName: what an untitled site is called.
///   - baseURL: of the command line; wins over the file's.
///   - companion: of a preview: where the companion answers, whatever the file says. A site that names neither a companion
///     nor ways to pay stays without.
///   - language: asked for when the file names none.
public func readSettings(
    _ bytes: [UInt8]?, file: String, folderName: String, baseURL: String?, companion: String? = nil,
    language: () -> String = { "zh" }
) -> (SiteSettings, [Problem]) {
    var node = YAMLNode(.mapping([]), line: 1)
    var problems: [Problem] = []
    if let bytes {
        if String(validating: bytes, as: UTF8.self) == nil {
            problems.append(Problem(.error, "this file is not UTF-8 text", file: file, help: ["save it again as UTF-8"]))
        } else {
            do throws(Problem) { node = try readYAML(bytes, file: file) } catch { problems.append(error) }
        }
    }
    if node.entries == nil {
        problems.append(Problem(.error, "site.yml is a list of `key: value` lines", file: file, line: node.line))
        node = YAMLNode(.mapping([]), line: 1)
    }
    var fields = FieldReader(node, file: file)
    var settings = SiteSettings(&fields, folderName: folderName, baseURL: baseURL, language: language)
    if let companion, settings.companion != nil || !settings.payments.isEmpty { settings.companion = companion }
    return (settings, problems + fields.problems)
}

extension SiteSettings {
    static let keys = [
        "title", "description", "baseURL", "companion", "language", "languages", "author", "currency", "payments", "refundDays", "refundPolicy",
        "bundles", "gifts", "teams", "offline", "menu", "theme", "video", "beacons", "ads", "share", "redirects",
    ]

    init(_ fields: inout FieldReader, folderName: String, baseURL: String?, language: () -> String) {
        var languages = fields.texts("languages")
        if let language = fields.located("language") {
            languages.removeAll { $0.value == language.value }
            languages.insert(language, at: 0)
        }
        for language in languages where !isLanguageTag(language.value) {
            fields.report("\"\(language.value)\" is no language tag", line: language.line, help: ["write zh, en, zh-Hant, pt-BR"])
        }
        languages.removeAll { !isLanguageTag($0.value) }
        var seen: Set<String> = []
        languages.removeAll { language in
            // Tags are the same in any case (RFC 5646, section 2.1.1), and each is a folder of the output.
            if seen.insert(language.value.lowercased()).inserted { return false }
            fields.report("the language \"\(language.value)\" is named twice", line: language.line, help: ["remove one of them"], .warning)
            return true
        }
        self.languages = languages.isEmpty ? [language()] : languages.map(\.value)
        title = fields.local("title", self.languages) ?? LocalText(words(orderedName(Substring(folderName)).name))
        description = fields.local("description", self.languages) ?? LocalText("")

        origin = ""
        root = "/"
        let written = fields.located("baseURL")
        if let address = baseURL ?? written?.value {
            if let (origin, root) = splitBaseURL(address) {
                (self.origin, self.root) = (origin, root)
            } else {
                fields.report(
                    "bad baseURL \"\(address)\"", line: written?.line ?? 1,
                    help: ["write the site's full address: https://me.example/ or https://me.example/learn/"])
            }
        }
        companion = fields.text("companion")
        currency = .cny
        if let code = fields.located("currency") {
            if let known = Currency(code.value) {
                currency = known
            } else {
                let near = nearest(code.value.uppercased(), among: Currency.codes)
                fields.report("unknown currency \"\(code.value)\"", line: code.line, help: near.map { ["did you mean \($0)?"] } ?? [])
            }
        }
        payments = fields.texts("payments").map(\.value)
        refundDays = fields.whole("refundDays", in: 1...3650)
        refundPolicy = fields.local("refundPolicy", self.languages)
        bundles = fields.bundles("bundles", self.languages, currency: currency)
        gifts = fields.flag("gifts") ?? false
        teams = fields.whole("teams", in: 2...1000)
        offline = fields.flag("offline") ?? false
        author = fields.author("author", self.languages)
        menu = fields.menu("menu", self.languages)
        theme = fields.theme("theme")
        video = VideoSettings(fields.value("video"), &fields)
        beacons = fields.flag("beacons") ?? true
        ads = fields.texts("ads").map(\.value)
        share = fields.sharePlaces("share")
        if !share.isEmpty, baseURL ?? written?.value == nil {
            fields.report(
                "nobody can share a page whose address is not known", line: fields.value("share")?.line ?? 1,
                help: ["set where the site will live: baseURL: https://me.example/"], .warning)
        }
        redirects = fields.redirects("redirects")
        fields.warnOfOthers(than: Self.keys)
    }
}

/// "https://me.example/learn" → ("https://me.example", "/learn/"); nil for anything but http(s) and a plain path.
private func splitBaseURL(_ text: String) -> (origin: String, root: String)? {
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    let isHost = { (c: Character) in c.isASCII && (c.isLetter || c.isNumber || ".-:[]".contains(c)) }
    guard !host.isEmpty, host.allSatisfy(isHost), path.allSatisfy({ $0.isASCII && !"?#\"'<> \\".contains($0) }) else { return nil }
    return (scheme + host, path.hasSuffix("/") ? String(path) : path + "/")
}

/// The shape of a BCP 47 tag: a language and subtags, letters and digits.
func isLanguageTag(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = parts.first, (2...3).contains(first.count), first.allSatisfy({ $0.isASCII && $0.isLetter }) else { return false }
    return parts.dropFirst().allSatisfy { (1...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }
}

extension FieldReader {
    /// `key: text`, or `key: {zh: …, en: …}`.
    mutating func local(_ key: String, _ languages: [String]) -> LocalText? {
        value(key).flatMap { local($0, key, languages) }
    }

    fileprivate mutating func local(_ value: YAMLNode, _ key: String, _ languages: [String]) -> LocalText? {
        if let text = value.text { return LocalText(text) }
        guard let entries = value.entries, !entries.isEmpty else {
            report("\(key) is one text, or a text for each language", line: value.line, help: ["\(key): {zh: 文字, en: Text}"])
            return nil
        }
        var translations: [String: String] = [:]
        for entry in entries {
            if languages.contains(entry.key), let text = entry.value.text {
                translations[entry.key] = text
            } else {
                report(
                    "\(key) has no use for \"\(entry.key)\"", line: entry.line,
                    help: ["the site's languages are: \(languages.joined(separator: ", "))"], .warning)
            }
        }
        return LocalText(translations[languages[0]] ?? translations.sorted { $0.key < $1.key }.first?.value ?? "", translations)
    }

    fileprivate mutating func author(_ key: String, _ languages: [String]) -> SiteSettings.Author? {
        guard let node = value(key) else { return nil }
        if let name = node.text { return .init(name: LocalText(name), isOrganization: false, line: node.line) }
        guard let name = node["name"].flatMap({ local($0, "name", languages) }) else {
            report("author has a name", line: node.line, help: ["author: {name: …, url: …}"])
            return nil
        }
        for entry in node.entries ?? [] where !["name", "url", "bio", "organization"].contains(entry.key) {
            report("unknown key \"\(entry.key)\" in author", line: entry.line, .warning)
        }
        return .init(
            name: name, url: node["url"]?.text, bio: node["bio"].flatMap { local($0, "bio", languages) },
            isOrganization: node["organization"]?.flag ?? false, line: node["url"]?.line ?? node.line)
    }

    fileprivate mutating func menu(_ key: String, _ languages: [String]) -> [SiteSettings.MenuEntry] {
        guard let node = value(key) else { return [] }
        var entries: [SiteSettings.MenuEntry] = []
        for item in node.items ?? [] {
            guard let title = item["title"].flatMap({ local($0, "title", languages) }), let url = item["url"]?.text else {
                report("a menu entry has a title and a url", line: item.line, help: ["- {title: 关于, url: /about/}"])
                continue
            }
            entries.append(.init(title: title, url: url, line: item.line))
        }
        if node.items == nil { report("menu is a list", line: node.line, help: ["menu:", "  - {title: 关于, url: /about/}"]) }
        return entries
    }

    fileprivate mutating func theme(_ key: String) -> SiteSettings.ThemeSettings {
        var theme = SiteSettings.ThemeSettings()
        guard let node = value(key) else { return theme }
        guard node.entries != nil else {
            report("theme is a list of keys", line: node.line, help: ["theme:", "  accent: \"#0b6e4f\""])
            return theme
        }
        var inner = FieldReader(node, file: file)
        if let accent = inner.located("accent") {
            if isColour(accent.value) {
                theme.accent = accent.value
            } else {
                inner.report("bad colour \"\(accent.value)\"", line: accent.line, help: ["write it with six digits: accent: \"#0b6e4f\""])
            }
        }
        theme.logo = inner.located("logo")
        for (name, path) in [("font", \SiteSettings.ThemeSettings.font), ("headingFont", \.headingFont), ("codeFont", \.codeFont)] {
            guard let font = inner.located(name) else { continue }
            let quotes = { (quote: Character) in font.value.count { $0 == quote } }
            if font.value.contains(where: { ";{}<>\\\n@".contains($0) }) || quotes("\"") % 2 + quotes("'") % 2 > 0 {
                inner.report("\(name) is a list of font families", line: font.line, help: ["\(name): \"LXGW WenKai, serif\""])
            } else {
                theme[keyPath: path] = font.value
            }
        }
        inner.warnOfOthers(than: ["accent", "logo", "font", "headingFont", "codeFont"])
        take(inner.problems)
        return theme
    }

    fileprivate mutating func redirects(_ key: String) -> [SiteSettings.Redirect] {
        guard let node = value(key) else { return [] }
        let pairs: [(String?, String?, Int)] =
            node.entries.map { $0.map { ($0.key, $0.value.text, $0.line) } }
            ?? (node.items ?? []).map { ($0["from"]?.text, $0["to"]?.text, $0.line) }
        return pairs.compactMap { from, to, line in
            guard let from, let to, from.hasPrefix("/"), to.hasPrefix("/") || to.hasPrefix("https://") || to.hasPrefix("http://"),
                !(from + to).contains(where: { $0.isWhitespace || $0.isNewline }), isPlainPath(from.dropFirst())
            else {
                report("a redirect goes from a path to a path or an address", line: line, help: ["redirects:", "  /old/: /new/"])
                return nil
            }
            return SiteSettings.Redirect(from: from, to: to, line: line)
        }
    }
}

/// Whether every part of a path is a name: no part is empty, "." or "..", but for a slash at the end.
public func isPlainPath(_ path: Substring) -> Bool {
    let path = path.hasSuffix("/") ? path.dropLast() : path
    return path.isEmpty || path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
}

private func isColour(_ text: String) -> Bool {
    text.hasPrefix("#") && (text.count == 4 || text.count == 7) && text.dropFirst().allSatisfy(\.isHexDigit)
}
