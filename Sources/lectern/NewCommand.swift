import ArgumentParser
import Glibc
import LecternBuild
import LecternContent
import LecternCore
import LecternTerminal

struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begins a site: a folder with a small course to write over.",
        discussion: """
            The folder may exist when it is empty but for hidden files, such as those of git.

            EXAMPLES
              lectern new my-course
              lectern new my-course --language en
            """)

    @Argument(help: "The folder to make.", completion: .directory)
    var folder: String

    @Option(help: "The language of the texts to write over: zh or en. Default: that of your terminal.")
    var language: String?

    func validate() throws {
        if folder.isEmpty { throw ValidationError("The folder needs a name: lectern new my-course") }
        if let language, Starter.languages[language] == nil { throw ValidationError("--language is zh or en.") }
    }

    func run() throws {
        try refuseOthersFiles()
        for (path, text) in Starter.languages[language ?? Environment.language] ?? [] {
            let slash = path.lastIndex(of: "/")
            try makeFolder(slash.map { folder + "/" + path[..<$0] } ?? folder, shownAs: folder)
            try writeFile(folder + "/" + path, Array(text.utf8), shownAs: path)
        }
        try ignoreBuilds()
        try writeNewSecret(folder + "/site.secret")
        try Terminal.write(
            """
            \(folder)/ holds a small course to write over:
              content/site.yml                  title, address, languages
              content/courses/my-first-course/  a folder of Markdown is a course
            Look at it:  lectern preview \(shellQuoted(folder))
            Keep site.secret safe and out of git: paid lessons are sealed with it.

            """)
    }

    private func refuseOthersFiles() throws(Problem) {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return }
            throw Problem(
                .error, errno == ENOTDIR ? "\(folder) is a file" : "\(folder) cannot be read: \(String(cString: strerror(errno)))", file: "",
                help: ["choose another name"])
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            if entry.pointee.d_name.0 == CChar(UInt8(ascii: ".")) { continue }
            throw Problem(
                .error, "\(folder) exists and is not empty", file: "",
                help: ["choose another name, or build what is there: lectern preview \(shellQuoted(folder))"])
        }
    }

    /// Adds to a .gitignore that is there already, as in a fresh clone of an empty repository.
    private func ignoreBuilds() throws(Problem) {
        let path = folder + "/.gitignore"
        var lines: [UInt8] = []
        if access(path, F_OK) == 0 {
            lines = try readFile(path, shownAs: ".gitignore", limitBytes: 1 << 20)
            if let last = lines.last, last != UInt8(ascii: "\n") { lines.append(UInt8(ascii: "\n")) }
        }
        try writeFile(path, lines + Array(Starter.gitignore.utf8), shownAs: ".gitignore")
    }
}
