import ArgumentParser
import LecternBuild
import LecternCore
import LecternTerminal

struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Writes a link whose visitors the report counts as those of a campaign.",
        discussion: """
            EXAMPLES
              lectern link courses/python/ --campaign spring
              lectern link en/ --campaign "talk in May" --source slides --medium print
            """)

    @Argument(help: "The page, below the site's root: courses/python/")
    var page: String

    @Option(help: "What the report shall call it.")
    var campaign: String

    @Option(help: "Where the link stands: newsletter.")
    var source: String?

    @Option(help: "What kind of place that is: email.")
    var medium: String?

    @Option(help: "The site's folder.", completion: .directory)
    var site = "."

    @Option(name: .customLong("base-url"), help: "The address that the site will have; wins over site.yml.")
    var baseURL: String?

    func validate() throws {
        for (name, text) in [("--campaign", campaign), ("--source", source ?? "x"), ("--medium", medium ?? "x")] {
            let isPlain = !text.isEmpty && text.unicodeScalars.count <= 100 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard isPlain else { throw ValidationError("\(name) is a name of at most 100 letters.") }
        }
    }

    func run() throws {
        let link = try campaignLink(site: site, page: page, baseURL: baseURL, campaign: campaign, source: source, medium: medium)
        try Terminal.write(link + "\n")
    }
}
