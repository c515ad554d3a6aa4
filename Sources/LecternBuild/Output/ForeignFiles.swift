/// What stands in the output without being Lectern's.
struct ForeignFiles {
    var files: [OutputPath] = []
    var folders: [FolderTable.Row] = []

    /// Collects a folder and all below it.
    mutating func walk(_ folder: OutputPath, of tree: borrowing FolderHandle, owned: Set<OutputPath>) throws(SystemFailure) {
        // Another program may remove things while we look: what is gone is not foreign any more.
        guard let info = try tree.info(folder), info.isFolder else { return }
        folders.append(.init(path: folder, live: FolderStamp(info, isRoot: folder.isRoot)))
        for entry in try tree.entries(folder) {
            let path = folder.appending(entry.name)
            if path == StateName.stagingInside { continue }
            if entry.isFolder {
                try walk(path, of: tree, owned: owned)
            } else if !entry.isFile || !owned.contains(path) {
                files.append(path)
            }
        }
    }
}
