import Glibc
import LecternContent
import LecternCore
import LecternMedia

/// Removes what builds made: the output's files, what is remembered of them and, when asked, slow results.
///
/// Files in the output that Lectern did not make stay, and so does the folder then.
/// - Returns: how many files of the output were removed, and whether others keep the folder.
/// - Throws: when another build runs, or something cannot be removed.
public func cleanSite(_ site: String, output: String?, cache: Bool) throws(OutputError) -> (removed: Int, keepsOthers: Bool) {
    do throws(Problem) {
        let folder = try SiteFolder(site)
        let place = try OutputFolder(
            output ?? folder.output, site: folder.onlyCourse.map { folder.root + "/" + $0 } ?? folder.root, shown: output ?? "output")
        if cache { try removeFolder(folder.cache) }
        guard access(place.path, F_OK) == 0 || access(place.state, F_OK) == 0 else { return (0, false) }
        var transaction = try OutputTransaction.open(place)
        var removed = 0
        if transaction.state.condition != .absent {
            _ = try transaction.prepare()
            do throws(OutputError) { removed = try transaction.commit([]).removed } catch {
                throw error.problems.first ?? Problem(.error, "the output could not be cleaned", file: place.shown)
            }
        }
        try removeFolder(place.state)
        // Fails, as it should, when there is something else in it.
        return (removed, rmdir(place.path) != 0 && errno == ENOTEMPTY)
    } catch {
        throw OutputError([error])
    }
}

/// Removes from the cache what was made of films that the site has no more.
/// - Returns: of how many films, and how many bytes.
public func removeUnusedFilms(of site: String) throws(Problem) -> (films: Int, bytes: Int) {
    let folder = try SiteFolder(site)
    return try Videos(cacheFolder: folder.cache).removeStreams(keeping: folder.films)
}

private func removeFolder(_ path: String) throws(Problem) {
    guard access(path, F_OK) == 0 else { return }
    do throws(SystemFailure) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        try FolderHandle(String(path[..<slash])).removeTree(OutputPath(String(path[path.index(after: slash)...])))
    } catch {
        throw Problem(.error, "\(path) cannot be removed: \(String(cString: strerror(error.code)))", file: "")
    }
}
