import ArgumentParser
import LecternBuild
import LecternTerminal

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Finds every problem of a site and leaves its output alone.",
        discussion: """
            Everything is read and rendered as by build, but no output is made. Slow results (resized pictures, formulas) \
            are kept in .lectern/cache for the next build.

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
        let report = build(options, launch: WorkerCommand.launch, progress: json ? .quiet : Report.progress)
        try Report.show(report, seconds: monotonicSeconds() - start, wrote: false, json: json)
        if report.failed { throw ExitCode(1) }
    }
}
