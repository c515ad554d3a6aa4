import Glibc
import LecternCore

/// Where a site is built to, and the folder beside it in which Lectern keeps what it knows about it.
public struct OutputFolder: Sendable, Equatable {
    /// Absolute, links resolved. It need not exist.
    public let path: String
    /// ".output.lectern" beside it: the manifest, the generation before, and what the build keeps there itself.
    public let state: String
    /// As the creator wrote it, for problems: "output".
    public let shown: String

    /// - Parameters:
    ///   - path: absolute, or from the current folder.
    ///   - site: the site's folder; nothing of the creator's may lie in the output, or the output in it.
    /// - Throws: when the output would swallow the site, or something else stands there.
    public init(_ path: String, site: String, shown: String? = nil) throws(Problem) {
        self.shown = shown ?? path
        let resolved = resolvedPath(path)
        var info = stat()
        if stat(resolved, &info) == 0, !info.isFolder {
            throw Problem(
                .error, "the output has to be a folder, and a file stands there", file: self.shown,
                help: ["move the file away, or build into another folder: lectern build --output DIR"])
        }
        if lstat(resolved, &info) == 0, info.isLink {
            throw Problem(.error, "this link leads nowhere", file: self.shown, help: ["remove it, or make the folder that it names"])
        }
        let site = resolvedPath(site)
        if resolved == site || resolved == "/" || site.hasPrefix(resolved + "/") {
            throw Problem(
                .error, "the output folder holds the site itself", file: self.shown,
                help: ["name a folder of its own: lectern build --output output"])
        }
        for part in ["content", "layouts", "static"] where (resolved + "/").hasPrefix(site + "/" + part + "/") {
            throw Problem(
                .error, "the output folder lies in \(part)/, which is read to make it", file: self.shown,
                help: ["name a folder outside of it: lectern build --output output"])
        }
        self.path = resolved
        let slash = resolved.lastIndex(of: "/")!
        state = resolved[...slash] + "." + resolved[resolved.index(after: slash)...] + ".lectern"
    }

    /// The folder that the output stands in.
    var parent: String { parentPath(path) }
}

private func parentPath(_ path: String) -> String {
    let slash = path.lastIndex(of: "/")!
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Absolute and without links, as far as the path exists; the rest as it is written.
private func resolvedPath(_ path: String) -> String {
    if let real = realpath(path, nil) {
        defer { free(real) }
        return String(cString: real)
    }
    var parts = path.split(separator: "/")
    let absolute = path.hasPrefix("/")
    guard let last = parts.popLast() else { return "/" }
    let above = parts.isEmpty ? (absolute ? "/" : ".") : (absolute ? "/" : "") + parts.joined(separator: "/")
    let resolved = resolvedPath(above)
    if last == "." { return resolved }
    if last == ".." { return parentPath(resolved) }
    return (resolved == "/" ? "" : resolved) + "/" + last
}
