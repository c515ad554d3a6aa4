import Glibc
import LecternContent
import LecternCore

/// An address that says of itself which campaign it belongs to, so that the report can tell what that brought.
///
/// - Parameters:
///   - page: as it stands in the browser, below the site's root or whole: `courses/python/`, `/en/`, `https://me.example/en/`.
///   - baseURL: of the command line; wins over the file's.
/// - Throws: when the site does not know where it will live, or was built and has no such page.
public func campaignLink(
    site: String, page: String, baseURL: String?, campaign: String, source: String?, medium: String?
) throws(Problem) -> String {
    let folder = try SiteFolder(site)
    let file = folder.root + "/" + folder.settingsFile
    let bytes = access(file, F_OK) == 0 ? try readFile(file, shownAs: folder.settingsFile, limitBytes: TextLimit.yamlBytes) : nil
    let (settings, problems) = readSettings(bytes, file: folder.settingsFile, folderName: folder.name, baseURL: baseURL)
    if let problem = problems.first(where: { $0.severity == .error }) { throw problem }
    guard !settings.origin.isEmpty else {
        throw Problem(.error, "the site does not know where it will live", file: folder.settingsFile, help: ["baseURL: https://me.example/", "or --base-url https://me.example/"])
    }
    let root = settings.origin + settings.root
    var path = Substring(page)
    if page.hasPrefix(root) { path = page.dropFirst(root.count) } else if page.contains("://") {
        throw Problem(.error, "\(page) is on another site: a link's campaign is counted on your own pages", file: "", help: ["your site lives at \(root)"])
    }
    while path.hasPrefix("/") { path = path.dropFirst() }
    if let mark = path.firstIndex(where: { $0 == "?" || $0 == "#" }) {
        throw Problem(.error, "\(page) has a \"\(path[mark])\" in it: name the page alone", file: "")
    }
    try lookFor(String(path), in: folder.output)
    let query = [("source", source), ("medium", medium), ("campaign", campaign)].compactMap { name, value in value.map { "utm_\(name)=" + queryEncoded($0) } }
    return root + percentEncodedURL(path) + "?" + query.joined(separator: "&")
}

/// A site that was built knows its pages; one that was not is taken at its creator's word.
private func lookFor(_ path: String, in output: String) throws(Problem) {
    guard access(output + "/index.html", F_OK) == 0 else { return }
    let plain = path.hasSuffix("/") || path.isEmpty ? path + "index.html" : path
    var info = stat()
    if stat(output + "/" + plain, &info) == 0, info.st_mode & S_IFMT == S_IFREG { return }
    let isFolder = access(output + "/" + path + "/index.html", F_OK) == 0
    throw Problem(
        .error, "the built site has no page at \"\(path)\"", file: "",
        help: [isFolder ? "did you mean \(path)/?" : "open the page in your browser and copy its path; or build the site again"])
}
