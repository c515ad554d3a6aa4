import ArgumentParser

@main
struct Lectern: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lectern", abstract: "Turns a folder of Markdown, video and quizzes into a course site.")
}
