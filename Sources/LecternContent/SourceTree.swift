import Glibc
import LecternCore

/// A file of the creator's folder, as the disk describes it.
public struct SourceFile: Sendable, Equatable {
    /// From the site's folder, with `/`: "content/courses/python/01-a.md".
    public var path: String
    public var size: Int64
    public var modifiedNanoseconds: Int64
    public var changedNanoseconds: Int64
    public var inode: UInt64

    public init(path: String, size: Int64, modifiedNanoseconds: Int64, changedNanoseconds: Int64, inode: UInt64) {
        self.path = path
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.changedNanoseconds = changedNanoseconds
        self.inode = inode
    }

    /// "01-a.md".
    public var name: Substring { path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...] }
    /// "content/courses/python", without a slash at its end; "" for the site's folder.
    public var folder: Substring { path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[..<$0] } ?? "" }
}

/// Every file below a few folders of the site: a folder's files in the order of their names' bytes, then its folders.
///
/// Names that start with a dot are left out, so are editors' leftovers (`~` at the end). A link to a file inside the
/// site counts as that file; any other link is a problem.
public struct SourceTree: Sendable {
    public private(set) var files: [SourceFile] = []
    public private(set) var problems: [Problem] = []

    /// - Parameters:
    ///   - root: the site's folder, absolute.
    ///   - places: files and folders below it, "content", "layouts"; those that do not exist are passed over.
    public init(root: String, places: [String]) {
        let rootDescriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard rootDescriptor >= 0 else { return }
        defer { close(rootDescriptor) }
        for place in places {
            var info = stat()
            guard fstatat(rootDescriptor, place, &info, 0) == 0 else { continue }
            if info.isFolder { walk(place, root: root) } else { files.append(SourceFile(path: place, info)) }
        }
    }

    private mutating func walk(_ top: String, root: String) {
        var pending = [top]
        while let folder = pending.popLast() {
            guard let stream = opendir(root + "/" + folder) else {
                problems.append(Problem(.error, "this folder cannot be read: \(String(cString: strerror(errno)))", file: folder))
                continue
            }
            defer { closedir(stream) }
            let descriptor = dirfd(stream)
            var found: [(name: String, info: stat)] = []
            while let entry = readdir(stream) {
                let length = strlen(nameStart(entry))
                let bytes = UnsafeBufferPointer(start: UnsafeRawPointer(nameStart(entry)).assumingMemoryBound(to: UInt8.self), count: length)
                guard length > 0, bytes[0] != UInt8(ascii: "."), bytes[length - 1] != UInt8(ascii: "~") else { continue }
                guard let name = String(validating: bytes, as: UTF8.self) else {
                    let shown = String(decoding: bytes, as: UTF8.self)
                    problems.append(Problem(.error, "the name of \"\(shown)\" is not UTF-8", file: folder, help: ["rename the file"]))
                    continue
                }
                if name == "Thumbs.db" || name == "desktop.ini" { continue }
                var info = stat()
                guard fstatat(descriptor, nameStart(entry), &info, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
                if info.isLink {
                    guard followed(folder + "/" + name, root: root, &info) else { continue }
                }
                if info.isFolder || info.isFile { found.append((name, info)) }
            }
            found.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            removeTwins(&found, in: folder)
            for (name, info) in found where info.isFile { files.append(SourceFile(path: folder + "/" + name, info)) }
            for (name, info) in found.reversed() where info.isFolder { pending.append(folder + "/" + name) }
        }
    }

    /// Names that read the same and differ in bytes ("é" in one character or in two, as Macs write it): one name to Swift,
    /// to a reader's eyes and to other disks, so only the first of them is taken.
    private mutating func removeTwins(_ found: inout [(name: String, info: stat)], in folder: String) {
        guard found.contains(where: { $0.name.utf8.contains { $0 >= 0x80 } }) else { return }
        var seen: Set<String> = []
        found.removeAll { name, _ in
            if seen.insert(name).inserted { return false }
            problems.append(
                Problem(
                    .error, "two names here read \"\(name)\" and differ only in how their letters are stored", file: folder,
                    help: ["rename one of the two, or remove it"]))
            return true
        }
    }

    /// - Returns: false, with a problem, for a link that leads out of the site, to a folder or nowhere.
    private mutating func followed(_ path: String, root: String, _ info: inout stat) -> Bool {
        func refuse(_ message: String, _ help: String) -> Bool {
            problems.append(Problem(.error, message, file: path, help: [help]))
            return false
        }
        guard let target = realpath(root + "/" + path, nil) else { return refuse("this link leads nowhere", "remove it, or put the file here") }
        defer { free(target) }
        guard let real = realpath(root, nil) else { return false }
        defer { free(real) }
        guard String(cString: target).hasPrefix(String(cString: real) + "/") else {
            return refuse("this link leads out of the site's folder", "put a copy of the file here")
        }
        guard stat(root + "/" + path, &info) == 0 else { return false }
        return info.isFolder ? refuse("a link to a folder is not followed", "put the files themselves here") : true
    }
}

private func nameStart(_ entry: UnsafeMutablePointer<dirent>) -> UnsafePointer<CChar> {
    UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!).assumingMemoryBound(to: CChar.self)
}

extension stat {
    fileprivate var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    fileprivate var isFile: Bool { st_mode & S_IFMT == S_IFREG }
    fileprivate var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
}

extension SourceFile {
    fileprivate init(path: String, _ info: stat) {
        self.path = path
        size = Int64(info.st_size)
        modifiedNanoseconds = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
        changedNanoseconds = Int64(info.st_ctim.tv_sec) * 1_000_000_000 + Int64(info.st_ctim.tv_nsec)
        inode = UInt64(info.st_ino)
    }
}
