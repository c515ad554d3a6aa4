import Dispatch
import GRDB
import LecternCore

extension Store {
    /// Copies the live store into a folder, which is made if need be. Each file is as it was at one moment, and writing goes
    /// on meanwhile. What is there under the final names is whole.
    ///
    /// The site's secret is not in it and must be kept too, elsewhere: without it a backup opens no lesson.
    /// - Throws: `.conflict` when the folder holds a store already.
    public func backup(to folder: String) async throws(StoreError) {
        let files = files
        try await onAnotherThread { () throws(StoreError) in
            try refuseStore(in: folder)
            try createFolderPrivately(folder)
            // Beacons first: whom they name is then in the books that are copied after them.
            for file in files.reversed() {
                let name = file.name
                do { try copyDatabase(file.openReader(), to: folder + "/" + name + ".sqlite") } catch { throw StoreError(error) }
            }
            try syncFolder(folder)
        }
    }

    /// Puts a backup into a folder that holds no store, after checking it.
    /// - Returns: what the check found; when there are problems, nothing was restored.
    public static func restore(from backup: String, to folder: String) async throws(StoreError) -> StoreCheck {
        try await onAnotherThread { () throws(StoreError) in
            try refuseStore(in: folder)
            let check = try checkStore(in: backup)
            guard check.problems.isEmpty else { return check }
            try createFolderPrivately(folder)
            // Of whatever store was here before.
            try removeFile(folder + "/report.totals")
            for name in fileNames.reversed() {
                do {
                    try copyDatabase(openForReading(name, in: backup), to: folder + "/" + name + ".sqlite")
                } catch {
                    throw StoreError(error)
                }
            }
            try syncFolder(folder)
            return check
        }
    }
}

private func refuseStore(in folder: String) throws(StoreError) {
    for name in Store.fileNames where fileExists(folder + "/" + name + ".sqlite") {
        throw .conflict("\(folder) holds a store already; name another folder, or move that one away first")
    }
}

/// Under another name until it is whole and on disk.
private func copyDatabase(_ source: DatabaseQueue, to path: String) throws {
    let partial = path + ".partial"
    for suffix in ["", "-wal", "-shm", "-journal"] { try removeFile(partial + suffix) }
    try createPrivately(partial)
    let copy = try DatabaseQueue(path: partial)
    // In one step, which in WAL mode is one moment: copied bit by bit, each write in between would make it begin again.
    try source.backup(to: copy)
    try copy.close()
    try source.close()
    try renameFile(partial, to: path)
}

/// Work that takes long and waits for disks has no place on the threads that serve everybody.
func onAnotherThread<T: Sendable>(_ work: @escaping @Sendable () throws(StoreError) -> T) async throws(StoreError) -> T {
    let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
        DispatchQueue.global(qos: .utility).async { continuation.resume(returning: Result(catching: work)) }
    }
    return try result.get()
}
