/// A part of the site that is made, or kept, as a whole: a course, or the pages around the courses.
public struct OutputUnit: Sendable {
    enum Content: Sendable {
        case kept
        case made(paths: PathList, changed: PathList)
    }

    public let name: String
    let mark: [UInt8]
    let content: Content

    /// - Parameters:
    ///   - mark: given back by the next `OutputState`, for example the digest of what it was made from.
    ///   - made: all files of the unit, the unchanged ones too.
    ///   - changed: those of them that an `OutputWriter` really wrote.
    public init(_ name: String, mark: [UInt8] = [], made: PathList, changed: PathList) {
        self.name = name
        self.mark = mark
        content = .made(paths: made.sorted(), changed: changed)
    }

    /// As the last commit left it: its files and its mark. None of its files may be among the state's `lost`.
    public static func kept(_ name: String) -> OutputUnit { OutputUnit(kept: name) }

    private init(kept name: String) {
        self.name = name
        mark = []
        content = .kept
    }
}

/// What a commit did.
public struct OutputSummary: Sendable, Equatable {
    /// Files written.
    public var changed: Int
    public var removed: Int
    /// False where files were renamed one by one, since the output cannot change places with another folder.
    public var isAtomic: Bool
}
