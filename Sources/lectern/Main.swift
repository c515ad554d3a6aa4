import LecternCore
import LecternTerminal

@main
enum Main {
    static func main() async {
        let arguments = CommandLine.arguments
        await Lectern.runAndExit(
            before: { () throws(Problem) in try HandedOnCommands.handOn(arguments) },
            hint: { Lectern.meant(by: arguments.dropFirst()) })
    }
}
