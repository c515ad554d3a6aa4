import ArgumentParser
import LecternBuild

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Removes what builds made; your own files stay.",
        discussion: """
            EXAMPLES
              lectern clean
              lectern clean --cache     resized pictures and formulas, too
            """)

    @Argument(help: "The site's folder.", completion: .directory)
    var site = "."

    @Option(name: .shortAndLong, help: "The output folder, where it is not output/ in the site's folder.", completion: .directory)
    var output: String?

    @Flag(help: "Slow results are removed too: the next build makes them again.")
    var cache = false

    func run() throws {
        do throws(OutputError) {
            let (removed, keepsOthers) = try cleanSite(site, output: output, cache: cache)
            print("\(removed) files removed." + (keepsOthers ? " The output folder stays: it holds files that Lectern did not make." : ""))
        } catch {
            Report.problems(error.problems)
            throw ExitCode(1)
        }
    }
}
