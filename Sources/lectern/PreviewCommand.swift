import ArgumentParser
import LecternBuild
import LecternCore
import LecternPreview

struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Shows the site in your browser and follows your edits.",
        discussion: """
            Builds the site, serves it to this machine only, and builds again whenever a file changes; open pages reload \
            by themselves. Errors are shown here and in the page.

            EXAMPLES
              lectern preview
              lectern preview my-course --port 9000 --drafts
            """)

    @OptionGroup var arguments: SiteArguments

    @Option(help: "The port to listen on.")
    var port: UInt16 = 8080

    func validate() throws {
        if arguments.baseURL != nil { throw ValidationError("The preview has an address of its own; --base-url is for build and check.") }
        if port < 1024 || port > 65_000 { throw ValidationError("--port is from 1024 to 65000.") }
    }

    func run() async throws {
        let events = PreviewEvents(
            ready: { Terminal.write(Array("Open \($0) (stop with Ctrl-C)\n".utf8)) },
            built: { report, seconds in
                Report.problems(report.problems)
                Terminal.tell(
                    report.failed
                        ? "The pages are as they were before this change.\n" : "Built in \(Int((seconds * 1000).rounded())) ms.\n")
            })
        do throws(Problem) {
            try await preview(arguments.options, port: port, launch: Environment.worker, events: events)
        } catch {
            Report.problems([error])
            throw ExitCode(1)
        }
    }
}
