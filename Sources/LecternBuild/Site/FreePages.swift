import LecternContent
import LecternCore
import LecternLayouts
import LecternMarkup

/// The free-standing pages: `content/pages/about.md` → about/, and the texts of the home page and of 404.
struct FreePages {
    struct Page {
        var text: TextFile
        var frontMatter: FrontMatter
        var language: String
        /// Below the language's folder: "about/".
        var name: String
        var path: String
        var title: String
        var body: MarkdownPage
        /// Below the site's root.
        var pictures: [String]
    }

    private var pages: [Page] = []
    private var homes: [Page] = []
    private let languages: [String]
    private var missings: [Page] = []
    /// When the same pages are published.
    private(set) var validity = Validity.always

    /// - Parameter files: those in `content/pages/`, and `content/index*.md`.
    init(_ files: [SourceFile], in unit: UnitBuilder) {
        let context = unit.context
        languages = context.settings.languages
        var read: [(text: TextFile, front: FrontMatter, language: String, name: String, path: String)] = []
        for file in files {
            let local = PageName(file.path, languages: context.settings.languages, contentFolder: context.contentFolder)
            guard local.isText else { continue }
            do throws(Problem) {
                let (text, front, problems) = try readTextFile(root: context.folder, file: file, currency: context.settings.currency)
                unit.facts.problems += problems
                unit.note(digest: text.digest, of: file.path)
                guard context.publishing.includes(front, &validity) else { continue }
                let language = local.language ?? context.settings.language
                let name = local.name(slug: front.slug)
                guard !name.isEmpty || local.isHome else {
                    unit.report("no URL can be made of this name", file: file.path, help: ["give the file letters or digits, or set `slug:`"])
                    continue
                }
                read.append((text, front, language, name, context.prefix(language) + name))
            } catch {
                unit.facts.problems.append(error)
            }
        }
        for page in read {
            unit.pagePaths[.init(source: page.text.path, language: page.language)] = page.path
            let suffix = ".\(page.language).md"
            if page.text.path.hasSuffix(suffix) {
                unit.pagePaths[.init(source: page.text.path.dropLast(suffix.utf8.count) + ".md", language: page.language)] = page.path
            }
        }
        for page in read {
            let source = LinkSource(file: page.text.path, language: page.language, page: page.path, publication: .open)
            unit.pictures = []
            let body = unit.render(page.text, title: page.front.title, source: source)
            let name = PageName(page.text.path, languages: context.settings.languages, contentFolder: context.contentFolder)
            let done = Page(
                text: page.text, frontMatter: page.front, language: page.language, name: page.name, path: page.path,
                title: page.front.title ?? page.text.heading ?? name.title, body: body,
                pictures: unit.pictures)
            if name.isHome { homes.append(done) } else if name.isMissing { missings.append(done) } else { pages.append(done) }
        }
    }

    func home(_ language: String) -> Page? { homes.first { $0.language == language } }
    func missing(_ language: String) -> Page? { missings.first { $0.language == language } }

    /// The page of a name ("terms/") in a language, else in the site's own.
    func page(_ name: String, _ language: String) -> Page? {
        let editions = pages.filter { $0.name == name }
        return editions.first { $0.language == language } ?? editions.first { $0.language == languages.first }
    }

    /// In the order of the site's languages, since the first one is what a reader of no other language gets.
    private func alternates(_ page: Page) -> [(language: String, path: String)] {
        languages.compactMap { language in
            pages.first { $0.name == page.name && $0.language == language }.map { ($0.language, $0.path) }
        }
    }

    private func description(_ page: Page) -> String { page.frontMatter.description ?? page.body.description ?? page.title }

    var facts: [PageFact] {
        pages.map { page in
            PageFact(
                kind: .page, source: page.text.path, language: page.language, path: page.path, title: page.title, description: description(page),
                id: page.frontMatter.id?.value ?? "", courseTitle: "", published: page.frontMatter.date,
                modified: page.frontMatter.lastmod ?? page.frontMatter.date, access: .free, tags: page.frontMatter.tags,
                concepts: page.frontMatter.concepts, alternates: alternates(page), images: page.pictures, video: nil, durationSeconds: 0,
                noindex: false)
        }
    }

