import Glibc
import LecternContent
import LecternCore
import LecternCrypto

/// Where the site's secret comes from.
public enum SecretPlace: Sendable, Equatable {
    /// `site.secret` in the site's folder; a site may have none.
    case site
    case file(String)
    /// As the file would hold it, and what gave it: `LECTERN_SITE_SECRET`.
    case text(String, from: String)
}

/// - Returns: nil where the site has no secret, or where there is a problem with it.
func readSecret(_ place: SecretPlace, of folder: SiteFolder) -> (secret: SiteSecret?, problems: [Problem]) {
    switch place {
    case .text(let text, let from):
        if let secret = SiteSecret(hexadecimal: text.utf8) { return (secret, []) }
        return (nil, [noSecret(from, file: "")])
    case .file(let path): return readSecret(path, shownAs: path, isNeeded: true)
    case .site: return readSecret(folder.secretFile, shownAs: "site.secret", isNeeded: false)
    }
}

private func readSecret(_ path: String, shownAs file: String, isNeeded: Bool) -> (SiteSecret?, [Problem]) {
    var info = stat()
    guard stat(path, &info) == 0 else {
        if errno == ENOENT, !isNeeded { return (nil, []) }
        return (nil, [Problem(.error, "the secret cannot be read: \(String(cString: strerror(errno)))", file: file)])
    }
    guard info.st_mode & 0o077 == 0 else {
        return (
            nil,
            [Problem(.error, "others on this machine can read the site's secret", file: file, help: ["take the right away: chmod 600 \(file)"])]
        )
    }
    do throws(Problem) {
        if let secret = SiteSecret(hexadecimal: try readFile(path, shownAs: file, limitBytes: 4096)) { return (secret, []) }
        return (nil, [noSecret("it", file: file)])
    } catch { return (nil, [error]) }
}

private func noSecret(_ name: String, file: String) -> Problem {
    Problem(
        .error, "\(name) holds no secret", file: file,
        help: ["a secret is 64 hexadecimal digits, as `lectern keys new` makes it", "take back the one that you kept: another opens nothing"])
}

extension SiteFolder {
    /// Absolute. Where the folder is one course it lies in the course's folder, as everything else does.
    public var secretFile: String { root + "/" + (onlyCourse.map { $0 + "/" } ?? "") + "site.secret" }
}

extension SecretPlace {
    /// For a worker, over its pipe.
    func write(to out: inout BinaryWriter) {
        switch self {
        case .site: out.write([String]())
        case .file(let path): out.write([path])
        case .text(let text, let from): out.write([text, from])
        }
    }

    init(_ reader: inout BinaryReader) throws(BinaryReader.Damaged) {
        let parts = try reader.strings()
        self = parts.count > 1 ? .text(parts[0], from: parts[1]) : parts.first.map { .file($0) } ?? .site
    }
}
