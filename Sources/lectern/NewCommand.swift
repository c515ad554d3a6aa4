import ArgumentParser
import Glibc
import LecternContent
import LecternCore

struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begins a site: a folder with a small course to write over.",
        discussion: """
            EXAMPLES
              lectern new my-course
              lectern new my-course --language en
            """)

    @Argument(help: "The folder to make.", completion: .directory)
    var folder: String

    @Option(help: "The language of the texts to write over: zh or en. Default: that of your terminal.")
    var language: String?

    func validate() throws {
        if let language, Starter.languages[language] == nil { throw ValidationError("--language is zh or en.") }
    }

    func run() throws {
        do throws(Problem) {
            try make()
        } catch {
            Report.problems([error])
            throw ExitCode(1)
        }
    }

    private func make() throws(Problem) {
        guard isFree(folder) else {
            throw Problem(
                .error, "\(folder) exists and is not empty", file: "",
                help: ["choose another name, or build what is there: lectern preview \(folder)"])
        }
        let language = language ?? Environment.language
        let texts = Starter.languages[language] ?? []
        for (path, text) in texts + Starter.shared {
            let slash = path.lastIndex(of: "/")
            try makeFolder(slash.map { folder + "/" + path[..<$0] } ?? folder, shownAs: folder)
            try writeFile(folder + "/" + path, Array(text.utf8), shownAs: path)
        }
        try writeSecret()
        print(
            """
            \(folder)/ holds a small course to write over:
              content/site.yml                  title, address, languages
              content/courses/my-first-course/  a folder of Markdown is a course
            Look at it:  lectern preview \(folder)
            Keep site.secret safe and out of git: paid lessons are sealed with it.
            """)
    }

    private func isFree(_ path: String) -> Bool {
        guard let stream = opendir(path) else { return errno == ENOENT }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { return false }
        }
        return true
    }

    /// 32 random bytes in hexadecimal, for the owner alone: made once, and never written over.
    private func writeSecret() throws(Problem) {
        // Swift's system generator is the kernel's (getrandom(2)).
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n"
        let descriptor = open(folder + "/site.secret", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Problem(.error, "site.secret cannot be written: \(String(cString: strerror(errno)))", file: "site.secret")
        }
        defer { close(descriptor) }
        guard text.utf8.withContiguousStorageIfAvailable({ write(descriptor, $0.baseAddress, $0.count) }) == text.utf8.count else {
            throw Problem(.error, "site.secret cannot be written: \(String(cString: strerror(errno)))", file: "site.secret")
        }
    }
}
