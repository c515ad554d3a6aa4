import ArgumentParser
import LecternBuild
import LecternCore

/// What every command about a site's pages takes.
public struct SiteArguments: ParsableArguments {
    @Argument(help: "The site's folder.", completion: .directory)
    public var site = "."

    @Flag(help: "Drafts, and pages not yet or no longer published, are built too.")
    public var drafts = false

    @Option(name: .customLong("base-url"), help: "The address that the site will have; wins over site.yml.")
    public var baseURL: String?

    @Option(help: "The date that decides what is published: 2026-03-01. Default: SOURCE_DATE_EPOCH, else now.")
    public var now: String?

    @Option(help: "How many processes build. Default: one for each processor core.")
    public var jobs: Int?

    @Flag(name: .customLong("skip-media"), help: "Films that are not cut into pieces yet are left out, and named.")
    public var skipMedia = false

    @Option(
        name: .customLong("secret-file"),
        help: "The site's secret. Default: the variable LECTERN_SITE_SECRET, else site.secret in the site's folder.", completion: .file())
    public var secretFile: String?

    public init() {}

    public func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is 1 or more.") }
        if let now, Moment(now) == nil { throw ValidationError("--now is a date: 2026-03-01 or 2026-03-01T09:30:00+08:00.") }
        if now == nil, let epoch = Environment.sourceDateEpoch, epoch.moment == nil {
            throw ValidationError("SOURCE_DATE_EPOCH is \"\(epoch.text)\"; it has to be seconds since 1970.")
        }
    }

    public var options: BuildOptions {
        var options = BuildOptions(now: moment)
        options.site = site
        options.drafts = drafts
        options.skipsMedia = skipMedia
        options.baseURL = baseURL
        options.jobs = jobs ?? Environment.processors
        options.secret = secretFile.map { .file($0) } ?? Environment.siteSecret ?? .site
        return options
    }

    private var moment: Moment {
        now.flatMap { Moment($0) } ?? Environment.sourceDateEpoch?.moment ?? Environment.now
    }
}
