import LecternCore
import LecternMedia

extension UnitBuilder {
    /// Seals a picture of a paid lesson, in several sizes but one type only: every browser that opens sealed lessons knows WebP.
    ///
    /// - Returns: an `<img>` whose script finds the files in `data-sealed`, as `srcset` has them: URL and width of each.
    func sealedPicture(_ source: String, alt: String, by seal: LessonSeal, in place: String, line: Int) -> [UInt8]? {
        do throws(Problem) {
            guard let image = try imageSource(source) else {
                report("image \"\(source)\" is not there", file: place, line: line)
                return nil
            }
            let set = try tools.images.make(image)
            let webP = set.variants.filter { $0.mediaType == "image/webp" }
            var files: [String] = []
            for variant in webP.isEmpty ? [set.fallback] : webP {
                let url = try seal.publish(seal.page + variant.outputName, from: variant.cacheFile, for: source)
                files.append("\(url) \(variant.width)w")
            }
            var html: [UInt8] = []
            html.append("<img data-sealed=\"")
            appendEscaped(files.joined(separator: ", "), to: &html)
            html.append(text: "\" width=\"\(set.width)\" height=\"\(set.height)\" alt=\"")
            appendEscaped(alt, to: &html)
            html.append("\" decoding=\"async\">")
            return html
        } catch {
            facts.problems.append(error)
            return nil
        }
    }
}
