import Glibc

extension OutputTransaction {
    /// Renames the new files into the output one by one, pages after what they need, and removes the old ones last.
    ///
    /// Its manifest is written before as `manifest.next`: a build that is killed in between leaves an output of which
    /// nothing is known but which files in it are Lectern's, old and new.
    func applyInPlace(_ plan: CommitPlan, _ plannedManifest: Manifest, _ staging: Staging) throws(SystemFailure) {
        var manifest = plannedManifest
        let live = try FolderHandle(folder.path)
        let staged = try FolderHandle(staging.path)
        manifest.root = TreeIdentity(try live.info())
        manifest.previousRoot = TreeIdentity()
        manifest.folders = FolderTable()
        try stateHandle.write(manifest, to: StateName.nextManifest)
        afterStep(.wroteManifest)

        var gone: [OutputPath]?
        let changed = plan.changed.paths
        for path in changed.filter({ !$0.isPage }) + changed.filter(\.isPage) {
            do throws(SystemFailure) {
                try move(path, from: staged, to: live)
            } catch {
                // An old file stands where a folder has to be, or the other way round.
                guard gone == nil, [EISDIR, ENOTDIR, EEXIST, ENOTEMPTY].contains(error.code) else { throw error }
                gone = try removeFiles(plan.removed, from: live)
                try move(path, from: staged, to: live)
            }
            afterStep(.renamed)
        }
        if gone == nil { gone = try removeFiles(plan.removed, from: live) }
        if staging.isInside { try live.removeTree(StateName.stagingInside) }

        let touched = foldersHolding([manifest.delta])
        var table = state.known.folders.updated(gone: gone ?? [], added: plan.added.folders)
        // The stamps that `turned` keeps are those of the tree that stays.
        table.previous = table.live
        manifest.folders = try table.turned(Set(touched), live)
        manifest.folders.forgetPrevious(nil)
        try stateHandle.write(manifest, to: StateName.manifest)
        afterStep(.storedManifest)
        try stateHandle.removeFile(StateName.nextManifest)
        try stateHandle.discard(StateName.staging)
    }

    private func move(_ path: OutputPath, from staged: borrowing FolderHandle, to live: borrowing FolderHandle) throws(SystemFailure) {
        if let folder = path.parent { try makeFolders(folder, in: live) }
        guard path.withCString({ renameat(staged.descriptor, $0, live.descriptor, $0) }) == 0 else {
            throw SystemFailure(code: errno, path: path.text)
        }
    }

    private func makeFolders(_ path: OutputPath, in live: borrowing FolderHandle) throws(SystemFailure) {
        if path.isRoot { return }
        if let there = try live.info(path) {
            guard there.isFolder else { throw SystemFailure(code: ENOTDIR, path: path.text) }
            return
        }
        if let folder = path.parent { try makeFolders(folder, in: live) }
        try live.makeFolder(path, mode: 0o755)
    }
}

extension OutputPath {
    fileprivate var isPage: Bool { terminated.suffix(6).elementsEqual(".html\0".utf8) }
}
