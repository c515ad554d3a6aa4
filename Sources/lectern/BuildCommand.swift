import ArgumentParser
import LecternBuild
import LecternTerminal

struct BuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Makes the site's output folder, ready for any host.",
        discussion: """
            Only what changed is built and written. When something is wrong, every problem is shown, the old output stays \
            as it was, and the exit code is 1.

            EXAMPLES
              lectern build
              lectern build my-course --output /srv/www/course
              lectern build --base-url https://me.example/learn/
              lectern build --skip-media        the text first, the films tonight
            """)

    @OptionGroup var arguments: SiteArguments

    @Option(name: .shortAndLong, help: "Where the site is written. Default: output/ in the site's folder.", completion: .directory)
    var output: String?

    @Flag(name: .customLong("keep-going"), help: "A film that cannot be read is left out, and the rest is published; the exit code is still 1.")
    var keepGoing = false

    @Flag(help: "Prints the result as JSON on standard output.")
    var json = false

    func run() throws {
        let start = monotonicSeconds()
        var options = arguments.options
        options.output = output
        options.keepsGoing = keepGoing
        let report = build(options, launch: WorkerCommand.launch, progress: json ? .quiet : Report.progress)
        try Report.show(report, seconds: monotonicSeconds() - start, wrote: true, json: json)
        if report.failed { throw ExitCode(1) }
    }
}
