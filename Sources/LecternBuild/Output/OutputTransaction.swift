import CLinux
import Glibc
import LecternCore

/// A build's way into the output: all of it at once, or nothing.
///
/// ```swift
/// var output = try OutputTransaction.open(folder)   // locks and looks; writes nothing into the output
/// guard output.state.condition != .intact || sourcesChanged else { return }
/// let staging = try output.prepare()                 // a tree that equals the output, at the cost of the last change
/// // workers: OutputWriter(staging).put(path, bytes), each path once
/// try output.commit(units, mark: mark)               // removes what is no longer made, keeps foreign files, swaps
/// ```
///
/// Two trees take turns as the output: the one that is not public is brought up to date with the little that changed
/// last time, gets this build's changes, and changes places with the public one in one step (renameat2(2),
/// RENAME_EXCHANGE). Unchanged files are hard links in both, so no file is ever written in place.
///
/// `kill -9` at any moment leaves the old or the new output. Where two folders cannot change places (the output is a
/// mount point, or its disk does not know how), files are renamed into it one by one instead: each is old or new.
public struct OutputTransaction: ~Copyable {
    public let folder: OutputFolder
    /// How the output was when it was locked.
    public let state: OutputState

    let inPlace: Bool
    /// Called after each step that changes something on the disk; a test may stop the process there.
    var afterStep: (OutputStep) -> Void
    let stateHandle: FolderHandle
    private(set) var staging: Staging?
    private var isPreparing = false
    private var isFinished = false

    /// Locks the output and looks at it.
    ///
    /// - Parameter inPlace: change the output file by file even where it could be swapped, because something holds on to
    ///   the folder itself, as a container does that has it mounted.
    /// - Throws: when another build holds the lock, or the place cannot be written.
    public static func open(_ folder: OutputFolder, inPlace: Bool = false) throws(Problem) -> OutputTransaction {
        try open(folder, inPlace: inPlace, afterStep: { _ in })
    }

    /// - Parameter looksLater: see `OutputState.inspect`.
    static func open(
        _ folder: OutputFolder, inPlace: Bool = false, looksLater: Bool = false, afterStep: @escaping (OutputStep) -> Void
    ) throws(Problem) -> OutputTransaction {
        do throws(SystemFailure) {
            try makeFolders(folder.parent)
            guard mkdir(folder.state, 0o700) == 0 || errno == EEXIST else { throw SystemFailure(code: errno, path: folder.state) }
            let handle = try FolderHandle(folder.state)
            // Disks without locks (ENOLCK, EBADF on some network disks) build without one.
            if flock(handle.descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                throw SystemFailure(code: EWOULDBLOCK, path: folder.state)
            }
            let state = try OutputState.inspect(folder, state: handle, looksLater: looksLater)
            return OutputTransaction(folder, inPlace, state, handle, afterStep)
        } catch {
            throw error.code == EWOULDBLOCK ? folder.anotherBuildRuns : folder.problem(error)
        }
    }

    private init(
        _ folder: OutputFolder, _ inPlace: Bool, _ state: OutputState, _ handle: consuming FolderHandle,
        _ afterStep: @escaping (OutputStep) -> Void
    ) {
        self.folder = folder
        self.inPlace = inPlace
        self.state = state
        stateHandle = handle
        self.afterStep = afterStep
    }

    /// Makes the tree that workers write into.
    ///
    /// - Parameter forFullBuild: every file is about to be written, so that its second link can be made in the same
    ///   breath, and the first small change after a full build costs as little as the later ones.
    /// - Throws: when there is no room or no right to write; the output is untouched.
    public mutating func prepare(forFullBuild: Bool = false) throws(Problem) -> StagingFolders {
        isPreparing = true
        do throws(SystemFailure) {
            let staging = try prepareStaging(forFullBuild: forFullBuild)
            self.staging = staging
            return StagingFolders(
                live: state.condition == .absent ? nil : folder.path, staging: staging.path, twin: staging.twin, shown: folder.shown)
        } catch {
            discardStaging()
            throw folder.problem(error)
        }
    }

