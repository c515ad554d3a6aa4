import LecternContent
import LecternCore
import LecternLayouts
import LecternMarkup

/// Everything that is made of more than one course: home, free-standing pages, tags, search page, and the files for
/// machines. Courses come as facts, one unit at a time, and what is as long as the site never stands in memory: lists
/// wait in a `Spool`, long files grow on the disk, and courses are read again when their lessons are wanted.
struct SiteStage {
    let unit: UnitBuilder
    private let sources: CourseSources
    private let folder: String?
    /// Every course in every language, in the order of the home page.
    private(set) var courses: [CourseSources.Row] = []
    private var sitemap: Sitemap
    private var feeds: [String: [Feed.Entry]] = [:]
    private var tags: [String: [String: TaggedPages]] = [:]
    private var concepts: [String: [String: TaggedPages]] = [:]
    private let entries: Spool
    private var aliases: [AliasFact] = []
    /// The picture that others show for a page of links, by language: the home page's.
    private(set) var cards: [String: PageImage] = [:]
    /// Which edition of the terms each checkout shows.
    var terms: [(language: String, edition: String)] = []

    var context: SiteContext { unit.context }

    /// The pages that bear one tag or concept.
    private struct TaggedPages {
        var name: String
        /// Where their entries are.
        var key: Int
        var count = 0
    }

    /// - Parameters:
    ///   - sources: reads the facts of the courses, in their order.
    ///   - folder: where lists grow; nil for builds that write nothing.
    init(_ unit: UnitBuilder, _ sources: CourseSources, folder: String?) {
        self.unit = unit
        self.sources = sources
        self.folder = folder
        entries = Spool(folder: folder, limitBytes: 1 << 20)
        sitemap = Sitemap(unit.context.address, language: unit.context.settings.language, folder: folder)
    }

    private mutating func add(_ page: PageFact) throws(Problem) {
        try sitemap.add(page)
        // A lesson is news even when nobody says of which day; "About" is not.
        if page.kind != .page || page.published != nil {
            Self.keepNewest(
                Feed.Entry(title: page.title, path: page.path, summary: page.description, published: page.published, updated: page.modified),
                in: &feeds[page.language, default: []])
        }
        if page.tags.isEmpty, page.concepts.isEmpty { return }
        let entry = TagEntry(title: page.title, path: page.path, description: page.description, course: page.courseTitle).encoded()
        for tag in page.tags { try file(entry, under: tag, in: &tags[page.language, default: [:]]) }
        for concept in page.concepts { try file(entry, under: concept, in: &concepts[page.language, default: [:]]) }
    }

    /// Bounded, since a feed shows the newest few of possibly very many pages.
    private static func keepNewest(_ entry: Feed.Entry, in entries: inout [Feed.Entry]) {
        entries.append(entry)
        if entries.count >= 4 * Feed.limit { entries = Feed.newest(entries) }
    }

    private func file(_ entry: [UInt8], under name: String, in index: inout [String: TaggedPages]) throws(Problem) {
        let slug = slug(name)
        guard !slug.isEmpty else { return }
        let key = index[slug]?.key ?? entries.makeKey()
        index[slug, default: TaggedPages(name: name, key: key)].count += 1
        try entries.append(entry, to: key)
    }

    // MARK: Writing

    /// The home pages and the free-standing ones. From here on it is known what the site's texts give to the search index.
    mutating func writeTexts(_ pages: FreePages) throws(Problem) {
        try sources.forEach { facts, rows throws(Problem) in
            courses += rows
            aliases += facts.aliases
            for page in facts.pages { try add(page) }
        }
        for page in pages.facts { try add(page) }
        courses = courses.enumerated().sorted { ($0.element.fact.order, $0.offset) < ($1.element.fact.order, $1.offset) }.map(\.element)
        for language in context.settings.languages { try writeHome(language, pages) }
        for page in unit.facts.pages where page.kind == .home { try sitemap.add(page) }
        try pages.write(in: unit)
    }

    /// What is made of those that are written.
    mutating func writeLists(_ pages: FreePages) throws(Problem) {
        for language in context.settings.languages {
            try writeIndex(tags[language] ?? [:], folder: "tags", language)
            try writeIndex(concepts[language] ?? [:], folder: "concepts", language)
            try writeSearch(language)
            try writeFeed(language)
        }
        try writeBundles()
        try writeCompanionPages(pages)
        try writeMissing(pages)
        unit.noteSettingsLinks()
        try writeHostFiles()
        for (path, bytes) in context.assets.files { try unit.put(path, bytes, for: "the theme") }
    }

