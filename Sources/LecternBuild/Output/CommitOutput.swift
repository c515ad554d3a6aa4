import CLinux
import Glibc
import LecternCore

extension OutputTransaction {
    func commitStaging(_ units: [OutputUnit], mark: [UInt8], superseded: PathList) throws(CommitFailure) -> OutputSummary {
        guard let staging else { throw .refused([Problem(.error, "nothing was prepared to be written", file: folder.shown)]) }
        let plan = try CommitPlan(units, state, folder)
        let missing: [OutputPath]
        do throws(SystemFailure) { missing = try missingFiles(plan, staging) } catch { throw .system(error) }
        guard missing.isEmpty else {
            throw .refused(
                missing.map {
                    Problem(.error, "this file vanished while the site was built", file: folder.shown + "/" + $0.text, help: ["build again"])
                })
        }
        var manifest = Manifest()
        manifest.mode = staging.mode
        manifest.root = staging.identity
        manifest.mark = mark
        manifest.boot = bootIdentity()
        manifest.units = plan.units
        manifest.foreign = plan.foreign
        manifest.delta = plan.changed
        if !plan.removed.isEmpty || !superseded.isEmpty {
            manifest.delta.append(PathList(plan.removed))
            manifest.delta.append(superseded)
            manifest.delta = manifest.delta.sorted()
        }
        do throws(SystemFailure) {
            switch staging.mode {
            case .inPlace: try applyInPlace(plan, manifest, staging)
            case .swap:
                try takeBack(superseded, plan, staging)
                try swap(plan, manifest, staging)
            }
        } catch {
            throw .system(error)
        }
        return OutputSummary(changed: plan.changed.count, removed: plan.removed.count, isAtomic: staging.mode == .swap)
    }

    /// Lost files that are still part of the site, and that nobody wrote again.
    private func missingFiles(_ plan: CommitPlan, _ staging: Staging) throws(SystemFailure) -> [OutputPath] {
        guard !state.lost.isEmpty else { return [] }
        let accounted = Set(plan.removed).union(plan.changed.paths)
        let tree = try FolderHandle(staging.mode == .swap ? staging.path : folder.path)
        var missing: [OutputPath] = []
        for path in state.lost.paths where !accounted.contains(path) {
            if try tree.info(path)?.isFile != true { missing.append(path) }
        }
        return missing
    }

    private func takeBack(_ superseded: PathList, _ plan: CommitPlan, _ staging: Staging) throws(SystemFailure) {
        guard !superseded.isEmpty else { return }
        let changed = Set(plan.changed.paths)
        let stale = superseded.sorted().paths.filter { !changed.contains($0) }
        let tree = try FolderHandle(staging.path)
        guard state.condition == .absent else {
            let live = try FolderHandle(folder.path)
            for path in stale { try TreeMirror().mirrorFile(path, from: live, to: tree) }
            return
        }
        _ = try removeFiles(stale, from: tree)
        if let twin = staging.twin { _ = try removeFiles(stale, from: FolderHandle(twin)) }
    }

    private func swap(_ plan: CommitPlan, _ plannedManifest: Manifest, _ staging: Staging) throws(SystemFailure) {
        var manifest = plannedManifest
        let tree = try FolderHandle(staging.path)
        let gone = try removeFiles(plan.removed, from: tree)
        let touched = staging.touched.map { $0.union(foldersHolding([manifest.delta])) }
        let isFresh = state.condition == .absent
        let folders = state.known.folders.updated(gone: gone, added: plan.added.folders)

        if !isFresh, manifest.delta.isEmpty {
            // Nothing to swap: only what is known about the output is new.
            manifest.root = try TreeIdentity(FolderHandle(folder.path).info())
            manifest.previousRoot = staging.identity
            manifest.folders = folders
            manifest.folders.forgetPrevious(touched)
            try stateHandle.write(manifest, to: StateName.manifest)
            afterStep(.wroteManifest)
            try stateHandle.rename(StateName.staging, to: StateName.previous)
            try stateHandle.removeFile(StateName.nextManifest)
            return
        }

        manifest.folders = try folders.turned(touched, tree)
        if isFresh {
            manifest.delta = PathList()
            if staging.twin != nil { manifest.previousRoot = try TreeIdentity(stateHandle.info(StateName.previous)) }
        } else {
            manifest.previousRoot = state.known.root == TreeIdentity() ? try TreeIdentity(FolderHandle(folder.path).info()) : state.known.root
        }
        try stateHandle.write(manifest, to: StateName.nextManifest)
        afterStep(.wroteManifest)
        if isFresh {
            try moveIntoPlace()
        } else if try !exchange() {
            manifest.mode = .inPlace
            return try applyInPlace(plan, manifest, staging)
        }
        afterStep(.swapped)
        settle(plan, manifest, isFresh: isFresh)
    }

