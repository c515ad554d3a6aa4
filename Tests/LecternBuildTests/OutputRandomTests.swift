import LecternCore
import Testing

@testable import LecternBuild

/// The same numbers on every run.
private struct FixedNumbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) ^ (state << 31)
    }
}

@Suite struct OutputRandomTests {
    @Test(arguments: [false, true]) func `after any changes the output equals one that was made at once`(inPlace: Bool) throws {
        var numbers = FixedNumbers(state: inPlace ? 7 : 11)
        let site = try OutputFixture()
        var pages: [String: String] = ["index.html": "home"]
        var foreign: [String: String] = [:]
        for round in 0..<60 {
            for _ in 0..<Int.random(in: 0...4, using: &numbers) {
                let course = Int.random(in: 0..<4, using: &numbers), lesson = Int.random(in: 0..<5, using: &numbers)
                let path = ["c\(course)/l\(lesson)/index.html", "c\(course)/l\(lesson)", "c\(course)/index.html"].randomElement(using: &numbers)!
                if Bool.random(using: &numbers) {
                    pages[path] = nil
                } else {
                    pages = pages.filter { !$0.key.hasPrefix(path + "/") && !path.hasPrefix($0.key + "/") }
                    pages[path] = "\(round)"
                }
            }
            if round % 5 == 2 {
                let path = "c\(round % 4)/foreign\(round).txt"
                if pages["c\(round % 4)/index.html"] == nil { pages["c\(round % 4)/index.html"] = "x" }
                try site.write("mine/\(round).txt", "mine")
                foreign["mine/\(round).txt"] = "mine"
                if site.tree["c\(round % 4)/index.html"] != nil {
                    try site.write(path, "mine")
                    foreign[path] = "mine"
                }
            }
            if round % 7 == 3, let lost = site.tree.keys.sorted().randomElement(using: &numbers), foreign[lost] == nil { site.remove(lost) }
            if round % 9 == 4, let path = foreign.keys.sorted().randomElement(using: &numbers) {
                site.remove(path)
                foreign[path] = nil
            }
            if round % 11 == 6 {
                var transaction = try OutputTransaction.open(site.folder, inPlace: inPlace)
                _ = try writeUnits(["c1/given-up.html": "\(round)", "index.html": "\(round)"], transaction.prepare())
                transaction.abort(changed: PathList(["c1/given-up.html", "index.html"]))
            }
            try buildPages(pages, in: site.folder, inPlace: inPlace)
            let tree = site.tree.filter { !$0.key.hasSuffix("/") }
            #expect(tree == pages.merging(foreign) { $1 }, "round \(round)")
            #expect(try site.state().condition == .intact, "round \(round)")
        }
    }
}
