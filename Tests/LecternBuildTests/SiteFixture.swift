import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// A creator's folder of its own for one test, removed when it is forgotten.
final class SiteFixture {
    /// The site's folder; its last part is the name that an untitled site is called by.
    let root: String
    private let parent: URL

    /// - Parameters:
    ///   - name: a folder of Tests/Sites to copy; nil: an empty one.
    ///   - files: path → text, written on top.
    init(copyOf name: String? = nil, named folder: String = "site", _ files: [String: String] = [:]) throws {
        parent = FileManager.default.temporaryDirectory.appending(path: "lectern-site-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: false)
        let site = parent.appending(path: folder)
        root = site.path
        if let name {
            try FileManager.default.copyItem(at: Self.sites.appending(path: name), to: site)
        } else {
            try FileManager.default.createDirectory(at: site, withIntermediateDirectories: false)
        }
        for (path, text) in files { try write(path, text) }
    }

    deinit {
        do { try FileManager.default.removeItem(at: parent) } catch { print("\(parent.path) stays: \(error)") }
    }

    /// Tests/Sites.
    static let sites = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sites")

    /// True when goldens and lists of problems are to be written anew, for a person to read: `LECTERN_UPDATE_GOLDEN=1 swift test`.
    static var isUpdating: Bool { ProcessInfo.processInfo.environment["LECTERN_UPDATE_GOLDEN"] == "1" }

    /// The fixture sites whose names begin so.
    static func names(_ prefix: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: sites.path)) ?? []
        return all.filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The day of every build here, unless a test is about days.
    static let now = Moment("2026-11-01")!

    /// The secret of every site here, unless a test is about secrets: the bytes 0 to 31.
    static let secret = SecretPlace.text("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", from: "the test")

    // MARK: Building

    func build(jobs: Int = 1, launch: WorkerLaunch? = nil, _ change: (inout BuildOptions) -> Void = { _ in }) -> BuildReport {
        var options = BuildOptions(now: Self.now)
        options.site = root
        options.jobs = jobs
        options.secret = Self.secret
        change(&options)
        return LecternBuild.build(options, launch: launch)
    }

    func check() -> BuildReport { build { $0.checkOnly = true } }

    /// Path → bytes of everything that was built.
    func output(_ folder: String = "output") -> [String: [UInt8]] { readFolder(root + "/" + folder) }

    func page(_ path: String) -> String { String(decoding: bytes("output/" + path), as: UTF8.self) }

    // MARK: Editing

    func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: root + "/" + path).map(Array.init) ?? [] }

    func write(_ path: String, _ text: String) throws { try write(path, bytes: Array(text.utf8)) }

    func write(_ path: String, bytes: [UInt8]) throws {
        let url = URL(filePath: root).appending(path: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: root + "/" + path) }

    func move(_ from: String, to: String) throws { try FileManager.default.moveItem(atPath: root + "/" + from, toPath: root + "/" + to) }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }
}

/// Path → bytes of every file below a folder; folders that are empty have a slash at their end.
func readFolder(_ root: String) -> [String: [UInt8]] {
    var tree: [String: [UInt8]] = [:]
    for path in FileManager.default.subpaths(atPath: root) ?? [] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder) else { continue }
        if isFolder.boolValue {
            if (FileManager.default.subpaths(atPath: root + "/" + path) ?? []).isEmpty { tree[path + "/"] = [] }
        } else {
            tree[path] = FileManager.default.contents(atPath: root + "/" + path).map(Array.init)
        }
    }
    return tree
}

/// What a person wants to know of two trees that should be one: each path that differs, with its first line that does.
func differences(_ made: [String: [UInt8]], _ expected: [String: [UInt8]]) -> String {
    var out: [String] = []
    for path in Set(made.keys).union(expected.keys).sorted() where made[path] != expected[path] {
        guard let a = made[path] else {
            out.append("\(path): is not made")
            continue
        }
        guard let b = expected[path] else {
            out.append("\(path): is not expected")
            continue
        }
        let (left, right) = (lines(a), lines(b))
        let index = zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(left.count, right.count)
        out.append("\(path):\(index + 1):\n  made:     \(index < left.count ? left[index] : "")\n  expected: \(index < right.count ? right[index] : "")")
    }
    return out.joined(separator: "\n")
}

private func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(decoding: $0.prefix(2000), as: UTF8.self) }
}
