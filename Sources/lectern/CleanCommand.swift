import ArgumentParser
import LecternBuild
import LecternTerminal

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
        let done: (removed: Int, keepsOthers: Bool)
        do throws(OutputError) {
            done = try cleanSite(site, output: output, cache: cache)
        } catch {
            Report.problems(error.problems)
            throw ExitCode(1)
        }
        let count = done.removed == 1 ? "1 file removed." : "\(done.removed) files removed."
        let others = done.keepsOthers ? " The output folder stays: it holds files that Lectern did not make." : ""
        try Terminal.write(count + others + "\n")
    }
}
