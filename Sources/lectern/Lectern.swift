import ArgumentParser

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
            NewCommand.self, BuildCommand.self, CheckCommand.self, PreviewCommand.self, CleanCommand.self, LayoutsCommand.self,
            WorkerCommand.self,
        ])
}
