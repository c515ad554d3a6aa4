import Glibc
import LecternCore

/// Where a creator's site lies on the disk, and which shape it has.
///
/// Three shapes are understood: a site with `content/`; a folder that holds `courses/` or `site.yml` itself; and a plain
/// folder of Markdown or films, which is one course.
public struct SiteFolder: Sendable, Equatable {
    /// Absolute; every path of the site is below it.
    public var root: String
    /// "content/", or "" when courses lie in the folder itself.
    public var contentFolder: String
    /// The plain folder that is one course: its name below `root`.
    public var onlyCourse: String?
    /// Where output goes unless told otherwise, absolute.
    public var output: String
    /// Where slow results are kept, absolute.
    public var cache: String
    /// What an untitled site is called.
    public var name: String

    /// - Parameter path: as typed; relative to the current folder.
    /// - Throws: a `Problem` that says what is missing and how to begin.
    public init(_ path: String) throws(Problem) {
        guard let resolved = realpath(path.isEmpty ? "." : path, nil) else {
            throw Problem(
                .error, "there is no folder \"\(path)\"", file: "", help: ["make one: lectern new \(path)"])
        }
        defer { free(resolved) }
        let root = String(cString: resolved)
        guard isFolder(root) else {
            throw Problem(.error, "\"\(path)\" is a file; a site is a folder", file: "", help: ["name the folder that it lies in"])
        }
        self.root = root
        output = root + "/output"
        cache = root + "/.lectern/cache"
        name = String(root.split(separator: "/").last ?? "site")
        contentFolder = "content/"
        if isFolder(root + "/content") { return }
        contentFolder = ""
        if isFolder(root + "/courses") || exists(root + "/site.yml") { return }
        guard root != "/", holdsLessons(root) else {
            throw Problem(
                .error, "this folder holds no site: \(root)", file: "",
                help: ["a site has content/, or Markdown files or films to make a course of", "begin a new one: lectern new my-site"])
        }
        onlyCourse = name
        self.root = String(root.dropLast(name.utf8.count + 1))
        if self.root.isEmpty { self.root = "/" }
    }

    /// The files and folders below `root` that a site is made of.
    public var places: [String] {
        if let onlyCourse { return [onlyCourse] }
        if contentFolder.isEmpty {
            let homes = names(in: root).filter { ($0.hasPrefix("index.") || $0.hasPrefix("_index.")) && $0.hasSuffix(".md") }
            let surveys = names(in: root).filter { $0 == "survey.yml" || $0.hasPrefix("survey.") && $0.hasSuffix(".yml") }
            return ["site.yml", "epochs.yml", "pages", "courses", "static"] + homes.sorted() + surveys.sorted()
        }
        return ["content", "static"]
    }

    public var settingsFile: String { contentFolder + "site.yml" }
    /// nil for a folder that is one course: all that it holds is the course.
    public var epochsFile: String? { onlyCourse == nil ? contentFolder + "epochs.yml" : nil }
    public var layoutsFolder: String { "layouts" }
}

private func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
}

private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Whether the folder, or one straight in it, has a Markdown file or a film.
private func holdsLessons(_ root: String) -> Bool {
    let lessonLike = { (name: String) in
        let local = LocalName(name[...], languages: [])
        return (local.isText && local.stem != "README") || local.isVideo
    }
    for name in names(in: root) {
        if lessonLike(name) { return true }
        if isFolder(root + "/" + name), names(in: root + "/" + name).contains(where: lessonLike) { return true }
    }
    return false
}

private func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix("."), name != "output" { names.append(name) }
    }
    return names
}
