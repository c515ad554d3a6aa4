import LecternContent
import LecternCore

/// What links out of a unit lead to, as far as it was known before the unit was built.
struct OutsideTable: Sendable {
    struct Page: Sendable, Equatable {
        var path: String
        var title: String
    }

    /// A target that is known to be nowhere is absent, as one that is not known yet; the unit is built again only when
    /// what it saw differs from what there is.
    var pages: [OutsideLink.Target: Page] = [:]
}

/// The text that a link stands in.
struct LinkSource {
    var file: String
    var language: String
    /// The page that the text becomes part of.
    var page: String
    var publication: Publication
}

/// What becomes of a text, and of the files and pictures that it shows.
enum Publication {
    case open
    case sealed(LessonSeal)
    /// It is checked, and stays on this machine.
    case withheld
}

extension UnitBuilder {
    /// Turns a destination as the creator wrote it into the URL that the page has.
    ///
    /// `../02-data/01-lists.md#sort` leads to that lesson's page, `data.csv` to a copy of the file beside the page,
    /// `/about/` to a page below the site's root. Anything with a scheme stays as it is.
    func url(_ written: String, line: Int, in source: LinkSource) -> String {
        if written.isEmpty || hasScheme(written) || written.hasPrefix("//") { return written }
        if let file = literalFile(written, in: source) {
            return relativeURL(file, anchor: "", suffix: "", written: written, line: line, in: source)
        }
        let (path, query, fragment) = split(written)
        let anchor = percentDecoded(fragment) ?? String(fragment)
        let suffix = query + (fragment.isEmpty ? "" : "#" + percentEncodedURL(fragment))
        if path.isEmpty {
            innerLinks.append(.init(page: source.page, anchor: anchor, file: source.file, line: line, written: written))
            return written.hasPrefix("#") ? "#" + percentEncodedURL(fragment) : written
        }
        guard let decoded = percentDecoded(path) else {
            report(
                "broken link \"\(written)\": % is not followed by two hexadecimal digits", file: source.file, line: line,
                help: ["write %25 for a % in a name"])
            return written
        }
        if decoded.hasPrefix("/") {
            let target = String(decoded.dropFirst())
            note(.path(target), anchor, line, written, source)
            return context.address.url(target) + suffix
        }
        return relativeURL(decoded, anchor: anchor, suffix: suffix, written: written, line: line, in: source)
    }

    /// `<data #1 (50%).csv>`: a name as it lies in the folder, whatever its letters would mean in a URL.
    func literalFile(_ written: String, in source: LinkSource) -> String? {
        guard written.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "?") }) else { return nil }
        let folder = source.file.split(separator: "/").dropLast().joined(separator: "/")
        guard !written.hasPrefix("/"), let target = resolvedPath(written[...], in: folder), files[target] != nil else { return nil }
        return written
    }

    private func relativeURL(
        _ path: String, anchor: String, suffix: String, written: String, line: Int, in source: LinkSource
    ) -> String {
        let folder = source.file.split(separator: "/").dropLast().joined(separator: "/")
        guard let target = resolvedPath(path[...], in: folder) else {
            report("broken link \"\(written)\": it leads out of the site", file: source.file, line: line)
            return written
        }
        // A text of this unit: by its name, its folder, or its name without the ending.
        for candidate in [target, target + "/index.md", target + ".md"] {
            if let page = pagePath(candidate, language: source.language) {
                innerLinks.append(.init(page: page, anchor: anchor, file: source.file, line: line, written: written))
                return context.address.url(page) + suffix
            }
        }
        if target.hasSuffix(".md") {
            // Another unit's, or nobody's.
            guard !files.keys.contains(target), !target.hasPrefix(self.folder + "/") else {
                if files.keys.contains(target) {
                    facts.problems.append(unpublished(written, file: source.file, line: line))
                } else {
                    report("broken link \"\(written)\": there is no such file", file: source.file, line: line, help: nearestFile(target, folder))
                }
                return written
            }
            let key = OutsideLink.Target.source(target, language: source.language)
            note(key, anchor, line, written, source)
            return (outside.pages[key].map { context.address.url($0.path) } ?? written) + suffix
        }
        if files[target] != nil {
            let path = source.page + (target.split(separator: "/").last ?? "")
            let file = context.folder + "/" + target
            do throws(Problem) {
                switch source.publication {
                case .open: try publish(path, from: file, for: source.file)
                case .sealed(let seal): return try seal.publish(path, from: file, for: source.file)
                case .withheld: return written
                }
            } catch { facts.problems.append(error) }
            return context.address.url(path) + suffix
        }
        // Written as the reader's browser sees it: relative to the page.
        if path.hasSuffix("/") || !path.contains("."), let page = resolvedPath(path[...], in: source.page) {
            let address = page.isEmpty ? "" : page + "/"
            note(.path(address), anchor, line, written, source)
            return context.address.url(address) + suffix
        }
        report("broken link \"\(written)\": there is no such file", file: source.file, line: line, help: nearestFile(target, folder))
        return written
    }

    /// The page of a text in the language asked for, else in the site's own.
    func pagePath(_ source: String, language: String) -> String? {
        pagePaths[.init(source: source, language: language)]
            ?? pagePaths[.init(source: source, language: context.settings.language)]
    }

    private func note(_ target: OutsideLink.Target, _ anchor: String, _ line: Int, _ written: String, _ source: LinkSource) {
        let seen = outside.pages[target]
        facts.outsideLinks.append(
            .init(
                target: target, anchor: anchor, file: source.file, line: line, written: written, seenPath: seen?.path ?? "",
                seenTitle: seen?.title ?? ""))
    }

    private func nearestFile(_ target: String, _ folder: String) -> [String] {
        let wanted = String(target.split(separator: "/").last ?? "")
        let folderOfTarget = target.split(separator: "/").dropLast().joined(separator: "/")
        let names = files.values.filter { $0.folder == folderOfTarget }.map { String($0.name) }.sorted()
        if let near = nearest(wanted, among: names) { return ["did you mean \(near)?"] }
        if let other = files.values.filter({ $0.name == wanted[...] }).map(\.path).sorted().first { return ["it lies here: \(other)"] }
        return names.isEmpty ? [] : ["found there: " + names.prefix(6).joined(separator: ", ")]
    }
}

/// RFC 3986, section 3.1: a letter, then letters, digits, `+`, `-`, `.`, up to a colon before any slash.
func hasScheme(_ text: String) -> Bool {
    var seen = 0
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: ":"): return seen > 0
        case 0x41...0x5A, 0x61...0x7A: break
        case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): if seen == 0 { return false }
        default: return false
        }
        seen += 1
    }
    return false
}

/// Path, `?query` and fragment.
private func split(_ written: String) -> (path: Substring, query: String, fragment: Substring) {
    let hash = written.firstIndex(of: "#") ?? written.endIndex
    let fragment = hash < written.endIndex ? written[written.index(after: hash)...] : ""
    let head = written[..<hash]
    let mark = head.firstIndex(of: "?") ?? head.endIndex
    return (head[..<mark], String(head[mark...]), fragment)
}