    func alternates(_ path: String, _ languages: [String]) -> [(language: String, path: String)] {
        languages.map { ($0, context.prefix($0) + path) }
    }

    func render(_ layout: String, _ head: PageHead, _ fields: [(LayoutName, LayoutValue)]) -> [UInt8] {
        var page = context.frame(head)
        for (name, value) in fields { page[name] = value }
        var bytes: [UInt8] = []
        context.layouts.render(layout, page, into: &bytes)
        return bytes
    }

    private mutating func writeHome(_ language: String, _ pages: FreePages) throws(Problem) {
        let path = context.prefix(language)
        let text = pages.home(language)
        let title = context.settings.title[language]
        let data = StructuredData(context: context, language: language)
        let description = context.settings.description[language]
        cards[language] = try unit.homeCard(language)
        let own = courses.map(\.fact).filter { $0.language == language }
        let head = PageHead(
            kind: "home", language: language, path: path, title: title, description: description.isEmpty ? text?.body.description ?? "" : description,
            image: cards[language], alternates: alternates("", context.settings.languages),
            structuredData: data.graph([data.webSite(), data.courseList(own)]), feeds: [(title, path + "feed.xml")])
        let cards = own.map { $0.card(in: context) }
        let bytes = render(
            "home.html", head,
            [
                ("content", .html(text?.body.html ?? [])), ("cards", .list(cards)), ("hasCards", .flag(!cards.isEmpty)),
                ("bundles", .list(context.bundleLinks(language))), ("hasBundles", .flag(!context.settings.bundles.isEmpty)),
            ])
        try unit.put(page: path, bytes, for: text?.text.path ?? context.settingsFile)
        var fact = pages.homeFact(language, in: context)
        fact.description = head.description
        unit.facts.pages.append(fact)
        unit.facts.anchors.append((text?.body.anchors ?? []) + ["main", "section-courses"])
    }

    /// `tags/`, a list of all, and a page for each; the same for concepts.
    private mutating func writeIndex(_ index: [String: TaggedPages], folder: String, _ language: String) throws(Problem) {
        let words = context.words(language)
        let base = context.prefix(language) + folder + "/"
        let all = index.sorted { $0.value.count != $1.value.count ? $0.value.count > $1.value.count : $0.key < $1.key }
        guard !all.isEmpty || folder == "tags" else { return }
        let title = words[folder == "tags" ? "allTags" : "allConcepts"]
        let links = all.map { key, tag -> LayoutValue in
            ["title": .text(tag.name), "url": .text(context.address.url(base + key + "/")), "count": .text(String(tag.count))]
        }
        let languagesWithIndex = context.settings.languages.filter { folder == "tags" || !(concepts[$0] ?? [:]).isEmpty }
        let data = StructuredData(context: context, language: language)
        let trail = [(context.settings.title[language], context.prefix(language)), (title, base)]
        let head = PageHead(
            kind: "tags", language: language, path: base, title: title, description: title + " · " + context.settings.title[language],
            image: cards[language], alternates: alternates(folder + "/", languagesWithIndex),
            structuredData: data.graph([data.collection(title, base), data.breadcrumbs(trail)]), noindex: all.isEmpty, breadcrumbs: trail)
        try put(head, render("tags.html", head, [("tags", .list(links))]))
        for (key, tag) in all {
            let others = languagesWithIndex.filter { (folder == "tags" ? tags : concepts)[$0]?[key] != nil }
            let list = TagList(
                tag: tag, index: (title, base), path: base + key + "/", alternates: alternates(folder + "/" + key + "/", others), language: language)
            try write(list)
        }
    }

    /// A page of a hundred titles is long enough, and light.
    private static let entriesOfAPage = 100

    /// One tag in one language.
    private struct TagList {
        var tag: TaggedPages
        /// The list of all tags.
        var index: (title: String, path: String)
        var path: String
        var alternates: [(language: String, path: String)]
        var language: String

        var pageCount: Int { (tag.count + entriesOfAPage - 1) / entriesOfAPage }

