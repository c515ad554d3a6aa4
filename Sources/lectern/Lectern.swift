import ArgumentParser
import Glibc
import LecternCore

/// The whole command line. Each command is a file named after it.
struct Lectern: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lectern",
        abstract: "Turns a folder of Markdown, video and quizzes into a course site.",
        discussion: """
            EXAMPLES
              lectern new my-course        begin a site
              lectern preview my-course    look at it while you write
              lectern build my-course      make my-course/output, for any host
            """,
        version: "0.1.0",
        subcommands: [
            NewCommand.self, BuildCommand.self, CheckCommand.self, HandedOnCommands.preview, CleanCommand.self, LayoutsCommand.self,
            KeysCommand.self, LinkCommand.self, WorkerCommand.self,
        ] + HandedOnCommands.companion)

    /// What to say when the first word is no command: the one that was meant, or how to build a folder.
    static func meant(by arguments: some Sequence<String>) -> String? {
        guard let word = arguments.first(where: { !$0.hasPrefix("-") }) else { return nil }
        let shown = configuration.subcommands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName } + ["help"]
        if shown.contains(word) { return nil }
        if let name = nearest(word, among: shown) { return "Did you mean: lectern \(name)" }
        var info = stat()
        guard stat(word, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
        return "Did you mean: lectern preview \(shellQuoted(word))"
    }
}

/// As it has to be typed in a shell: in quotes when it holds a space or another sign that a shell would read.
func shellQuoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_./+,:@%".unicodeScalars.contains($0)
    }
    return isPlain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