    private func moveIntoPlace() throws(SystemFailure) {
        let staging = StateName.staging.terminated.map { CChar(bitPattern: $0) }
        if linux_rename_new(stateHandle.descriptor, staging, AT_FDCWD, folder.path) == 0 { return }
        // Disks that do not know the flag: a plain rename replaces at most an empty folder.
        guard errno == EINVAL || errno == ENOSYS, renameat(stateHandle.descriptor, staging, AT_FDCWD, folder.path) == 0 else {
            throw SystemFailure(code: errno, path: folder.path)
        }
    }

    /// - Returns: false where the two cannot change places.
    private func exchange() throws(SystemFailure) -> Bool {
        let staging = StateName.staging.terminated.map { CChar(bitPattern: $0) }
        if linux_exchange(stateHandle.descriptor, staging, AT_FDCWD, folder.path) == 0 { return true }
        guard [EINVAL, ENOSYS, EBUSY, EXDEV].contains(errno) else { throw SystemFailure(code: errno, path: folder.path) }
        return false
    }

    /// The new output is public; what is left to do can also be done by the next build, so a failure here is none of
    /// the site's.
    private func settle(_ plan: CommitPlan, _ manifest: Manifest, isFresh: Bool) {
        do throws(SystemFailure) {
            if !isFresh {
                try carryLateFiles(plan, manifest)
                try stateHandle.rename(StateName.staging, to: StateName.previous)
            }
            afterStep(.storedPrevious)
            try stateHandle.rename(StateName.nextManifest, to: StateName.manifest)
            afterStep(.storedManifest)
        } catch {
            // `OutputState` recognises the new output by `manifest.next`, and the next build adopts it.
        }
    }

    /// Files that somebody put into the old output while the site was built belong into the new one.
    ///
    /// A build that wrote a lot took long, and looks at every folder; a small one looks where it was, and what it
    /// overlooks is found when this tree becomes the output again.
    private func carryLateFiles(_ plan: CommitPlan, _ manifest: Manifest) throws(SystemFailure) {
        guard state.isTrusted else { return }
        let old = try FolderHandle(folder.state + "/" + StateName.staging.text)
        let isLarge = manifest.delta.count * 20 > state.known.folders.live.count
        let look = try old.inspect(state.known, writtenAt: .max, only: isLarge ? nil : Set(foldersHolding([manifest.delta])))
        let known = Set(state.known.foreign.paths)
        let late = look.known.foreign.paths.filter { !known.contains($0) }
        guard !late.isEmpty else { return }
        let live = try FolderHandle(folder.path)
        let mirror = TreeMirror()
        for path in late {
            guard let info = try old.info(path), try live.info(path) == nil else { continue }
            try mirror.makeParents(of: path, like: old, in: live)
            try mirror.link(path, info, from: old, to: live)
        }
    }

    /// Removes files, and the folders that become empty.
    ///
    /// - Returns: those folders, sorted.
    func removeFiles(_ paths: [OutputPath], from tree: borrowing FolderHandle) throws(SystemFailure) -> [OutputPath] {
        var gone: [OutputPath] = []
        for path in paths {
            // A page may have become a folder in the meantime.
            if try tree.info(path)?.isFolder == true { continue }
            try tree.removeFile(path)
            var folder = path.parent
            while let empty = folder, !empty.isRoot, try tree.removeFolderIfEmpty(empty) {
                gone.append(empty)
                folder = empty.parent
            }
            afterStep(.removed)
        }
        return Set(gone).sorted()
    }
}
