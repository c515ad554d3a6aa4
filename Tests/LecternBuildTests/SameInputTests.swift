import Foundation
import LecternCore
import Testing

@testable import LecternBuild

/// The same content gives the same bytes, whoever builds it, wherever and how.
@Suite struct SameInputTests {
    @Test func `two folders of different names become the same site`() throws {
        let one = try SiteFixture(copyOf: "small", named: "site")
        let two = try SiteFixture(copyOf: "small", named: "another name of the folder")
        #expect(one.build().problems == [])
        #expect(two.build().problems == [])
        #expect(one.output() == two.output(), "\(differences(one.output(), two.output()))")
    }

    @Test func `time zone, language and umask of the machine change nothing`() throws {
        let one = try SiteFixture(copyOf: "small")
        let two = try SiteFixture(copyOf: "small")
        try run(["build", one.root, "--now", "2026-11-01", "--jobs", "1"], ["TZ": "UTC", "LANG": "C", "LC_ALL": "C"], umask: "022")
        try run(
            ["build", two.root, "--now", "2026-11-01", "--jobs", "2"], ["TZ": "Pacific/Chatham", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"],
            umask: "077")
        #expect(one.output() == two.output(), "\(differences(one.output(), two.output()))")
        #expect(try modes(one.root + "/output") == modes(two.root + "/output"))
    }

    /// cmark-gfm edits a table that the whole process shares whenever it parses, so that two threads make each other's
    /// pages silently wrong: this is what would show it.
    @Test func `a parallel build equals a serial one over thousands of pages full of marks`() throws {
        let site = try SiteFixture(["content/site.yml": "title: Many\n"])
        for course in 0..<20 {
            for lesson in 0..<100 { try site.write("content/courses/c\(course)/\(lesson + 1)-l\(lesson).md", marks(course * 100 + lesson)) }
        }
        let launch = WorkerLaunch(executable: try lectern(), arguments: ["worker"])
        let serial = site.build { $0.output = site.root + "/../serial" }
        let parallel = site.build(jobs: 2, launch: launch)
        #expect(serial.problems == [])
        #expect(parallel.problems == [])
        let (one, two) = (site.output("../serial"), site.output())
        #expect(one.count > 2000)
        #expect(one == two, "\(differences(two, one))")
    }

    private func marks(_ number: Int) -> String {
        """
        # Page \(number)

        ~~struck~~ ~one~ www.example.org/~user w: www. :smile: a:b `~` $\(number) and $5 ~~ ~ http://example.org/a~b:c

        | ~a~ | w:w |
        |:--|--:|
        | ~~\(number)~~ | `|` www.example.org |

        - [x] done ~~not~~
        - [ ] w: \(number)

        Note[^n]. mail@example.org

        [^n]: ~~a~~ w:w

        """
    }

    @Test func `what is sold leaves no trace in what is published`() throws {
        let one = try SiteFixture(copyOf: "small")
        let two = try SiteFixture(copyOf: "small")
        // Words of one length, so that not even a size may tell.
        let sold = [
            "content/courses/python/02-data/01-lists.md": ["付费的正文甲": "付费的正文乙"],
            "content/courses/python/02-data/01-lists.en.md": ["The paid text is A": "The paid text is B"],
            "content/courses/python/02-data/02-project/index.md": ["付费的练习甲": "付费的练习乙"],
            "content/courses/python/02-data/02-project/quiz.yml": ["付费的问题甲": "付费的问题乙", "answer: 3": "answer: 4"],
            "content/courses/python/02-data/02-project/data.csv": ["a,1": "b,2"],
            "content/courses/python/02-data/02-project/plan.svg": ["#345": "#543"],
        ]
        for (path, words) in sold {
            var text = String(decoding: two.bytes(path), as: UTF8.self)
            for (old, new) in words {
                #expect(text.contains(old), "\(path)")
                text = text.replacingOccurrences(of: old, with: new)
            }
            try two.write(path, text)
        }
        #expect(one.build().problems == [])
        #expect(two.build().problems == [])
        let (first, second) = (withoutSealedNames(one.output()), withoutSealedNames(two.output()))
        #expect(first == second, "\(differences(second, first))")
        #expect(one.output().keys.contains { $0.contains("/sealed.") })
        for (path, bytes) in one.output() {
            #expect(String(decoding: bytes, as: UTF8.self).firstRange(of: "付费的") == nil, "\(path)")
        }
    }
}

/// A site without what only its sealed files say: their bytes, and the digests in their names. How many there are stays.
func withoutSealedNames(_ output: [String: [UInt8]]) -> [String: [UInt8]] {
    var out: [String: [UInt8]] = [:]
    for (path, bytes) in output {
        if path.firstMatch(of: /\/sealed\.\d+\.[0-9a-f]{16}\.bin$/) != nil {
            let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            out[folder + "/sealed", default: []].append(UInt8(ascii: "."))
        } else if !path.hasSuffix(".html") {
            out[path] = bytes
        } else {
            let text = String(decoding: bytes, as: UTF8.self)
            out[path] = Array(text.replacing(/sealed\.\d+\.[0-9a-f]{16}\.bin/, with: "sealed.bin").utf8)
        }
    }
    return out
}

/// The program beside the tests.
func lectern() throws -> String {
    // .build/debug/lecternPackageTests.xctest, or a runner that was given its path.
    let products = CommandLine.arguments.lazy.compactMap { argument -> String? in
        guard let end = argument.range(of: "/lecternPackageTests.xctest") else { return nil }
        return String(argument[..<end.lowerBound])
    }
    let beside = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug").standardized.path
    let found = (Array(products.prefix(1)) + [beside]).map { $0 + "/lectern" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return try #require(found, "the program lectern is not built: swift build")
}

/// Runs the program as a person would, and expects it to succeed.
private func run(_ arguments: [String], _ environment: [String: String], umask: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "umask \(umask); exec \"$0\" \"$@\"", try lectern()] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let told = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: told, as: UTF8.self))")
}

/// Path → permissions of each file and folder.
private func modes(_ root: String) throws -> [String: Int] {
    var modes: [String: Int] = [:]
    for path in [""] + (FileManager.default.subpaths(atPath: root) ?? []) {
        modes[path] = try FileManager.default.attributesOfItem(atPath: root + "/" + path)[.posixPermissions] as? Int
    }
    return modes
}