        func path(page number: Int) -> String { number == 1 ? path : path + "\(number)/" }
    }

    /// A tag may be on every page of the site: its entries come and go a page at a time.
    private mutating func write(_ list: TagList) throws(Problem) {
        var waiting: [LayoutValue] = []
        var number = 0
        let address = context.address
        try entries.forEachPiece(of: list.tag.key) { bytes throws(Problem) in
            for entry in TagEntry.list(bytes) {
                waiting.append(entry.fields(address))
                if waiting.count < Self.entriesOfAPage { continue }
                number += 1
                try write(list, page: number, waiting)
                waiting = []
            }
        }
        if !waiting.isEmpty { try write(list, page: number + 1, waiting) }
    }

    /// `tags/x/`, `tags/x/2/`, each with links to the one before and after it and its own address as canonical: what
    /// stands on a later page is on no other, so a canonical that named the first page would hide it.
    private mutating func write(_ list: TagList, page number: Int, _ entries: [LayoutValue]) throws(Problem) {
        let words = context.words(list.language)
        let name = list.tag.name
        let path = list.path(page: number)
        let numbered = words["pageNumber"].replacing("{number}", with: String(number)).replacing("{count}", with: String(list.pageCount))
        let title = number == 1 ? name : name + " · " + numbered
        let count = words.count("tagCountOne", "tagCountMany", list.tag.count).replacing("{tag}", with: name)
        var trail = [(context.settings.title[list.language], context.prefix(list.language)), list.index, (name, list.path)]
        if number > 1 { trail.append((numbered, path)) }
        let data = StructuredData(context: context, language: list.language)
        let head = PageHead(
            kind: "tag", language: list.language, path: path, title: name, headTitle: title,
            description: number == 1 ? count : count + " · " + numbered, image: cards[list.language],
            // The same page of another language holds other entries.
            alternates: number == 1 ? list.alternates : [],
            structuredData: data.graph([data.collection(title, path), data.breadcrumbs(trail)]),
            // A list of one page says nothing that the page does not.
            noindex: list.tag.count < 2, breadcrumbs: trail)
        let fields: [(LayoutName, LayoutValue)] = [
            ("entries", .list(entries)), ("previous", link(list, page: number - 1)), ("next", link(list, page: number + 1)),
            ("pageText", .text(list.pageCount > 1 ? numbered : "")),
        ]
        // The first page stands for all in the sitemap; the others are found by its links.
        try put(head, render("tag.html", head, fields), inSitemap: number == 1)
    }

    private func link(_ list: TagList, page number: Int) -> LayoutValue {
        guard (1...list.pageCount).contains(number) else { return .missing }
        return ["title": .text(String(number)), "url": .text(context.address.url(list.path(page: number)))]
    }

    private mutating func writeSearch(_ language: String) throws(Problem) {
        let words = context.words(language)
        let head = PageHead(
            kind: "search", language: language, path: context.prefix(language) + "search/", title: words["search"], description: words["searchLabel"],
            image: cards[language], alternates: alternates("search/", context.settings.languages), noindex: true)
        try put(head, render("search.html", head, []))
    }

    private func writeMissing(_ pages: FreePages) throws(Problem) {
        for language in context.settings.languages {
            let words = context.words(language)
            let text = pages.missing(language)
            let path = context.prefix(language) + "404.html"
            var head = PageHead(
                kind: "missing", language: language, path: path, title: text?.title ?? words["missingTitle"], description: words["missingText"],
                image: cards[language], noindex: true)
            head.alternates = alternates("404.html", context.settings.languages)
            try unit.put(path, render("404.html", head, [("content", .html(text?.body.html ?? []))]), for: text?.text.path ?? "404.html")
        }
    }

    /// Puts a page that is made of others, and lets links lead to it.
    mutating func put(_ head: PageHead, _ bytes: [UInt8], inSitemap: Bool = true) throws(Problem) {
        try unit.put(page: head.path, bytes, for: head.path)
        let fact = PageFact(
            kind: .page, source: "", language: head.language, path: head.path, title: head.title, description: head.description, id: "",
            courseTitle: "", access: .free, tags: [], concepts: [], alternates: head.alternates, images: [], durationSeconds: 0,
            noindex: head.noindex)
        unit.facts.pages.append(fact)
        if inSitemap { try sitemap.add(fact) }
        unit.facts.anchors.append(["main"])
    }

