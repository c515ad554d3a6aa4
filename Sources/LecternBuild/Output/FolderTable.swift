import Glibc

extension FolderTable {
    struct Row {
        var path: OutputPath
        var live = FolderStamp()
        var previous = FolderStamp()
    }

    func forEach(_ body: (Int, RawPath) -> Void) {
        var index = 0
        paths.forEach { path in
            body(index, path)
            index += 1
        }
    }

    /// - Parameter added: sorted.
    func updated(gone: [OutputPath], added: PathList) -> FolderTable {
        guard paths.isEmpty, gone.isEmpty else { return updated(gone: gone, added: added.paths.map { Row(path: $0) }) }
        var table = FolderTable()
        table.paths = added
        table.live = [FolderStamp](repeating: FolderStamp(), count: added.count)
        table.previous = table.live
        return table
    }

    /// - Parameters:
    ///   - gone: sorted, as `added` is; a path that is in both stays.
    ///   - added: rows of paths that are in the table already are left out.
    func updated(gone: [OutputPath], added: [Row]) -> FolderTable {
        if gone.isEmpty, added.isEmpty { return self }
        var table = FolderTable()
        table.paths.reserve(paths.bytes.count)
        table.live.reserveCapacity(live.count + added.count)
        table.previous.reserveCapacity(live.count + added.count)
        var nextGone = gone[...]
        var nextAdded = added[...]
        forEach { index, path in
            while let row = nextAdded.first, row.path.isBefore(path) {
                table.append(row)
                nextAdded.removeFirst()
            }
            let comesBack = nextAdded.first.map { $0.path.equals(path) } ?? false
            if comesBack { nextAdded.removeFirst() }
            while let first = nextGone.first, first.isBefore(path) { nextGone.removeFirst() }
            if let first = nextGone.first, first.equals(path), !comesBack { return }
            table.paths.append(path)
            table.live.append(live[index])
            table.previous.append(previous[index])
        }
        for row in nextAdded { table.append(row) }
        return table
    }

    private mutating func append(_ row: Row) {
        paths.append(row.path)
        live.append(row.live)
        previous.append(row.previous)
    }
}

extension OutputPath {
    func isBefore(_ raw: RawPath) -> Bool { order(raw) < 0 }
    func equals(_ raw: RawPath) -> Bool { count == raw.count && order(raw) == 0 }

    private func order(_ raw: RawPath) -> Int32 {
        terminated.withUnsafeBufferPointer { compare(RawPath(rebasing: $0.dropLast()), raw) }
    }
}

/// All folders that hold one of the paths, at any depth, the root among them; sorted.
func foldersHolding(_ lists: [PathList]) -> [OutputPath] {
    var found: Set<OutputPath> = [.root]
    var last: [UInt8] = []
    for list in lists {
        list.forEach { path in
            let folder = RawPath(rebasing: path[..<path.parentLength])
            guard !last.elementsEqual(folder) else { return }
            last = Array(folder)
            var next: OutputPath? = OutputPath(folder)
            while let folder = next, found.insert(folder).inserted { next = folder.parent }
        }
    }
    return found.sorted()
}

extension FolderTable {
    /// The table of the tree that was the generation before and becomes the output.
    ///
    /// - Parameters:
    ///   - touched: folders of which only the tree itself can tell; nil for all.
    ///   - tree: the one that becomes the output.
    func turned(_ touched: Set<OutputPath>?, _ tree: borrowing FolderHandle) throws(SystemFailure) -> FolderTable {
        var table = FolderTable()
        table.paths.reserve(paths.bytes.count)
        table.live.reserveCapacity(live.count)
        table.previous.reserveCapacity(live.count)
        var next = touched?.sorted()[...] ?? []
        var failure: SystemFailure?
        forEach { index, path in
            while let first = next.first, first.isBefore(path) { next.removeFirst() }
            let isTouched = touched == nil || next.first?.equals(path) == true
            var stamp = previous[index]
            if isTouched || !stamp.isKnown {
                var info = stat()
                let isRoot = path.count == 0
                let failed = isRoot ? fstat(tree.descriptor, &info) : fstatat(tree.descriptor, path.cString, &info, AT_SYMLINK_NOFOLLOW)
                if failed != 0, errno != ENOENT, errno != ENOTDIR { failure = SystemFailure(code: errno, path: OutputPath(path).text) }
                guard failed == 0, info.isFolder else { return }
                stamp = FolderStamp(info, isRoot: isRoot)
            }
            table.paths.append(path)
            table.live.append(stamp)
            table.previous.append(live[index])
        }
        if let failure { throw failure }
        return table
    }

    /// Makes the stamps of the generation before unknown in some folders; in all for nil.
    mutating func forgetPrevious(_ touched: Set<OutputPath>?) {
        var next = touched?.sorted()[...] ?? []
        var forgotten = previous
        forEach { index, path in
            while let first = next.first, first.isBefore(path) { next.removeFirst() }
            if touched == nil || next.first?.equals(path) == true { forgotten[index] = FolderStamp() }
        }
        previous = forgotten
    }
}
