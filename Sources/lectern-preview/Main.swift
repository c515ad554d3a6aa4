import ArgumentParser
import LecternTerminal

/// The preview. `lectern preview` starts this program; what is printed says `lectern`, which is what was typed.
@main
struct PreviewProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lectern", abstract: "Shows the site in your browser and follows your edits.", version: "0.1.0",
        subcommands: [PreviewCommand.self])

    static func main() async { await Self.runAndExit() }
}