    private func writeFeed(_ language: String) throws(Problem) {
        let path = context.prefix(language)
        let feed = Feed(
            title: context.settings.title[language], subtitle: context.settings.description[language], language: language, page: path,
            path: path + "feed.xml", author: context.settings.author?.name[language] ?? context.settings.title[language],
            entries: Feed.newest(feeds[language] ?? []))
        try unit.put(path + "feed.xml", feed.bytes(context.address), for: "feed.xml")
    }

    private mutating func writeHostFiles() throws(Problem) {
        let address = context.address
        let unit = unit
        try sitemap.finish { path, file throws(Problem) in try file.publish(path, for: "sitemap.xml", in: unit) }
        try unit.put("robots.txt", HostFiles.robots(address, prefixes: context.settings.languages.map(context.prefix)), for: "robots.txt")
        try writeForLanguageModels()
        try unit.put("_headers", HostFiles.headers(policy: context.policy, root: address.root), for: "_headers")
        if context.keepsOffline { try unit.put(Assets.offlineWorkerName, context.assets.offlineWorker, for: Assets.offlineWorkerName) }
        if !context.settings.ads.isEmpty {
            try unit.put("ads.txt", Array((context.settings.ads.joined(separator: "\n") + "\n").utf8), for: context.settingsFile)
        }
        var redirects: [(from: String, to: String)] = []
        for alias in aliases + unit.facts.aliases {
            let file = alias.from.hasSuffix("/") ? alias.from + "index.html" : alias.from
            // Of two with one address `SiteChecks` tells.
            if unit.made.contains(file) { continue }
            redirects.append((address.root + percentEncoded(alias.from), address.url(alias.to)))
            try unit.put(
                file,
                HostFiles.redirectPage(to: address.url(alias.to), absolute: address.absolute(alias.to)), for: alias.file)
        }
        for redirect in context.settings.redirects {
            let to = address.url(written: redirect.to)
            redirects.append((address.url(written: redirect.from), to))
            if redirect.isPattern { continue }
            let alias = AliasFact(redirect, file: context.settingsFile)
            let file = alias.from.hasSuffix("/") || alias.from.isEmpty ? alias.from + "index.html" : alias.from
            if unit.made.contains(file) { continue }
            let absolute = redirect.to.hasPrefix("/") ? address.origin + to : to
            try unit.put(
                file,
                HostFiles.redirectPage(to: to, absolute: absolute), for: context.settingsFile)
        }
        if !redirects.isEmpty { try unit.put("_redirects", HostFiles.redirects(redirects), for: "_redirects") }
        try CatalogueFile(context: context, courses: courses, sources: sources, terms: terms).put(in: unit, folder: folder)
    }

    private func writeForLanguageModels() throws(Problem) {
        let parts = LanguageModelsFile(context: context)
        let file = GrowingFile("llms", folder: folder)
        try file.append(parts.heading())
        for row in courses { if let course = sources.whole(row) { try file.append(parts.section(course)) } }
        try file.publish("llms.txt", for: "llms.txt", in: unit)
    }
}

extension AliasFact {
    /// A redirect of `site.yml` that is no pattern.
    init(_ redirect: SiteSettings.Redirect, file: String) {
        let from = String(redirect.from.dropFirst())
        let isFile = from.split(separator: "/").last?.contains(".") ?? false
        self.init(from: isFile || from.isEmpty || from.hasSuffix("/") ? from : from + "/", to: redirect.to, file: file, line: redirect.line)
    }
}

extension CourseFact {
    /// The course on the home page.
    func card(in context: SiteContext) -> LayoutValue {
        let words = context.words(language)
        return .fields([
            "id": .text(id), "title": .text(title), "url": .text(context.address.url(path)), "description": .text(description),
            "cover": .html(cover), "hue": .text(String(hue)), "lessonCount": .text(String(lessonCount)),
            "lessonCountText": .text(words.count("lessonCountOne", "lessonCountMany", lessonCount)),
            "durationText": .text(words.duration(seconds: durationSeconds)), "level": .text(level),
            "price": isFree ? .missing : ["text": .text(words.price(prices, earlyBird, floors: floors))], "free": .flag(isFree),
        ])
    }
}
