import ArgumentParser
import LecternBuild
import LecternCore
import LecternTerminal

struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Removes what builds made; your own files stay.",
        discussion: """
            EXAMPLES
              lectern clean
              lectern clean --cache           resized pictures, films and formulas, too
              lectern clean --unused-films    only what the cache holds of films that are gone
            """)

    @Argument(help: "The site's folder.", completion: .directory)
    var site = "."

    @Option(name: .shortAndLong, help: "The output folder, where it is not output/ in the site's folder.", completion: .directory)
    var output: String?

    @Flag(help: "Slow results are removed too: the next build makes them again.")
    var cache = false

    @Flag(name: .customLong("unused-films"), help: "Only what the cache holds of films that the site has no more is removed.")
    var unusedFilms = false

    func validate() throws {
        if unusedFilms, cache || output != nil { throw ValidationError("--unused-films leaves the output alone, and removes less than --cache.") }
    }

    func run() throws {
        if unusedFilms { return try removeFilms() }
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

    private func removeFilms() throws {
        let done: (films: Int, bytes: Int)
        do throws(Problem) { done = try removeUnusedFilms(of: site) } catch {
            Report.problems([error])
            throw ExitCode(1)
        }
        let films = done.films == 1 ? "1 film" : "\(done.films) films"
        try Terminal.write(done.films == 0 ? "Nothing in the cache is of a film that is gone.\n" : "What was made of \(films) was removed: \(done.bytes / 1_000_000) MB.\n")
    }
}
