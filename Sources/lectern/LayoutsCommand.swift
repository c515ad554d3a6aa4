import ArgumentParser
import LecternBuild
import LecternCore
import LecternTerminal

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
            return try Terminal.write(layouts.keys.sorted().map { $0 + "\n" }.joined())
        }
        guard let bytes = layouts[name] ?? layouts[name + ".html"] else {
            let meant = nearest(name, among: layouts.keys.sorted()).map { "Did you mean \"\($0)\"?" }
            throw ValidationError("There is no layout \"\(name)\". \(meant ?? "`lectern layouts` lists them.")")
        }
        try Terminal.write(bytes)
    }
}
