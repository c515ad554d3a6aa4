import LecternCore

/// What Lectern knows about one generation of the output: which files are its own, and how its folders looked when
/// it was done, so that the next build sees at the cost of one look a folder whether anyone else was there.
struct Manifest: Sendable, Equatable {
    enum Mode: UInt8 {
        /// Two trees that change places.
        case swap = 0
        /// One tree, changed file by file.
        case inPlace = 1
    }

    struct Unit: Sendable, Equatable {
        var name: String
        /// The caller's, given back as it was.
        var mark: [UInt8]
        /// All files of the unit, sorted.
        var paths: PathList
    }

    var mode: Mode = .swap
    /// The output folder itself.
    var root = TreeIdentity()
    /// The tree that was the output before; zeros when there is none.
    var previousRoot = TreeIdentity()
    /// The caller's, given back as it was.
    var mark: [UInt8] = []
    /// Of the boot that wrote the files, when they were not made to reach the disk; empty when they were.
    var boot: [UInt8] = []
    var units: [Unit] = []
    /// Every folder of the output.
    var folders = FolderTable()
    /// Files and links that Lectern did not make.
    var foreign = PathList()
    /// Where the generation before differs from this one, sorted.
    var delta = PathList()
}

/// Which folder on which disk.
struct TreeIdentity: Sendable, Equatable {
    var device: UInt64 = 0
    var inode: UInt64 = 0
}

/// A folder as it looked; zeros when that is not known.
struct FolderStamp: Sendable, Equatable {
    var inode: UInt64 = 0
    /// The time of its last change: of its inode, but of its entries for the root, whose inode a swap changes too.
    var nanoseconds: Int64 = 0

    var isKnown: Bool { inode != 0 }
}

/// All folders of a tree, the root first, sorted, with their stamps in the output and in the generation before.
struct FolderTable: Sendable, Equatable {
    var paths = PathList()
    var live: [FolderStamp] = []
    var previous: [FolderStamp] = []
}