    /// The home page in a language.
    func homeFact(_ language: String, in context: SiteContext) -> PageFact {
        let text = home(language)
        return PageFact(
            kind: .home, source: text?.text.path ?? context.contentFolder + "index.md", language: language, path: context.prefix(language),
            title: context.settings.title[language], description: "", id: "", courseTitle: "", published: nil,
            modified: text?.frontMatter.lastmod, access: .free, tags: [], concepts: [],
            alternates: context.settings.languages.map { ($0, context.prefix($0)) }, images: [], video: nil, durationSeconds: 0, noindex: false)
    }

    func homeFacts(in context: SiteContext) -> [PageFact] { context.settings.languages.map { homeFact($0, in: context) } }

    func write(in unit: UnitBuilder) throws(Problem) {
        let context = unit.context
        for (page, fact) in zip(pages, facts) {
            unit.noteAliases(page.frontMatter.aliases, to: page.path, language: page.language, file: page.text.path)
            let data = StructuredData(context: context, language: page.language)
            let trail = [(context.settings.title[page.language], context.prefix(page.language)), (page.title, page.path)]
            let head = PageHead(
                kind: "page", language: page.language, path: page.path, title: page.title, description: fact.description,
                image: try unit.card(title: page.title, hue: 4, language: page.language, owner: page.text.path), isArticle: true,
                alternates: fact.alternates, structuredData: data.graph([data.webPage(fact), data.breadcrumbs(trail)]),
                published: page.frontMatter.date, modified: fact.modified, breadcrumbs: trail)
            var fields = context.frame(head)
            fields["content"] = .html(page.body.html)
            var bytes: [UInt8] = []
            context.layouts.render("page.html", fields, into: &bytes)
            try unit.put(page: page.path, bytes, for: page.text.path)
            unit.facts.pages.append(fact)
            unit.facts.anchors.append(page.body.anchors + ["main"])
            unit.addToSearch(
                title: page.title, path: page.path, language: page.language, course: "", headings: page.body.headings, text: page.body.text,
                description: fact.description)
        }
    }
}

/// What a file's place says of a free-standing page.
struct PageName {
    let isText: Bool
    let isHome: Bool
    let isMissing: Bool
    let language: String?
    private let folders: [Substring]
    private let stem: Substring

    /// - Parameter contentFolder: "content/", or "" when courses lie in the site's folder itself.
    init(_ path: String, languages: [String], contentFolder: some StringProtocol) {
        let inner = path.dropFirst(contentFolder.utf8.count)
        var parts = inner.split(separator: "/")
        let file = parts.popLast() ?? ""
        isText = file.hasSuffix(".md")
        var stem = file.dropLast(3)
        var language: String?
        if let dot = stem.lastIndex(of: "."), let known = languages.first(where: { $0 == stem[stem.index(after: dot)...] }) {
            language = known
            stem = stem[..<dot]
        }
        self.language = language
        // Hugo's name for the text of a folder.
        if stem == "_index" { stem = "index" }
        isHome = parts.isEmpty && stem == "index"
        if parts.first == "pages" { parts.removeFirst() }
        isMissing = parts.isEmpty && stem == "404"
        if stem == "index", let folder = parts.popLast() { stem = folder }
        folders = parts
        self.stem = stem
    }

    var title: String { words(orderedName(stem).name) }

    /// "about/", "guide/install/"; "" for the home page.
    func name(slug own: String?) -> String {
        if isHome { return "" }
        let last = slug(own ?? String(orderedName(stem).name))
        guard !last.isEmpty else { return "" }
        return folders.map { slug(String(orderedName($0).name)) + "/" }.joined() + last + "/"
    }
}

extension StructuredData {
    /// https://schema.org/WebPage.
    func webPage(_ page: PageFact) -> JSON {
        node(
            "WebPage",
            [
                ("name", .text(page.title)), ("description", text(page.description)), ("url", .text(context.address.absolute(page.path))),
                ("inLanguage", .text(language)), ("datePublished", day(page.published)), ("dateModified", day(page.modified)),
            ])
    }
}
