import Glibc
import LecternContent
import LecternCore
import LecternCrypto

/// What `lectern keys` does: it makes the secret of a site, and moves its courses from epoch to epoch.
public struct SiteKeys {
    private let folder: SiteFolder

    /// - Parameter site: the site's folder, as typed.
    public init(_ site: String) throws(Problem) { folder = try SiteFolder(site) }

    /// Makes `site.secret`: never over one that is there.
    public func makeSecret() throws(Problem) { try writeNewSecret(folder.secretFile) }

    /// Every course by its id, with its epochs.
    public func courses() throws(Problem) -> [(id: String, epochs: Epochs.Course)] {
        let epochs = try readEpochs()
        return readCourses().map { ($0.id, epochs[$0.id]) }
    }

    /// Begins the next epoch of a course, and writes `epochs.yml`.
    /// - Parameters:
    ///   - course: its id, or its folder's name.
    ///   - graceDays: how long pages of the epoch before go on opening; 0: not at all.
    /// - Returns: the course's id and its epochs from now on.
    public func rotate(_ course: String, graceDays: Int, now: Moment) throws(Problem) -> (id: String, epochs: Epochs.Course) {
        guard let file = folder.epochsFile else {
            throw Problem(
                .error, "this folder is one course, and has no place for epochs.yml", file: "",
                help: ["put it into a site: content/courses/\(folder.onlyCourse ?? "")/"])
        }
        let all = readCourses()
        guard let id = all.first(where: { $0.id == course })?.id ?? all.first(where: { $0.folder == course })?.id else {
            let near = nearest(course, among: all.map(\.id)).map { "did you mean \($0)?" }
            throw Problem(
                .error, "there is no course \"\(course)\"", file: "",
                help: [near ?? "there are: " + all.map(\.id).joined(separator: ", ")])
        }
        var epochs = try readEpochs()
        // A day's number is enough, and easier to read in a diff: the grace ends at the midnight after it.
        let end = Moment(Moment(seconds: now.seconds + Int64(graceDays + 1) * 86_400).day)
        epochs.rotate(id, until: graceDays > 0 ? end : nil)
        try writeFile(folder.root + "/" + file, Array(epochs.fileText.utf8), shownAs: file)
        return (id, epochs[id])
    }

    private func readEpochs() throws(Problem) -> Epochs {
        let (epochs, problems) = LecternContent.readEpochs(of: folder)
        if let problem = problems.first { throw problem }
        return epochs
    }

    /// Drafts too: what is not published yet may be by the time that the next build runs.
    private func readCourses() -> [(id: String, folder: String)] {
        let rules = SiteRules(folder: folder, options: BuildOptions(now: Moment(seconds: 0)))
        let context = rules.context().site
        let scan = SourceScan(folder)
        return scan.sources([scan.work()]).courses.compactMap { unit in
            readCourse(
                root: folder.root, path: unit.path, files: unit.files, settings: context.settings,
                publishing: Publishing(now: Moment(seconds: 0), drafts: true)
            ).course.map { ($0.id, $0.folder) }
        }
    }
}

/// Writes a new secret, for its owner alone.
/// - Throws: a `Problem` when there is one already: it is what everything sold so far was sealed with.
public func writeNewSecret(_ path: String) throws(Problem) {
    func fail(_ code: Int32) -> Problem {
        Problem(.error, "site.secret cannot be written: \(String(cString: strerror(code)))", file: "")
    }
    let text: [UInt8]
    do throws(NoRandomness) { text = Array(try SiteSecret.random().fileText.utf8) } catch {
        throw Problem(.error, "this machine gives no random bytes to make a secret of", file: "", help: ["try again in a minute"])
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
        if errno == EEXIST {
            throw Problem(
                .error, "there is a site.secret already, and it stays", file: "",
                help: ["if it was stolen: keep a copy elsewhere, remove it, and run this again"])
        }
        throw fail(errno)
    }
    let code = text.withUnsafeBytes { writeAll(descriptor, $0) }
    guard close(descriptor) == 0, code == 0 else {
        unlink(path)
        throw fail(code == 0 ? errno : code)
    }
}
