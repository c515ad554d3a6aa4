import LecternContent

/// The files of one unit, as they are now.
struct UnitSources: Sendable {
    /// "courses/python-intro", "pages", "static".
    var name: String
    /// Where it lies below the site's folder: "content/courses/python-intro".
    var path: String
    var listing = FileListing()

    var files: [SourceFile] { listing.files }

    /// A change within this long before the listing may not show in a file's times (the kernel's clock ticks coarsely).
    private static let racyNanoseconds: Int64 = 50_000_000

    /// - Parameter now: nanoseconds of the clock that stamps files, when the files were listed.
    func isRacy(now: Int64) -> Bool { listing.newestChangeNanoseconds.map { $0 > now - Self.racyNanoseconds } ?? false }
}
