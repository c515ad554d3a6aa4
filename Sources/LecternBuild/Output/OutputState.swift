import Glibc
import LecternCore

/// How the output compares with what the last build left.
public struct OutputState: Sendable {
    public enum Condition: Sendable, Equatable {
        /// There is no output.
        case absent
        /// Every file that was made is there. (Bytes changed in place, inside a file, are not seen.)
        case intact
        /// Some files are missing, or were replaced: make the units of `lost` anew.
        case damaged
        /// Nothing is known about it: make every unit; files whose bytes are right already are kept.
        case unknown
    }

    public internal(set) var condition: Condition
    /// Sorted; empty unless damaged.
    public internal(set) var lost = PathList()
    /// The mark that the last commit was given; empty when absent or unknown.
    public var mark: [UInt8] { isTrusted ? known.mark : [] }
    /// Each unit's mark, in the order of the last commit; empty when absent or unknown.
    public var units: [(name: String, mark: [UInt8])] { isTrusted ? known.units.map { ($0.name, $0.mark) } : [] }

    /// The last commit's manifest, with folders, their stamps and the foreign files as they are now.
    var known = Manifest()
    /// Folders that somebody else changed; sorted.
    var changedFolders: [OutputPath] = []
    /// A commit was killed after the swap: its manifest still has to take its place.
    var swappedWithoutManifest = false
    /// The output is only taken for intact: this tells whether it is.
    var look: OutputLook?

    var isTrusted: Bool { condition == .intact || condition == .damaged }

    /// Looks at the output without writing anything: one call of the system for each folder of it.
    ///
    /// - Throws: when something cannot be read.
    public static func inspect(_ folder: OutputFolder) throws(Problem) -> OutputState {
        do throws(SystemFailure) {
            let state: FolderHandle
            do throws(SystemFailure) {
                state = try FolderHandle(folder.state)
            } catch {
                guard error.code == ENOENT else { throw error }
                return try inspect(folder, current: nil, next: nil)
            }
            return try inspect(folder, state: state)
        } catch {
            throw folder.problem(error)
        }
    }

    /// - Parameter looksLater: takes an output whose manifest can be trusted for intact, and leaves the look at its folders to
    ///   `look`, for a build that has other work to do meanwhile.
    static func inspect(
        _ folder: OutputFolder, state: borrowing FolderHandle, looksLater: Bool = false
    ) throws(SystemFailure) -> OutputState {
        try inspect(
            folder, current: state.readManifest(StateName.manifest), next: state.readManifest(StateName.nextManifest), looksLater: looksLater)
    }

    private typealias Read = (manifest: Manifest, nanoseconds: Int64)

    private static func inspect(
        _ folder: OutputFolder, current: Read?, next: Read?, looksLater: Bool = false
    ) throws(SystemFailure) -> OutputState {
        let tree: FolderHandle
        do throws(SystemFailure) {
            tree = try FolderHandle(folder.path)
        } catch {
            guard error.code == ENOENT else { throw error }
            return OutputState(condition: .absent)
        }
        let root = TreeIdentity(try tree.info())
        if let next, next.manifest.root == root, next.manifest.mode == .inPlace {
            return try tree.inspectUnknown(owned: Manifest.union(current?.manifest, next.manifest))
        }
        let swapped = next?.manifest.root == root
        guard let read = swapped ? next : current else { return try tree.inspectUnknown(owned: []) }
        guard read.manifest.root == root else {
            let units = read.manifest.units
            return try tree.inspectUnknown(owned: tree.holdsAll(units) ? units : [])
        }
        guard read.manifest.boot.isEmpty || read.manifest.boot == bootIdentity() else {
            return try tree.inspectUnknown(owned: read.manifest.units)
        }
        var state: OutputState
        // Changing it file by file begins with a folder inside of it.
        if looksLater, read.manifest.mode == .swap {
            state = OutputState(condition: .intact)
            state.known = read.manifest
            state.look = OutputLook(folder: folder, manifest: read.manifest, writtenAt: read.nanoseconds)
        } else {
            state = try tree.inspect(read.manifest, writtenAt: read.nanoseconds)
        }
        state.swappedWithoutManifest = swapped
        return state
    }
}

extension TreeIdentity {
    init(_ info: stat) {
        self.init(device: UInt64(info.st_dev), inode: UInt64(info.st_ino))
    }
}

extension Manifest {
    /// The files of two manifests, of which the second was being carried out in place.
    fileprivate static func union(_ old: Manifest?, _ new: Manifest) -> [Unit] {
        var units = old?.units ?? []
        for unit in new.units {
            if let index = units.firstIndex(where: { $0.name == unit.name }) {
                units[index].paths.append(unit.paths)
                units[index].paths = units[index].paths.sorted()
            } else {
                units.append(unit)
            }
        }
        return units
    }
}

extension FolderHandle {
    /// A copied site brings output and manifest along, in other inodes. A tree that holds every file of the manifest
    /// (names with digests among them) is taken for such a copy, so that its stale files are still Lectern's.
    fileprivate func holdsAll(_ units: [Manifest.Unit]) throws(SystemFailure) -> Bool {
        for unit in units {
            for path in unit.paths.paths {
                guard let info = try info(path), info.isFile else { return false }
            }
        }
        return true
    }

    /// Every folder and every file that is not one of the owned ones.
    fileprivate func inspectUnknown(owned: [Manifest.Unit]) throws(SystemFailure) -> OutputState {
        var paths: Set<OutputPath> = []
        for unit in owned { paths.formUnion(unit.paths.paths) }
        var state = OutputState(condition: .unknown)
        state.known.units = owned
        var found = ForeignFiles()
        try found.walk(.root, of: self, owned: paths)
        state.known.foreign = PathList(found.files.sorted())
        state.known.folders = FolderTable().updated(gone: [], added: found.folders.sorted { $0.path < $1.path })
        return state
    }
}
