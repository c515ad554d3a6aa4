import Glibc
import LecternContent
import LecternCore

/// Which addresses that `site.yml` names have a page in another language, told by the names of files: every page shows
/// the menu, so this must be known before any page is read. A wrong guess is a broken link, which the build tells of.
func translatedAddresses(of settings: SiteSettings, in folder: SiteFolder) -> Set<String> {
    guard settings.languages.count > 1, folder.onlyCourse == nil else { return [] }
    let named = Set((settings.menu.map(\.url) + [settings.author?.url].compactMap(\.self)).compactMap { ownPath($0)?.path })
    if named.isEmpty { return [] }
    // What every language has.
    var there = Set(settings.languages.flatMap { language in ["", "tags/", "search/", "sign-in/", "account/", "orders/"].map { language + "/" + $0 } })
    for file in SourceTree(root: folder.root, places: [folder.contentFolder + "pages"]).files {
        let page = PageName(file.path, languages: settings.languages, contentFolder: folder.contentFolder)
        if let language = page.language, page.isText { there.insert(language + "/" + page.name(slug: nil)) }
    }
    if named.contains(where: { $0.hasPrefix("courses/") }) {
        let courses = folder.root + "/" + folder.contentFolder + "courses"
        for name in folders(in: courses) {
            for language in settings.languages where access(courses + "/" + name + "/course.\(language).md", R_OK) == 0 {
                there.insert(language + "/courses/" + slug(String(orderedName(name[...]).name)) + "/")
            }
        }
    }
    return there.filter { address in named.contains { address.hasSuffix("/" + $0) } }
}

private func folders(in path: String) -> [String] {
    do throws(SystemFailure) {
        return try FolderHandle(path).entries(.root).filter(\.isFolder).map { String(decoding: $0.name, as: UTF8.self) }
    } catch {
        // A site without courses; whoever reads them tells what is wrong.
        return []
    }
}

/// "/about/?a#team" → "about/" and the rest; nil for an address elsewhere.
private func ownPath(_ written: String) -> (path: String, rest: Substring)? {
    guard written.hasPrefix("/"), !written.hasPrefix("//") else { return nil }
    let inner = written.dropFirst()
    let end = inner.firstIndex { $0 == "?" || $0 == "#" } ?? inner.endIndex
    return (percentDecoded(inner[..<end]) ?? String(inner[..<end]), inner[end...])
}

extension SiteContext {
    /// An address of `site.yml` in the reader's language, where it has a page there: `/about/` → `/en/about/`.
    func translatedURL(_ written: String, _ language: String) -> String {
        guard language != settings.language, let (path, rest) = ownPath(written), translated.contains(prefix(language) + path) else {
            return written
        }
        return "/" + prefix(language) + path + rest
    }
}

extension UnitBuilder {
    /// Has the addresses that `site.yml` names checked like those in texts.
    func noteSettingsLinks() {
        let settings = context.settings
        for language in settings.languages {
            for entry in settings.menu { note(context.translatedURL(entry.url, language), as: entry.url, line: entry.line) }
            if let author = settings.author, let url = author.url { note(context.translatedURL(url, language), as: url, line: author.line) }
        }
        for redirect in settings.redirects where !redirect.to.contains("*") && !redirect.to.contains(":") {
            note(redirect.to, as: redirect.to, line: redirect.line)
        }
        if let logo = settings.theme.logo, !hasScheme(logo.value) {
            let path = logo.value.hasPrefix("/") ? String(logo.value.dropFirst()) : logo.value
            guard !reserved.contains(path) else { return }
            let near = nearest(path, among: reserved.sorted())
            report(
                "logo \"\(logo.value)\" is not in static/", file: context.settingsFile, line: logo.line,
                help: [near.map { "did you mean \($0)?" } ?? "put the picture into static/"])
        }
    }

    private func note(_ url: String, as written: String, line: Int) {
        guard let (path, rest) = ownPath(url) else { return }
        let anchor = rest.firstIndex(of: "#").map { rest[rest.index(after: $0)...] } ?? ""
        let link = OutsideLink(
            target: .path(path), anchor: percentDecoded(anchor) ?? String(anchor), file: context.settingsFile, line: line, written: written)
        if !facts.outsideLinks.contains(link) { facts.outsideLinks.append(link) }
    }
}
