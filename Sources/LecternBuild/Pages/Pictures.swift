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
}

extension UnitBuilder {
    /// Publishes a picture that lies in the site's folder.
    ///
    /// - Parameter place: the file to name when something is wrong.
    func picture(_ source: String, alt: String, in place: String) -> Picture? {
        let file = context.folder + "/" + source
        do throws(Problem) {
            let bytes = try readFile(file, shownAs: source, limitBytes: 64 << 20)
            let name = source.split(separator: "/").last ?? ""
            let path = "assets/" + facts.unit.replacing("courses/", with: "") + "/" + slug(String(name.prefix { $0 != "." })) + "."
                + Digest(bytes).hex(4) + "." + LocalEnding(name).text
            try publish(path, from: file, for: place)
            var html: [UInt8] = []
            html.append("<img src=\"")
            appendEscaped(context.address.url(path), to: &html)
            html.append("\" alt=\"")
            appendEscaped(alt, to: &html)
            html.append("\" loading=\"lazy\" decoding=\"async\">")
            return Picture(path: path, html: html)
        } catch {
            facts.problems.append(error)
            return nil
        }
    }

    /// The HTML of `![alt](picture.jpg)`; nil for what lies elsewhere.
    func pictureHTML(_ image: MarkdownImage, source: LinkSource, isFirst: Bool) -> [UInt8]? {
        guard !hasScheme(image.source), !image.source.hasPrefix("/") else { return nil }
        let folder = source.file.split(separator: "/").dropLast().joined(separator: "/")
        guard let written = percentDecoded(image.source[...]), let target = resolvedPath(written[...], in: folder), files[target] != nil else {
            report("image \"\(image.source)\" is not there", file: source.file, line: image.line)
            return nil
        }
        guard source.publishes else { return [] }
        return picture(target, alt: image.alt, in: source.file)?.html
    }

    /// The Open Graph image with a title drawn on it, or nil.
    func card(title: String, hue: Int, language: String, owner: String) throws(Problem) -> PageImage? { nil }
}
