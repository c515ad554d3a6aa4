import Glibc

/// Times of a disk go forward in steps of up to this many nanoseconds (100 Hz kernels): a folder that was changed
/// so shortly before its manifest was written may have been changed again without a trace, so it is listed.
private let clockStep: Int64 = 10_000_000

extension FolderHandle {
    /// Compares the tree with a manifest of it.
    ///
    /// - Parameters:
    ///   - writtenAt: when the manifest was written.
    ///   - only: the folders to look at; nil for all.
    ///   - threads: whether to look at two halves at once.
    func inspect(
        _ manifest: Manifest, writtenAt: Int64, only: Set<OutputPath>? = nil, threads: Bool = false
    ) throws(SystemFailure) -> OutputState {
        var state = OutputState(condition: .intact)
        state.known = manifest
        let look = try look(at: manifest.folders, writtenAt: writtenAt, only: only, threads: threads)
        for (index, stamp) in look.changed { state.known.folders.live[index] = stamp }
        guard !look.listed.isEmpty || !look.missing.isEmpty else { return state }

        let expected = Expected(manifest, in: Set(look.listed.keys).union(look.missing))
        var lost = look.missing.flatMap { expected.made[$0] ?? [] }
        var foreign = ForeignFiles()
        for (folder, isChanged) in look.listed {
            let found = try compareFolder(folder, isChanged: isChanged, expected, writtenAt: writtenAt, &foreign)
            lost += found.lost
            if isChanged || found.hasSurprise { state.changedFolders.append(folder) }
        }
        state.changedFolders.sort()
        state.lost = PathList(lost.sorted())
        state.condition = lost.isEmpty ? .intact : .damaged
        state.known.foreign = PathList((expected.foreignElsewhere + foreign.files).sorted(), unique: true)
        state.known.folders = state.known.folders.updated(
            gone: look.missing.sorted(), added: foreign.folders.sorted { $0.path < $1.path })
        return state
    }

    /// So many are looked at sooner than a thread is started.
    private static var fewFolders: Int { 100 }

    private func look(
        at folders: FolderTable, writtenAt: Int64, only: Set<OutputPath>?, threads: Bool
    ) throws(SystemFailure) -> Look {
        let (root, count) = (descriptor, folders.live.count)
        guard threads, count > Self.fewFolders else { return try Look(folders, 0..<count, root: root, writtenAt: writtenAt, only: only) }
        let halves = alongside(threads: true) {
            Result { () throws(SystemFailure) in try Look(folders, 0..<(count / 2), root: root, writtenAt: writtenAt, only: only) }
        } here: {
            Result { () throws(SystemFailure) in try Look(folders, (count / 2)..<count, root: root, writtenAt: writtenAt, only: only) }
        }
        var look = try halves.there.get()
        look.add(try halves.here.get())
        return look
    }

    private func compareFolder(
        _ folder: OutputPath, isChanged: Bool, _ expected: Expected, writtenAt: Int64, _ foreign: inout ForeignFiles
    ) throws(SystemFailure) -> (lost: [OutputPath], hasSurprise: Bool) {
        let made = expected.made[folder] ?? []
        var missing = Set(made)
        var lost: [OutputPath] = []
        var known = expected.foreign[folder] ?? []
        var hasSurprise = false
        for entry in try entries(folder) {
            let path = folder.appending(entry.name)
            if path == StateName.stagingInside { continue }
            if entry.isFolder {
                guard expected.folders[folder]?.contains(path) != true else { continue }
                hasSurprise = true
                try foreign.walk(path, of: self, owned: [])
            } else if entry.isFile, missing.remove(path) != nil {
                // Ours changed before the manifest was written, one put in its place after it; made anew when in doubt.
                if isChanged, let info = try info(path), info.changedNanoseconds > writtenAt - clockStep { lost.append(path) }
            } else {
                if known.remove(path) == nil { hasSurprise = true }
                foreign.files.append(path)
            }
        }
        return (lost + missing, hasSurprise || !missing.isEmpty || !known.isEmpty)
    }
}

/// What looking at folders told.
private struct Look {
    /// New stamps, by their place in the table.
    var changed: [(index: Int, stamp: FolderStamp)] = []
    /// Folders to list; true when they have changed, false when they only may have.
    var listed: [OutputPath: Bool] = [:]
    var missing: Set<OutputPath> = []

    /// - Parameter range: of the table's rows.
    init(_ folders: FolderTable, _ range: Range<Int>, root: Int32, writtenAt: Int64, only: Set<OutputPath>?) throws(SystemFailure) {
        var looks = FolderLooks(root: root)
        var failure: SystemFailure?
        folders.forEach { index, path in
            guard range.contains(index) else { return }
            if let only, !only.contains(OutputPath(path)) { return }
            var info = stat()
            let code = looks.look(at: path, &info)
            if code != 0, code != ENOENT, code != ENOTDIR {
                failure = SystemFailure(code: code, path: OutputPath(path).text)
                return
            }
            guard code == 0, info.isFolder else {
                missing.insert(OutputPath(path))
                return
            }
            let stamp = FolderStamp(info, isRoot: path.isEmpty)
            if stamp != folders.live[index] {
                listed[OutputPath(path)] = true
                changed.append((index, stamp))
            } else if stamp.nanoseconds > writtenAt - clockStep {
                listed[OutputPath(path)] = false
            }
        }
        if let failure { throw failure }
    }

    mutating func add(_ other: Look) {
        changed += other.changed
        listed.merge(other.listed) { $0 || $1 }
        missing.formUnion(other.missing)
    }
}

/// What a manifest says about some folders, found in one pass over all its paths.
private struct Expected {
    var made: [OutputPath: [OutputPath]] = [:]
    var folders: [OutputPath: Set<OutputPath>] = [:]
    var foreign: [OutputPath: Set<OutputPath>] = [:]
    var foreignElsewhere: [OutputPath] = []

    init(_ manifest: Manifest, in wanted: Set<OutputPath>) {
        let lengths = Set(wanted.map(\.count))
        func folder(of path: RawPath) -> OutputPath? {
            let length = path.parentLength
            guard lengths.contains(length) else { return nil }
            let folder = OutputPath(RawPath(rebasing: path[..<length]))
            return wanted.contains(folder) ? folder : nil
        }
        for unit in manifest.units {
            unit.paths.forEach { path in
                if let folder = folder(of: path) { made[folder, default: []].append(OutputPath(path)) }
            }
        }
        manifest.folders.paths.forEach { path in
            guard path.count > 0, let folder = folder(of: path) else { return }
            folders[folder, default: []].insert(OutputPath(path))
        }
        manifest.foreign.forEach { path in
            if let folder = folder(of: path) {
                foreign[folder, default: []].insert(OutputPath(path))
            } else {
                foreignElsewhere.append(OutputPath(path))
            }
        }
    }
}

extension FolderStamp {
    init(_ info: stat, isRoot: Bool) {
        self.init(inode: UInt64(info.st_ino), nanoseconds: isRoot ? info.modifiedNanoseconds : info.changedNanoseconds)
    }
}
