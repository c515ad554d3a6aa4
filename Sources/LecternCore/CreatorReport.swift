/// Where a creator's report lies on the site, and as what the enrollment check gives its key: build, companion and
/// `lectern report --publish` meet here, and so does `creator-report.js` of the theme.
public enum CreatorReport {
    /// In the output, below a language's folder: a page that knows nothing.
    public static let folder = "account/report/"
    /// In the output: the sealed page, which the build neither makes nor removes.
    public static let file = "account/report/report.bin"
    /// What the sealed file is opened under.
    public static let sealedPath = "account/report/page"
    /// In the place of a course's and a lesson's ids. No key of a course is made like its key, whatever a course is called.
    public static let course = "~report"
    public static let lesson = "page"

    /// Each edition has a key of its own, so that who is a creator no longer opens no later one with a key that they kept.
    /// - Returns: minutes since 1970, as a sealed file has room for.
    public static func epoch(publishedAt now: Instant) -> Int { Int(now.milliseconds / 60_000) }
}
