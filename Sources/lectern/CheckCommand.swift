import ArgumentParser
import LecternBuild

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Finds every problem of a site and writes nothing.",
        discussion: """
            EXAMPLES
              lectern check
              lectern check my-course --drafts --json
            """)

    @OptionGroup var arguments: SiteArguments

    @Flag(help: "Prints the result as JSON on standard output.")
    var json = false

    func run() throws {
        let start = monotonicSeconds()
        var options = arguments.options
        options.checkOnly = true
        let report = build(options, launch: Environment.worker, progress: json ? .quiet : Report.progress)
        if json {
            print(Report.json(report))
        } else {
            Report.problems(report.problems)
            print(Report.summary(report, seconds: monotonicSeconds() - start, wrote: false))
        }
        if report.failed { throw ExitCode(1) }
    }
}
