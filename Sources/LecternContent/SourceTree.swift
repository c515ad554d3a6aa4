import Glibc
import LecternCore

/// Every file below a few folders of the site: a folder's files in the order of their names' bytes, then its folders.
///
/// Names that start with a dot are left out, so are editors' leftovers (`~` at the end). A link to a file inside the
/// site counts as that file; any other link is a problem.
public struct SourceTree: Sendable {
    public private(set) var listing = FileListing()
    public private(set) var problems: [Problem] = []
    /// Files and folders that are not listed: "content/site.yml".
    private let excluded: Set<String>

    public var files: [SourceFile] { listing.files }

    /// - Parameters:
    ///   - root: the site's folder, absolute.
    ///   - places: files and folders below it, "content", "layouts"; those that do not exist are passed over.
    public init(root: String, places: [String], excluding excluded: Set<String> = []) {
        self.excluded = excluded
        guard let reader = FolderReader(root: root) else { return }
        for place in places {
            if reader.isFolder(place) {
                add(folder: place, reader)
            } else {
                add(file: place, reader)
            }
        }
    }

    public init(excluding excluded: Set<String> = []) { self.excluded = excluded }

    /// Lists a folder with all that is in it.
    public mutating func add(folder top: String, _ reader: borrowing FolderReader) {
        var pending = [top]
        while let folder = pending.popLast() { pending += addFiles(of: folder, reader).reversed() }
    }

    /// Lists a folder's own files.
    ///
    /// - Returns: the folders in it: "content/pages".
    public mutating func addFiles(of folder: String, _ reader: borrowing FolderReader) -> [String] {
        reader.read(folder, excluding: excluded, into: &listing, &problems)
    }

    /// Lists a file, if it is there.
    public mutating func add(file: String, _ reader: borrowing FolderReader) {
        if !excluded.contains(file) { reader.read(file: file, into: &listing) }
    }
}
