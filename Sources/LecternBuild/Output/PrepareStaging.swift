import Glibc

/// The tree that becomes the output.
struct Staging {
    var path: String
    var identity: TreeIdentity
    var mode: Manifest.Mode
    /// It holds all of the output already, and lies in the state folder.
    var canBeReused: Bool
    /// In the output itself, because that lies on another disk.
    var isInside: Bool
    /// The tree where every written file gets a second link.
    var twin: String?
    /// Folders whose stamps in the manifest no longer hold; nil for all.
    var touched: Set<OutputPath>?
}

extension OutputTransaction {
    /// Finishes or forgets what a killed build left, then makes the staged tree in the cheapest way there is.
    func prepareStaging(forFullBuild: Bool) throws(SystemFailure) -> Staging {
        try recover()
        if state.condition == .absent { return try freshStaging(forFullBuild: forFullBuild) }
        let live = try FolderHandle(folder.path)
        if !inPlace, let staging = try stagingFromPrevious(live) { return staging }
        try stateHandle.discard(StateName.previous)
        let sameDisk = try live.info().st_dev == stateHandle.info().st_dev
        let sameMount = sameDisk && live.mountNumber() == stateHandle.mountNumber()
        var canSwap = false
        if sameMount, !inPlace { canSwap = try stateHandle.canExchange() }
        if canSwap {
            do throws(SystemFailure) {
                return try stagingFromLinks(live)
            } catch {
                // A disk without hard links; anything else would fail in place, too, and is told then.
                guard [EPERM, EOPNOTSUPP, EXDEV, EMLINK].contains(error.code) else { throw error }
                try stateHandle.discard(StateName.staging)
            }
        }
        return try sparseStaging(live, isInside: !sameMount)
    }

    private func recover() throws(SystemFailure) {
        if state.swappedWithoutManifest {
            if try TreeIdentity(stateHandle.info(StateName.staging)) == state.known.previousRoot {
                try stateHandle.discard(StateName.previous)
                try stateHandle.rename(StateName.staging, to: StateName.previous)
            }
            try stateHandle.rename(StateName.nextManifest, to: StateName.manifest)
            afterStep(.adoptedManifest)
        } else if state.condition != .unknown {
            try stateHandle.removeFile(StateName.nextManifest)
        }
        try stateHandle.discard(StateName.staging)
        afterStep(.removedStaging)
        if state.condition == .absent {
            try stateHandle.removeFile(StateName.manifest)
            try stateHandle.discard(StateName.previous)
        }
    }

    private func freshStaging(forFullBuild: Bool) throws(SystemFailure) -> Staging {
        try stateHandle.makeFolder(StateName.staging, mode: 0o755)
        var twin: String?
        if forFullBuild, !inPlace, try stateHandle.canExchange() {
            try stateHandle.makeFolder(StateName.previous, mode: 0o755)
            twin = folder.state + "/" + StateName.previous.text
        }
        return Staging(
            path: folder.state + "/" + StateName.staging.text, identity: try TreeIdentity(stateHandle.info(StateName.staging)),
            mode: .swap, canBeReused: false, isInside: false, twin: twin, touched: nil)
    }

    /// The tree that was the output before, brought up to date; nil when there is none that can be trusted.
    private func stagingFromPrevious(_ live: borrowing FolderHandle) throws(SystemFailure) -> Staging? {
        let manifest = state.known
        // Where somebody was in very many folders, linking the whole tree anew costs less than comparing them.
        guard state.isTrusted, state.changedFolders.count <= 100, manifest.mode == .swap, manifest.previousRoot != TreeIdentity(),
            try TreeIdentity(stateHandle.info(StateName.previous)) == manifest.previousRoot
        else { return nil }
        try stateHandle.rename(StateName.previous, to: StateName.staging)
        afterStep(.claimedPrevious)
        let path = folder.state + "/" + StateName.staging.text
        let staging = try FolderHandle(path)
        let mirror = TreeMirror()
        for changed in manifest.delta.paths {
            try mirror.mirrorFile(changed, from: live, to: staging)
            afterStep(.linked)
        }
        for changed in state.changedFolders {
            try mirror.mirrorFolder(changed, from: live, to: staging, known: manifest.folders)
            afterStep(.linked)
        }
        var touched = Set(foldersHolding([manifest.delta]))
        for folder in state.changedFolders { touched.formUnion(folder.withParents) }
        return Staging(
            path: path, identity: manifest.previousRoot, mode: .swap, canBeReused: true, isInside: false, twin: nil,
            touched: touched)
    }

    private func stagingFromLinks(_ live: borrowing FolderHandle) throws(SystemFailure) -> Staging {
        let mirror = TreeMirror()
        let path = folder.state + "/" + StateName.staging.text
        try stateHandle.makeFolder(StateName.staging, mode: 0o755)
        let staging = try FolderHandle(path)
        try mirror.copyFolder(.root, from: live, to: staging) { afterStep(.linked) }
        return Staging(
            path: path, identity: TreeIdentity(try staging.info()), mode: .swap, canBeReused: true, isInside: false, twin: nil,
            touched: nil)
    }

    /// Holds only what changes.
    private func sparseStaging(_ live: borrowing FolderHandle, isInside: Bool) throws(SystemFailure) -> Staging {
        if isInside {
            try live.removeTree(StateName.stagingInside)
            try live.makeFolder(StateName.stagingInside, mode: 0o700)
        } else {
            try stateHandle.makeFolder(StateName.staging, mode: 0o700)
        }
        let path = isInside ? folder.path + "/" + StateName.stagingInside.text : folder.state + "/" + StateName.staging.text
        return Staging(
            path: path, identity: TreeIdentity(try live.info()), mode: .inPlace, canBeReused: false, isInside: isInside, twin: nil,
            touched: [])
    }
}

extension OutputPath {
    /// Itself and all folders above it.
    var withParents: [OutputPath] {
        sequence(first: self) { $0.parent }.map(\.self)
    }
}

extension TreeIdentity {
    /// Zeros for nothing.
    init(_ info: stat?) {
        self = info.map { TreeIdentity($0) } ?? TreeIdentity()
    }
}
