import CLinux
import Glibc
import LecternCore

/// Reads folders below the site's, one after another, without an object a name. Each thread has its own.
public struct FolderReader: ~Copyable {
    private let root: String
    private let rootDescriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameter root: the site's folder, absolute; nil when it cannot be opened.
    public init?(root: String) {
        self.root = root
        rootDescriptor = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard rootDescriptor >= 0 else { return nil }
        buffer = .allocate(byteCount: 1 << 15, alignment: 8)
    }

    deinit {
        buffer.deallocate()
        close(rootDescriptor)
    }

    /// Whether a folder, or a link to one, stands at a path below the root.
    public func isFolder(_ path: String) -> Bool {
        var info = stat()
        return fstatat(rootDescriptor, path, &info, 0) == 0 && info.isFolder
    }

    func read(file path: String, into listing: inout FileListing) {
        var info = stat()
        guard fstatat(rootDescriptor, path, &info, 0) == 0 else { return }
        let file = SourceFile(path: path, size: 0, modifiedNanoseconds: 0, changedNanoseconds: 0, inode: 0)
        var name = String(file.name)
        name.withUTF8 { listing.append(folder: Array(file.folder.utf8), [FileListing.Entry(info, name: $0)]) }
    }

    private struct Found {
        /// Where its name stands in `names`, which holds a NUL behind it.
        var name: Range<Int>
        var info: stat
    }

    /// - Returns: the folders in it, with their paths, sorted.
    func read(_ folder: String, excluding excluded: Set<String>, into listing: inout FileListing, _ problems: inout [Problem]) -> [String] {
        let descriptor = openat(rootDescriptor, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            problems.append(Problem(.error, "this folder cannot be read: \(String(cString: strerror(errno)))", file: folder))
            return []
        }
        defer { close(descriptor) }
        var names: [UInt8] = []
        var found: [Found] = []
        var failure: Int32 = 0
        forEachEntry(in: descriptor, &failure) { name, type in
            guard name[0] != UInt8(ascii: "."), name[name.count - 1] != UInt8(ascii: "~"), !isLeftByDesktop(name) else { return }
            guard name.allSatisfy({ $0 < 0x80 }) || String(validating: name, as: UTF8.self) != nil else {
                let shown = String(decoding: name, as: UTF8.self)
                problems.append(Problem(.error, "the name of \"\(shown)\" is not UTF-8", file: folder, help: ["rename the file"]))
                return
            }
            var info = stat()
            if type == DT_DIR {
                info.st_mode = S_IFDIR
            } else {
                guard fstatat(descriptor, cString(name), &info, AT_SYMLINK_NOFOLLOW) == 0 else { return }
                if info.isLink, !followed(folder + "/" + String(decoding: name, as: UTF8.self), &info, &problems) { return }
            }
            guard info.isFolder || info.isFile else { return }
            let start = names.count
            names.append(contentsOf: name)
            found.append(Found(name: start..<names.count, info: info))
            names.append(0)
        }
        if failure != 0 {
            problems.append(Problem(.error, "this folder cannot be read: \(String(cString: strerror(failure)))", file: folder))
        }
        return names.withUnsafeBufferPointer { names in
            func name(_ entry: Found) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: names[entry.name]) }
            func text(_ entry: Found) -> String { String(decoding: name(entry), as: UTF8.self) }
            found.sort { strcmp(cString(name($0)), cString(name($1))) < 0 }
            if excluded.contains(where: { $0.hasPrefix(folder) }) { found.removeAll { excluded.contains(folder + "/" + text($0)) } }
            if names.contains(where: { $0 >= 0x80 }) { removeTwins(&found, text, in: folder, &problems) }
            listing.append(folder: Array(folder.utf8), found.filter(\.info.isFile).map { FileListing.Entry($0.info, name: name($0)) })
            return found.filter(\.info.isFolder).map { folder + "/" + text($0) }
        }
    }

    /// `linux_dirent64`, as getdents64(2) gives it: inode, offset, length of the record, type, name and NUL.
    private func forEachEntry(in descriptor: Int32, _ failure: inout Int32, _ body: (UnsafeBufferPointer<UInt8>, Int32) -> Void) {
        while true {
            let count = linux_read_folder(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 { failure = errno }
            if count <= 0 { return }
            var at = 0
            while at < count {
                let record = buffer.baseAddress! + at
                let start = UnsafeRawPointer(record + 19).assumingMemoryBound(to: UInt8.self)
                let length = strlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
                if length > 0 { body(UnsafeBufferPointer(start: start, count: length), Int32((record + 18).load(as: UInt8.self))) }
                at += Int((record + 16).load(as: UInt16.self))
            }
        }
    }

    /// Names that read the same and differ in bytes ("é" in one character or in two, as Macs write it): one name to Swift,
    /// to a reader's eyes and to other disks, so only the first of them is taken.
    private func removeTwins(_ found: inout [Found], _ text: (Found) -> String, in folder: String, _ problems: inout [Problem]) {
        var seen: Set<String> = []
        found.removeAll { entry in
            let name = text(entry)
            if seen.insert(name).inserted { return false }
            problems.append(
                Problem(
                    .error, "two names here read \"\(name)\" and differ only in how their letters are stored", file: folder,
                    help: ["rename one of the two, or remove it"]))
            return true
        }
    }

    /// - Returns: false, with a problem, for a link that leads out of the site, to a folder or nowhere.
    private func followed(_ path: String, _ info: inout stat, _ problems: inout [Problem]) -> Bool {
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

private func isLeftByDesktop(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.elementsEqual("Thumbs.db".utf8) || name.elementsEqual("desktop.ini".utf8)
}

/// A name that has a NUL behind it.
private func cString(_ name: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
    UnsafeRawPointer(name.baseAddress!).assumingMemoryBound(to: CChar.self)
}

extension stat {
    fileprivate var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    fileprivate var isFile: Bool { st_mode & S_IFMT == S_IFREG }
    fileprivate var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
}

extension FileListing.Entry {
    fileprivate init(_ info: stat, name: UnsafeBufferPointer<UInt8>) {
        self.init(
            size: Int64(info.st_size), modifiedNanoseconds: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec),
            changedNanoseconds: Int64(info.st_ctim.tv_sec) * 1_000_000_000 + Int64(info.st_ctim.tv_nsec), inode: UInt64(info.st_ino), name: name)
    }
}
