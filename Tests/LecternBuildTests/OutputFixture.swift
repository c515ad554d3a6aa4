import Glibc
import LecternCore
import Testing

@testable import LecternBuild

/// A site's folder of its own, with its output, and builds of pages that are given as a dictionary.
struct OutputFixture: ~Copyable {
    let site: String
    let folder: OutputFolder
    private let owner: pid_t

    init(below parent: String = "/tmp") throws {
        let made = try makeTemporaryFolder(below: parent)
        self.init(site: made, folder: try OutputFolder(made + "/output", site: made, shown: "output"))
    }

    private init(site: String, folder: OutputFolder) {
        self.site = site
        self.folder = folder
        owner = getpid()
    }

    deinit {
        if getpid() == owner { _ = removeAll(site) }
    }

    /// Path → bytes of each file; "→ target" of a link; "" with a slash at the path's end for an empty folder.
    var tree: [String: String] { readTree(folder.path) }

    func write(_ path: String, _ text: String) throws { try writeText(folder.path + "/" + path, text) }

    func remove(_ path: String) { _ = removeAll(folder.path + "/" + path) }

    func inode(_ path: String) -> UInt64 {
        var info = stat()
        return lstat(folder.path + "/" + path, &info) == 0 ? UInt64(info.st_ino) : 0
    }

    func state() throws -> OutputState { try OutputState.inspect(folder) }

    @discardableResult
    func build(_ pages: [String: String], unit: (String) -> String = unitByFolder) throws -> OutputSummary {
        try buildPages(pages, in: folder, unit: unit)
    }
}

private func makeTemporaryFolder(below parent: String) throws -> String {
    var template = Array("\(parent)/lectern-output-XXXXXX".utf8CString)
    return String(cString: try #require(mkdtemp(&template)))
}

func unitByFolder(_ path: String) -> String { path.contains("/") ? String(path.split(separator: "/")[0]) : "" }

/// Builds as the real build does: every page of every unit that changed, from scratch.
@discardableResult
func buildPages(
    _ pages: [String: String], in folder: OutputFolder, unit: (String) -> String = unitByFolder, inPlace: Bool = false,
    forFullBuild: Bool = false, whileRunning: () throws -> Void = {}, afterStep: @escaping (OutputStep) -> Void = { _ in }
) throws -> OutputSummary {
    var transaction = try OutputTransaction.open(folder, inPlace: inPlace, afterStep: afterStep)
    let staging = try transaction.prepare(forFullBuild: forFullBuild)
    let units = try writeUnits(pages, staging, unit)
    try whileRunning()
    return try transaction.commit(units)
}

func writeUnits(_ pages: [String: String], _ staging: StagingFolders, _ unit: (String) -> String = unitByFolder) throws -> [OutputUnit] {
    var writer = try OutputWriter(staging)
    var units: [OutputUnit] = []
    for (name, paths) in Dictionary(grouping: pages.keys, by: unit).sorted(by: { $0.key < $1.key }) {
        for path in paths.sorted() { try writer.put(path, Array(pages[path]!.utf8)) }
        let report = writer.takeReport()
        units.append(OutputUnit(name, made: report.made, changed: report.changed))
    }
    return units
}

func readTree(_ root: String) -> [String: String] {
    guard let folder = try? FolderHandle(root) else { return [:] }
    var tree: [String: String] = [:]
    func walk(_ path: OutputPath, _ folder: borrowing FolderHandle) {
        let entries = (try? folder.entries(path)) ?? []
        if entries.isEmpty, !path.isRoot { tree[path.text + "/"] = "" }
        for entry in entries {
            let inner = path.appending(entry.name)
            if entry.isFolder {
                walk(inner, folder)
            } else if entry.isFile {
                tree[inner.text] = readBytes(root + "/" + inner.text)
            } else {
                var target = [CChar](repeating: 0, count: 4096)
                let count = readlink(root + "/" + inner.text, &target, 4096)
                tree[inner.text] = "→ " + String(decoding: target.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }
    }
    walk(.root, folder)
    return tree
}

private func readBytes(_ path: String) -> String {
    guard let file = fopen(path, "re") else { return "unreadable" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}

func writeText(_ path: String, _ text: String) throws {
    let folder = path.split(separator: "/").dropLast().reduce(into: [""]) { $0.append($0.last! + "/" + $1) }
    for path in folder.dropFirst() { mkdir(path, 0o755) }
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    try #require(file >= 0, "\(path): \(String(cString: strerror(errno)))")
    defer { close(file) }
    try #require(Array(text.utf8).withUnsafeBytes { writeAll(file, $0) } == 0)
}

@discardableResult
func removeAll(_ path: String) -> Bool {
    let slash = path.lastIndex(of: "/")!
    guard let folder = try? FolderHandle(String(path[..<slash])) else { return false }
    return (try? folder.removeTree(OutputPath(String(path[path.index(after: slash)...])))) != nil
}

/// What a commit refuses; empty when it went through.
func commitProblems(_ transaction: consuming OutputTransaction, _ units: [OutputUnit]) -> [Problem] {
    do throws(OutputError) {
        _ = try transaction.commit(units)
        return []
    } catch {
        return error.problems
    }
}
