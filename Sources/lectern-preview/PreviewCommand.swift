import ArgumentParser
import Glibc
import LecternBuild
import LecternCore
import LecternPreview
import LecternTerminal

struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Shows the site in your browser and follows your edits.",
        discussion: """
            Builds the site, serves it to this machine only, and builds again whenever a file changes; open pages reload \
            by themselves. Errors are shown here and in the page.

            A site with `companion:` or `payments:` in site.yml can be bought from as well: with pretend payments, and with mail that is \
            shown on a page instead of being sent.

            EXAMPLES
              lectern preview
              lectern preview my-course --port 9000 --drafts
            """)

    @OptionGroup var arguments: SiteArguments

    @Option(help: "The port to listen on; when it is taken, the next free one.")
    var port: UInt16 = 8080

    func validate() throws {
        if arguments.baseURL != nil { throw ValidationError("The preview has an address of its own; --base-url is for build and check.") }
        if port < 1024 || port > 65_000 { throw ValidationError("--port is from 1024 to 65000.") }
    }

    func run() async throws {
        let wanted = port
        let events = PreviewEvents(
            ready: { port in
                if port != wanted { Terminal.tell("Port \(wanted) is taken.\n") }
                do throws(Problem) { try Terminal.write("Open http://localhost:\(port)/ (stop with Ctrl-C)\n") } catch {
                    Report.problems([error])
                }
            },
            built: { report, seconds in
                Report.problems(report.problems)
                Terminal.tell(Self.line(report, seconds) + "\n")
            },
            companion: { line in Terminal.tell(line + "\n") })
        try await preview(
            arguments.options, port: wanted, launch: worker, companion: companion, progress: Report.progress, events: events)
    }

    /// Pages are built by `lectern`, which starts faster than this program.
    private var worker: WorkerLaunch? {
        installed("lectern").map { WorkerLaunch(executable: $0, arguments: ["worker"]) }
    }

    private var companion: CompanionLaunch? { installed("lectern-companion").map { CompanionLaunch(executable: $0) } }

    private func installed(_ name: String) -> String? { Environment.beside(name).flatMap { access($0, X_OK) == 0 ? $0 : nil } }

    private static func line(_ report: BuildReport, _ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        if report.failed { return "The pages are as they were before this change." }
        return report.written + report.removed == 0 ? "Nothing changed (\(milliseconds) ms)." : "Built in \(milliseconds) ms."
    }
}
