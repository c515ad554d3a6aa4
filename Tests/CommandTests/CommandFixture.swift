import Foundation
import LecternCore
import Testing

/// The built `lectern` in a folder of its own, as a user runs it.
///
/// A class for its end: the folder goes with the test.
final class CommandFixture {
    /// Absolute, with a space and Chinese in it: every journey goes through such a path.
    let folder: String
    private let lectern = Program(
        path: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/lectern")

    init() throws {
        let made = FileManager.default.temporaryDirectory.appendingPathComponent("lectern \(UUID().uuidString) 课")
        try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        folder = made.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// What a command left behind.
    struct Result {
        var status: Program.Status
        var output: String
        var complaint: String

        var code: Int32? { if case .exited(let code) = status { code } else { nil } }
    }

    /// Runs `lectern` in the folder with both streams in pipes.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Result { try run(arguments, environment: environment) }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        let done = try lectern.run(arguments, folder: folder, environment: environment, limits: Program.Limits(seconds: 300))
        return Result(status: done.status, output: String(decoding: done.bytes, as: UTF8.self), complaint: String(decoding: done.complaint, as: UTF8.self))
    }

    /// Runs it through a shell, for what only a shell does: `lectern` is "$LECTERN" there.
    func shell(_ script: String) throws -> Result {
        let done = try Program(path: "/bin/sh").run(
            ["-c", script], folder: folder, environment: ["LECTERN": lectern.path], limits: Program.Limits(seconds: 300))
        return Result(status: done.status, output: String(decoding: done.bytes, as: UTF8.self), complaint: String(decoding: done.complaint, as: UTF8.self))
    }

    /// Makes a site with the words of `lectern new`, `site` unless named.
    func newSite(_ name: String = "site") throws {
        try #require(run("new", name, "--language", "en").code == 0)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func write(_ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    func edit(_ name: String, _ old: String, _ new: String) throws {
        let text = try read(name)
        try #require(text.contains(old))
        try write(name, text.replacingOccurrences(of: old, with: new))
    }

    /// Path → size and time of every file below, hidden ones too.
    func files(_ name: String = ".") throws -> [String: String] {
        var found: [String: String] = [:]
        let root = path(name)
        for case let below as String in FileManager.default.enumerator(atPath: root) ?? .init() {
            let facts = try FileManager.default.attributesOfItem(atPath: root + "/" + below)
            guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
            found[below] = "\(facts[.size] ?? 0) \((facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)"
        }
        return found
    }
}

let lesson = "site/content/courses/my-first-course/01-welcome.md"
