import LecternCore

/// Where each lesson of a site lies, by its stable id: of several languages the site's own. What is not as it should be is left out;
/// `lectern check` tells it.
///
/// - Parameter path: the site's folder, as typed; what is found is named below it.
/// - Throws: a `Problem` when there is no site.
public func findLessons(in path: String) throws(Problem) -> [String: LessonPlaces] {
    let site = try SiteFolder(path)
    let bytes: [UInt8]?
    do throws(Problem) { bytes = try readText(site.root + "/" + site.settingsFile, shownAs: site.settingsFile) } catch { bytes = nil }
    let settings = readSettings(bytes, file: site.settingsFile, folderName: site.name, baseURL: nil, language: { detectedLanguage(of: site) }).0
    let name = ShownPath(typed: path, site: site)
    var lessons: [String: LessonPlaces] = [:]
    for folder in courseFolders(of: site) {
        var tree = SourceTree(excluding: site.onlyCourse.map { [$0 + "/output"] } ?? [])
        guard let reader = FolderReader(root: site.root) else { continue }
        tree.add(folder: folder, reader)
        // Drafts and what is over too: somebody may have seen it.
        let course = readCourse(
            root: site.root, path: folder, files: tree.files, settings: settings, publishing: Publishing(now: Moment(seconds: 0), drafts: true)
        ).course
        let editions = course?.editions ?? []
        for lesson in (editions.filter { $0.language == settings.language } + editions).flatMap(\.lessons) where lessons[lesson.id] == nil {
            lessons[lesson.id] = LessonPlaces(
                text: name(lesson.place), film: lesson.video.map { name($0) }, quiz: lesson.quiz.map { name($0) },
                questionLines: lesson.quiz.map { lines(of: $0, site) } ?? [:])
        }
    }
    return lessons
}

private func courseFolders(of site: SiteFolder) -> [String] {
    if let onlyCourse = site.onlyCourse { return [onlyCourse] }
    guard let reader = FolderReader(root: site.root), reader.isFolder(site.contentFolder + "courses") else { return [] }
    var tree = SourceTree()
    return tree.addFiles(of: site.contentFolder + "courses", reader)
}

private func lines(of quiz: String, _ site: SiteFolder) -> [String: Int] {
    let bytes: [UInt8]
    do throws(Problem) { bytes = try readText(site.root + "/" + quiz, shownAs: quiz) } catch { return [:] }
    return Dictionary((Quiz.read(bytes: bytes, file: quiz).0?.questions ?? []).map { ($0.id, $0.line) }) { first, _ in first }
}

/// Names of files as seen from where the folder was typed.
private struct ShownPath {
    /// Before a path below the site's root; and what of that path lies above the folder.
    private let prefix: String
    private let above: String

    init(typed: String, site: SiteFolder) {
        above = site.onlyCourse.map { $0 + "/" } ?? ""
        prefix = ["", ".", "./"].contains(typed) ? "" : typed.hasSuffix("/") ? typed : typed + "/"
    }

    func callAsFunction(_ path: String) -> String { prefix + (path.hasPrefix(above) ? String(path.dropFirst(above.count)) : path) }
}