    /// Makes the staged tree the output.
    ///
    /// - Parameters:
    ///   - units: all that the site consists of; a file that was made before and is in none of them is removed.
    ///   - mark: given back by the next `OutputState`, so that what the build remembers can be tied to this output.
    ///   - superseded: paths that a unit wrote before it was made once more in this build; those that it did not write
    ///     again are taken back.
    /// - Throws: `OutputError` when foreign files stand in the way, two units make one file, or the disk refuses; then
    ///   the old output is as it was (file by file, where the two cannot be swapped).
    public consuming func commit(
        _ units: [OutputUnit], mark: [UInt8] = [], superseded: PathList = PathList()
    ) throws(OutputError) -> OutputSummary {
        do throws(CommitFailure) {
            let summary = try commitStaging(units, mark: mark, superseded: superseded)
            isFinished = true
            return summary
        } catch {
            switch error {
            case .refused(let problems): throw OutputError(problems)
            case .system(let failure):
                var problem = folder.problem(failure)
                if staging?.mode == .inPlace {
                    problem.help.removeAll { $0 == OutputFolder.untouched }
                    problem.help.insert("some of its files may be new already: build again as soon as that is mended", at: 0)
                }
                throw OutputError([problem])
            }
        }
    }

    /// Gives up; the output stays as it was.
    ///
    /// - Parameter changed: all paths that workers may have written. With it the staged tree is kept for the next
    ///   build; without, it is removed, and the next build has to link every file anew.
    public consuming func abort(changed: PathList? = nil) {
        guard let changed, let staging, staging.canBeReused, state.condition == .intact else { return }
        do throws(SystemFailure) {
            var manifest = state.known
            var delta = changed
            delta.append(manifest.delta)
            manifest.delta = delta.sorted()
            manifest.previousRoot = staging.identity
            manifest.folders.previous = manifest.folders.previous.map { _ in FolderStamp() }
            try stateHandle.write(manifest, to: StateName.manifest)
            afterStep(.wroteManifest)
            try stateHandle.rename(StateName.staging, to: StateName.previous)
            isFinished = true
        } catch {
            // The staged tree is only a shortcut: `deinit` removes it, and the next build links the output anew.
        }
    }

    deinit {
        if !isFinished { discardStaging() }
        // Closing alone would leave the lock with a child that is just being started and has not closed it yet.
        flock(stateHandle.descriptor, LOCK_UN)
    }

    private func discardStaging() {
        guard isPreparing else { return }
        do throws(SystemFailure) {
            try stateHandle.discard(StateName.staging)
            if staging?.twin != nil { try stateHandle.discard(StateName.previous) }
            if staging?.isInside == true { try FolderHandle(folder.path).removeTree(StateName.stagingInside) }
        } catch {
            // What is left of it is removed when the next build prepares its own; the output does not depend on it.
        }
    }
}

/// What workers need to write; two or three paths, easily handed to another process.
public struct StagingFolders: Sendable, Equatable {
    /// The output, to compare with; nil when there is none.
    public var live: String?
    public var staging: String
    /// Where each written file gets a second link, for the build after this one.
    public var twin: String?
    /// The output as the creator names it, for problems.
    public var shown: String

    public init(live: String?, staging: String, twin: String? = nil, shown: String) {
        self.live = live
        self.staging = staging
        self.twin = twin
        self.shown = shown
    }
}

/// What changed something on the disk.
enum OutputStep: Sendable {
    case adoptedManifest, removedStaging, claimedPrevious, linked, removed, wroteManifest, swapped, storedPrevious, storedManifest, renamed
}

private func makeFolders(_ path: String) throws(SystemFailure) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST || errno == EISDIR { return }
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    guard errno == ENOENT, slash > path.startIndex else { throw SystemFailure(code: errno, path: path) }
    try makeFolders(String(path[..<slash]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemFailure(code: errno, path: path) }
}
