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

    @Flag(help: "For looking at a site on this machine: no settings, pretended payments, mails on a page. lectern preview starts it.")
    var preview = false

    @Option(help: "With --preview: where the pages are. Default: http://localhost:8080/.")
    var site: String?

    @Option(help: "With --preview: the port to listen on. Default: 8081.")
    var port: Int?

    @Option(help: "With --preview: the catalogue. Default: output/catalogue.json.", completion: .file(extensions: ["json"]))
    var catalogue: String?

    @Option(help: "With --preview: the folder of its database. Default: it is forgotten at the end.", completion: .directory)
    var data: String?

    @Option(help: "With --preview: the site's secret. Default: site.secret.", completion: .file())
    var secretFile: String?

    func validate() throws {
        guard !preview else { return }
        let given = [("--site", site), ("--port", port.map(String.init)), ("--catalogue", catalogue), ("--data", data), ("--secret-file", secretFile)]
        if let (name, _) = given.first(where: { $0.1 != nil }) {
            throw ValidationError("\(name) goes with --preview; otherwise companion.yml says it.")
        }
    }

    func run() async throws {
        if preview {
            let settings = try previewSettings(
                site: site ?? "http://localhost:8080/", port: port ?? 8081, catalogue: catalogue ?? "output/catalogue.json", data: data,
                secretFile: secretFile ?? "site.secret")
            try await serve(settings, onlyChecking: check)
            return
        }
        let (settings, warnings) = try readSettings(config, environment: ProcessEnvironment.variables)
        Terminal.tell(warnings)
        try await serve(settings, onlyChecking: check)
    }
}
