import Glibc

/// Looks at many paths below one folder, in their order: neighbours are looked up from the folder that they stand in, since
/// walking down a path costs the system as much as the look itself.
struct FolderLooks: ~Copyable {
    private struct Parent {
        var path: RawPath
        /// -1 until a second path in it is asked for.
        var descriptor: Int32
    }

    private let root: Int32
    /// At most one a depth, the deepest last.
    private var parents: [Parent] = []

    /// - Parameter root: an open folder, which stays open as long as this.
    init(root: Int32) { self.root = root }

    deinit { for parent in parents where parent.descriptor >= 0 { close(parent.descriptor) } }

    /// What stands at a path itself; links are not followed.
    ///
    /// - Parameter path: in a list that outlives this.
    /// - Returns: 0, or an `errno`.
    mutating func look(at path: RawPath, _ info: inout stat) -> Int32 {
        if path.isEmpty { return fstat(root, &info) == 0 ? 0 : errno }
        let length = path.parentLength
        if length > 0, let parent = descriptor(RawPath(rebasing: path[..<length])) {
            return fstatat(parent, path.cString + length + 1, &info, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
        }
        return fstatat(root, path.cString, &info, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
    }

    private mutating func descriptor(_ folder: RawPath) -> Int32? {
        while let last = parents.last, !last.path.holds(folder) {
            if last.descriptor >= 0 { close(last.descriptor) }
            parents.removeLast()
        }
        guard let last = parents.last, last.path.count == folder.count else {
            parents.append(Parent(path: folder, descriptor: -1))
            return nil
        }
        if last.descriptor < 0 {
            // A name inside of it ends with the list's NUL, the folder's own path does not.
            let opened = OutputPath(folder).withCString { openat(root, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            guard opened >= 0 else { return nil }
            parents[parents.count - 1].descriptor = opened
        }
        return parents[parents.count - 1].descriptor
    }
}

extension RawPath {
    /// Whether another path is this one or begins with it and a slash.
    fileprivate func holds(_ other: RawPath) -> Bool {
        guard other.count >= count, memcmp(baseAddress!, other.baseAddress!, count) == 0 else { return false }
        return other.count == count || other[count] == 0x2F
    }
}
