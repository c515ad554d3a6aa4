import Glibc
import LecternCore

extension Videos {
    /// Removes from the cache the streams of films that the site has no more, and those of an earlier recipe.
    ///
    /// - Parameter films: every film that the site has, absolute. Those whose streams are not known by what the disk says of
    ///   them, as after a fresh checkout, are read once, so that what belongs to them stays.
    /// - Returns: how many films' streams went, and how many bytes.
    public func removeStreams(keeping films: [String]) throws(Problem) -> (films: Int, bytes: Int) {
        let streams = cacheFolder + "/streams"
        let made = Self.names(in: streams)
        guard !made.isEmpty else { return (0, 0) }
        var kept: Set<String> = []
        for film in films { kept.insert(try streamsName(of: film)) }
        var removed = (films: 0, bytes: 0)
        for name in made where !kept.contains(name) {
            let folder = streams + "/" + name
            for file in Self.names(in: folder) {
                var info = stat()
                if lstat(folder + "/" + file, &info) == 0 { removed.bytes += Int(info.st_size) }
                try Self.check(unlink(folder + "/" + file), folder + "/" + file)
            }
            try Self.check(rmdir(folder), folder)
            removed.films += 1
        }
        return removed
    }

    private static func check(_ result: Int32, _ path: String) throws(Problem) {
        guard result != 0, errno != ENOENT else { return }
        throw Problem(.error, "this cannot be removed: \(String(cString: strerror(errno)))", file: path)
    }

    private static func names(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
