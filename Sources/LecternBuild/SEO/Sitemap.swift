import LecternCore

/// sitemap.xml (sitemaps.org protocol 0.9) with hreflang, image and video extensions, cut at the protocol's 50,000 URLs.
///
/// Pages are added one at a time, so that a large site's list never stands in memory as more than its bytes.
struct Sitemap {
    private let address: Address
    /// The site's first language: the one that `x-default` leads to.
    private let language: String
    private var parts: [[UInt8]] = []
    private var urls = 0
    private let limit: Int

    init(_ address: Address, language: String, limit: Int = 50_000) {
        self.address = address
        self.language = language
        self.limit = limit
    }

    mutating func add(_ page: PageFact) {
        guard !page.noindex else { return }
        if urls % limit == 0 { parts.append([]) }
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
        parts[parts.count - 1] += out
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

    /// One file, or an index and its parts.
    func files() -> [(path: String, bytes: [UInt8])] {
        guard parts.count > 1 else { return [("sitemap.xml", Self.set(parts.first ?? []))] }
        var index: [UInt8] = []
        index.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
        for number in parts.indices {
            index.append("<sitemap><loc>")
            appendEscaped(address.absolute("sitemap-\(number + 1).xml"), to: &index)
            index.append("</loc></sitemap>\n")
        }
        index.append("</sitemapindex>\n")
        return [("sitemap.xml", index)] + parts.enumerated().map { ("sitemap-\($0 + 1).xml", Self.set($1)) }
    }

    private static func set(_ urls: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.append(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">

            """)
        out += urls
        out.append("</urlset>\n")
        return out
    }
}
