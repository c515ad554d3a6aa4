import LecternCore

/// sitemap.xml (sitemaps.org protocol 0.9) with hreflang, image and video extensions, cut at the protocol's 50,000 URLs.
///
/// Pages are added one at a time, and their lines leave memory as they come.
struct Sitemap {
    private let address: Address
    /// The site's first language: the one that `x-default` leads to.
    private let language: String
    private var parts: [GrowingFile] = []
    private var urls = 0
    private let limit: Int
    private let folder: String?

    /// - Parameter folder: where the parts grow.
    init(_ address: Address, language: String, limit: Int = 50_000, folder: String?) {
        self.address = address
        self.language = language
        self.limit = limit
        self.folder = folder
    }

    mutating func add(_ page: PageFact) throws(Problem) {
        guard !page.noindex else { return }
        if urls % limit == 0 { try startPart() }
        urls += 1
        var out: [UInt8] = []
        out.append("<url><loc>")
        appendEscaped(address.absolute(page.path), to: &out)
        out.append("</loc>")
        if let modified = page.modified ?? page.published { out.append(text: "<lastmod>\(modified.day)</lastmod>") }
        if page.alternates.count > 1 {
            for alternate in page.alternates { link(alternate.language, alternate.path, &out) }
            let first = page.alternates.first { $0.language == language } ?? page.alternates[0]
            link("x-default", first.path, &out)
        }
        for image in page.images {
            out.append("<image:image><image:loc>")
            appendEscaped(address.absolute(image), to: &out)
            out.append("</image:loc></image:image>")
        }
        if let video = page.video, !video.poster.isEmpty { add(video, of: page, &out) }
        out.append("</url>\n")
        try parts[parts.count - 1].append(out)
    }

    private mutating func startPart() throws(Problem) {
        try parts.last?.append(Array("</urlset>\n".utf8))
        let part = GrowingFile("sitemap-\(parts.count + 1)", folder: folder)
        try part.append(
            Array(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">

                """.utf8))
        parts.append(part)
    }

    private func link(_ language: String, _ path: String, _ out: inout [UInt8]) {
        out.append(text: "<xhtml:link rel=\"alternate\" hreflang=\"\(language)\" href=\"")
        appendEscaped(address.absolute(path), to: &out)
        out.append("\"/>")
    }

    /// Google Search Central, "Video sitemaps": thumbnail, title, description and content are required.
    private func add(_ video: VideoFact, of page: PageFact, _ out: inout [UInt8]) {
        out.append("<video:video><video:thumbnail_loc>")
        appendEscaped(address.absolute(video.poster), to: &out)
        out.append("</video:thumbnail_loc><video:title>")
        appendEscaped(page.title, to: &out)
        out.append("</video:title><video:description>")
        appendEscaped(page.description.isEmpty ? page.title : page.description, to: &out)
        out.append("</video:description><video:content_loc>")
        appendEscaped(address.absolute(video.path), to: &out)
        out.append("</video:content_loc>")
        if (1...28_800).contains(video.durationSeconds) { out.append(text: "<video:duration>\(video.durationSeconds)</video:duration>") }
        if let published = page.published { out.append(text: "<video:publication_date>\(published.rfc3339)</video:publication_date>") }
        out.append("</video:video>")
    }

    /// Gives one file, or an index and its parts. Nothing can be added any more.
    mutating func finish(_ put: (_ path: String, GrowingFile) throws(Problem) -> Void) throws(Problem) {
        if parts.isEmpty { try startPart() }
        try parts.last?.append(Array("</urlset>\n".utf8))
        guard parts.count > 1 else { return try put("sitemap.xml", parts[0]) }
        let index = GrowingFile("sitemap", folder: folder)
        var out: [UInt8] = []
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
        for number in parts.indices {
            out.append("<sitemap><loc>")
            appendEscaped(address.absolute("sitemap-\(number + 1).xml"), to: &out)
            out.append("</loc></sitemap>\n")
        }
        out.append("</sitemapindex>\n")
        try index.append(out)
        try put("sitemap.xml", index)
        for (number, part) in parts.enumerated() { try put("sitemap-\(number + 1).xml", part) }
    }
}
