import ArgumentParser
import Glibc
import LecternContent
import LecternCore

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
        try writeSecret()
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

    /// 32 random bytes in hexadecimal, for the owner alone: made once, and never written over.
    private func writeSecret() throws(Problem) {
        // Swift's system generator is the kernel's (getrandom(2)).
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let text = Array((bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n").utf8)
        func fail(_ code: Int32) -> Problem {
            Problem(.error, "site.secret cannot be written: \(String(cString: strerror(code)))", file: "")
        }
        let path = folder + "/site.secret"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fail(errno) }
        guard write(descriptor, text, text.count) == text.count else {
            let code = errno
            close(descriptor)
            unlink(path)
            throw fail(code)
        }
        guard close(descriptor) == 0 else { throw fail(errno) }
    }
}
