import LecternContent
import LecternCore
import LecternCrypto
import LecternMarkup
import LecternMedia

/// A picture on its way into a page.
struct Picture {
    /// Below the site's root: what others show for the page.
    var path: String
    /// `<picture>` or `<img>`.
    var html: [UInt8]
    var width: Int
    var height: Int
}

extension UnitBuilder {
    /// Where the unit's pictures are published: names hold digests, so hosts may keep them for ever.
    private var assetFolder: String { "assets/" + facts.unit.split(separator: "/").map { slug(String($0)) }.joined(separator: "-") + "/" }

    /// Publishes a picture that lies in the site's folder, in every size and type that a browser may choose.
    ///
    /// - Parameter place: the file to name when something is wrong, with its line.
    func picture(_ source: String, alt: String, title: String? = nil, isEager: Bool = false, in place: String, line: Int? = nil) -> Picture? {
        do throws(Problem) {
            guard let image = try imageSource(source) else {
                report("image \"\(source)\" is not there", file: place, line: line)
                return nil
            }
            let set = try tools.images.make(image)
            for variant in set.files { try publish(assetFolder + variant.outputName, from: variant.cacheFile, for: source) }
            var html: [UInt8] = []
            appendPicture(
                set, PictureUse(baseURL: context.address.url(assetFolder), alternative: alt, title: title, isEager: isEager), to: &html)
            let path = assetFolder + set.fallback.outputName
            if !pictures.contains(path) { pictures.append(path) }
            return Picture(path: path, html: html, width: set.width, height: set.height)
        } catch {
            facts.problems.append(error)
            return nil
        }
    }

    func imageSource(_ source: String) throws(Problem) -> ImageSource? {
        guard files[source] != nil else { return nil }
        let path = context.folder + "/" + source
        if let known = digests[source] { return ImageSource(path: path, shownAs: source, digest: known) }
        let digest = Digest(try readFile(path, shownAs: source, limitBytes: 256 << 20))
        note(digest: digest, of: source)
        return ImageSource(path: path, shownAs: source, digest: digest)
    }

    /// The HTML of `![alt](picture.jpg)`; nil for what lies elsewhere.
    func pictureHTML(_ image: MarkdownImage, source: LinkSource, isFirst: Bool) -> [UInt8]? {
        guard !hasScheme(image.source), !image.source.hasPrefix("//") else { return nil }
        guard !image.source.hasPrefix("/") else {
            var html: [UInt8] = []
            html.append("<img src=\"")
            appendEscaped(url(image.source, line: image.line, in: source), to: &html)
            html.append("\" alt=\"")
            appendEscaped(image.alt, to: &html)
            html.append("\" loading=\"lazy\" decoding=\"async\">")
            return html
        }
        let folder = source.file.split(separator: "/").dropLast().joined(separator: "/")
        guard let written = literalFile(image.source, in: source) ?? percentDecoded(image.source[...]), let target = resolvedPath(written[...], in: folder), files[target] != nil else {
            report(
                "image \"\(image.source)\" is not there", file: source.file, line: image.line,
                help: imageHelp(image.source, folder))
            return nil
        }
        switch source.publication {
        case .open: break
        case .sealed(let seal): return sealedPicture(target, alt: image.alt, by: seal, in: source.file, line: image.line)
        case .withheld: return []
        }
        return picture(target, alt: image.alt, isEager: isFirst, in: source.file, line: image.line)?.html
    }

    private func imageHelp(_ written: String, _ folder: String) -> [String] {
        let names = files.values.filter { $0.folder == folder && isImage($0.name) }.map { String($0.name) }.sorted()
        if let near = nearest(written, among: names) { return ["did you mean \(near)?"] }
        return names.isEmpty ? ["put the picture into \(folder)/"] : ["found here: " + names.prefix(6).joined(separator: ", ")]
    }

    private func isImage(_ name: Substring) -> Bool {
        ["png", "jpg", "jpeg", "gif", "webp", "avif", "heic", "svg"].contains(LocalEnding(name).text)
    }

    /// Makes the pictures of some texts several at a time, before the texts ask for them one by one.
    func prepareImages(of texts: [TextFile]) {
        var sources: [ImageSource] = []
        for text in texts where text.body.contains(UInt8(ascii: "!")) {
            let folder = text.path.split(separator: "/").dropLast().joined(separator: "/")
            for destination in imageDestinations(text.body) {
                guard let written = percentDecoded(destination[...]), let target = resolvedPath(written[...], in: folder) else { continue }
                if let source = try? imageSource(target) { sources.append(source) }
            }
        }
        if sources.count > 1 { _ = tools.images.make(sources) }
    }

    /// What seems to stand in `![…](here)`: a guess is enough, since it only decides what is made early.
    private func imageDestinations(_ body: [UInt8]) -> [String] {
        var found: [String] = []
        var at = 0
        while let mark = body[at...].firstIndex(of: UInt8(ascii: "!")) {
            at = mark + 1
            guard at < body.count, body[at] == UInt8(ascii: "["), let close = body[at...].firstIndex(of: UInt8(ascii: "]")),
                close + 1 < body.count, body[close + 1] == UInt8(ascii: "(")
            else { continue }
            let rest = body[(close + 2)...].prefix(1000).prefix { $0 != UInt8(ascii: ")") && $0 > 0x20 }
            found.append(String(decoding: rest, as: UTF8.self))
        }
        return found
    }

    /// The picture that a page's front matter names for other sites to show, or nil when it names none in its folder.
    func ownImage(_ images: [Located<String>], folder: String, title: String, in place: String) -> PageImage? {
        guard let first = images.first, !first.value.hasPrefix("/"), !hasScheme(first.value) else { return nil }
        guard let target = resolvedPath(first.value[...], in: folder),
            let picture = picture(target, alt: title, in: place, line: first.line)
        else { return nil }
        return PageImage(path: picture.path, width: picture.width, height: picture.height, alt: title)
    }

    /// The picture that other sites show for a page, with its title drawn on it; nil where nothing can draw.
    func card(title: String, hue: Int?, language: String, owner: String) throws(Problem) -> PageImage? {
        try publishedCard(context.card(title: title, hue: hue, language: language), owner: owner)
    }

    func homeCard(_ language: String) throws(Problem) -> PageImage? { try publishedCard(context.homeCard(language), owner: "home") }

    func publishedCard(_ request: CardRequest, named name: String = "card", owner: String) throws(Problem) -> PageImage? {
        guard let card = try tools.cards.card(request) else { return nil }
        let path = assetFolder + name + "." + card.digest.prefix(8) + ".png"
        try publish(path, from: card.cacheFile, for: owner)
        let height = request.code == nil ? CardRequest.height : CardRequest.posterHeight
        return PageImage(path: path, width: CardRequest.width, height: height, alt: request.title)
    }
}

extension SiteContext {
    /// What the home page's picture says, and those of pages that are lists of others.
    func homeCard(_ language: String) -> CardRequest { card(title: settings.title[language], hue: 4, language: language) }

    func card(title: String, hue: Int?, language: String) -> CardRequest {
        CardRequest(
            title: title, siteTitle: settings.title[language], language: language, accent: settings.theme.accent ?? "#1f6b57", hue: hue)
    }
}
