import ArgumentParser
import LecternBuild

struct LayoutsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layouts", abstract: "Lists the theme's layouts, or prints one to copy and change.",
        discussion: """
            EXAMPLES
              lectern layouts
              lectern layouts footer.html > layouts/footer.html
            """)

    @Argument(help: "A layout's file name.")
    var name: String?

    func run() throws {
        let layouts = themeFiles(in: "layouts")
        guard let name else {
            for name in layouts.keys.sorted() { print(name) }
            return
        }
        guard let bytes = layouts[name] ?? layouts[name + ".html"] else {
            throw ValidationError("There is no layout \"\(name)\". `lectern layouts` lists them.")
        }
        Terminal.write(bytes)
    }
}
