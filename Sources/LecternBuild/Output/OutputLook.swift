/// A look at an output that is taken for what its manifest says, while the build already goes on.
///
/// Nothing in the output itself is changed before a commit, so a build that learns too late that somebody was in there has
/// lost nothing but its staged tree.
struct OutputLook: Sendable {
    let folder: OutputFolder
    let manifest: Manifest
    /// When the manifest was written.
    let writtenAt: Int64

    /// - Parameter threads: whether to look at two halves at once.
    /// - Returns: false when anybody else was in the output, or it cannot be read: what that means tells `OutputState`.
    func isUntouched(threads: Bool) -> Bool {
        do throws(SystemFailure) {
            let tree = try FolderHandle(folder.path)
            guard try TreeIdentity(tree.info()) == manifest.root else { return false }
            let state = try tree.inspect(manifest, writtenAt: writtenAt, threads: threads)
            return state.condition == .intact && state.changedFolders.isEmpty
        } catch {
            return false
        }
    }
}
