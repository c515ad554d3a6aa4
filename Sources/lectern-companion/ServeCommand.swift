import ArgumentParser
import Glibc
import LecternCore

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the companion: sign-in, purchase, enrollment checks, beacons.",
        discussion: """
            Reads companion.yml, and listens until it is told to stop (Ctrl-C, SIGTERM); requests that began are answered \
            first. Everything that is missing or unsafe is named before the port opens. docs/serve.md explains it all.

            EXAMPLES
              lectern serve
              lectern serve --config /etc/lectern/companion.yml --check    only look
            """)

    @Option(help: "The settings.", completion: .file(extensions: ["yml"]))
    var config = "companion.yml"

    @Flag(help: "Only names what is missing or unsafe. Exit code 1 when something has to be mended.")
    var check = false

    func run() async throws {
        let environment = ProcessEnvironment.variables
        let (settings, warnings) = try readSettings(config, environment: environment)
        Terminal.tell(warnings)
        try await serve(settings, onlyChecking: check)
    }
}
