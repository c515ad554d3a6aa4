import Glibc
import LecternCore
import Testing

@testable import LecternBuild

@Suite struct OutputTransactionTests {
    let first = ["index.html": "home", "courses/a/index.html": "A", "courses/a/one/index.html": "1", "about/index.html": "me"]

    @Test func `a first build makes the output`() throws {
        let site = try OutputFixture()
        #expect(try site.state().condition == .absent)
        #expect(try site.build(first) == OutputSummary(changed: 4, removed: 0, isAtomic: true))
        #expect(site.tree == first)
        #expect(try site.state().condition == .intact)
    }

    @Test func `pages that did not change keep their file and its time`() throws {
        let site = try OutputFixture()
        try site.build(first)
        let unchanged = first.keys.filter { $0 != "about/index.html" }.sorted()
        let before = unchanged.map { site.inode($0) }
        for round in 1...4 {
            let summary = try site.build(first.merging(["about/index.html": "me \(round)"]) { $1 })
            #expect(summary == OutputSummary(changed: 1, removed: 0, isAtomic: true))
            #expect(unchanged.map { site.inode($0) } == before)
            #expect(site.tree["about/index.html"] == "me \(round)")
        }
    }

    @Test func `two trees take turns, and a small build links no file anew`() throws {
        let site = try OutputFixture()
        for round in 1...3 { try site.build(first.merging(["about/index.html": "\(round)"]) { $1 }) }
        let root = site.inode(".")
        try site.build(first.merging(["about/index.html": "4"]) { $1 })
        #expect(site.inode(".") != root)
        try site.build(first.merging(["about/index.html": "5"]) { $1 })
        #expect(site.inode(".") == root)
    }

    @Test func `pages that are no longer made are removed, with their empty folders`() throws {
        let site = try OutputFixture()
        try site.build(first)
        #expect(try site.build(["index.html": "home"]).removed == 3)
        #expect(site.tree == ["index.html": "home"])
        try site.build(first)
        #expect(site.tree == first)
    }

    @Test func `a page may become a folder, and a folder a page`() throws {
        let site = try OutputFixture()
        let asFile = ["a": "file", "b/c/index.html": "deep", "b/d": "flat"]
        let asFolder = ["a/index.html": "folder", "b": "file"]
        for round in 0..<5 {
            let pages = round % 2 == 0 ? asFile : asFolder
            try site.build(pages)
            #expect(site.tree == pages)
        }
    }

    @Test func `a build in which nothing changed leaves the output as it is`() throws {
        let site = try OutputFixture()
        try site.build(first)
        let root = site.inode(".")
        #expect(try site.build(first) == OutputSummary(changed: 0, removed: 0, isAtomic: true))
        #expect(site.inode(".") == root)
        #expect(try site.state().condition == .intact)
    }

    @Test func `units that are kept need not be made again`() throws {
        let site = try OutputFixture()
        try site.build(first)
        var transaction = try OutputTransaction.open(site.folder)
        #expect(transaction.state.units.map(\.name) == ["", "about", "courses"])
        let units = try writeUnits(["about/index.html": "new"], transaction.prepare())
        let summary = try transaction.commit(units + [.kept(""), .kept("courses")], mark: [1, 2])
        #expect(summary == OutputSummary(changed: 1, removed: 0, isAtomic: true))
        #expect(site.tree == first.merging(["about/index.html": "new"]) { $1 })
        #expect(try site.state().mark == [1, 2])
    }

    @Test func `a page that moves from one unit to another stays`() throws {
        let site = try OutputFixture()
        try site.build(first)
        try site.build(first, unit: { $0.contains("one") ? "lessons" : "rest" })
        #expect(site.tree == first)
    }

    @Test func `two units that make one file are refused, and the output stays`() throws {
        let site = try OutputFixture()
        try site.build(first)
        var transaction = try OutputTransaction.open(site.folder)
        let staging = try transaction.prepare()
        var units = try writeUnits(first, staging)
        units.append(OutputUnit("twin", made: PathList(["about/index.html"]), changed: PathList()))
        #expect(commitProblems(transaction, units).map(\.file) == ["output/about/index.html"])
        #expect(site.tree == first)
        #expect(try site.state().condition == .intact)
    }

    @Test func `a build that gives up changes nothing, and the next one is right`() throws {
        let site = try OutputFixture()
        try site.build(first)
        for isReported in [true, false] {
            var transaction = try OutputTransaction.open(site.folder)
            _ = try writeUnits(["about/index.html": "half", "new/x.html": "half"], transaction.prepare())
            transaction.abort(changed: isReported ? PathList(["about/index.html", "new/x.html"]) : nil)
            #expect(site.tree == first)
            #expect(try site.state().condition == .intact)
            let next = first.merging(["courses/b/index.html": "B \(isReported)"]) { $1 }
            try site.build(next)
            #expect(site.tree == next)
            try site.build(first)
            #expect(site.tree == first)
        }
    }

    @Test func `a second build at the same time is told to wait`() throws {
        let site = try OutputFixture()
        try site.build(first)
        let running = try OutputTransaction.open(site.folder)
        let problem = #expect(throws: Problem.self) { _ = try OutputTransaction.open(site.folder) }
        #expect(problem?.message == "another build is writing here")
        running.abort()
        try site.build(first)
    }

    @Test func `after a full build that links twice, the first small one takes the ready tree`() throws {
        let site = try OutputFixture()
        try buildPages(first, in: site.folder, forFullBuild: true)
        #expect(site.tree == first)
        var steps: [OutputStep] = []
        let recorder = StepRecorder()
        try buildPages(first.merging(["index.html": "new"]) { $1 }, in: site.folder, afterStep: recorder.note)
        steps = recorder.steps
        #expect(steps.contains(.claimedPrevious))
        #expect(!steps.contains(.linked))
        #expect(site.tree == first.merging(["index.html": "new"]) { $1 })
        #expect(try site.state().condition == .intact)
    }

    @Test func `a copied site is still Lectern's, and its old pages go`() throws {
        let site = try OutputFixture()
        try site.build(first)
        rename(site.folder.path, site.site + "/original")
        for (path, text) in first { try site.write(path, text) }
        #expect(try site.state().condition == .unknown)
        try site.build(["index.html": "home"])
        #expect(site.tree == ["index.html": "home"])
    }

    @Test func `an output that was deleted is made anew`() throws {
        let site = try OutputFixture()
        try site.build(first)
        try site.build(["index.html": "home"])
        removeAll(site.folder.path)
        #expect(try site.state().condition == .absent)
        try site.build(first)
        #expect(site.tree == first)
    }

    @Test func `a broken manifest costs a full build, not the site`() throws {
        let site = try OutputFixture()
        try site.build(first)
        try writeText(site.folder.state + "/manifest", "lectern output 1\nnonsense")
        #expect(try site.state().condition == .unknown)
        try site.build(first.merging(["new.html": "new"]) { $1 })
        #expect(site.tree == first.merging(["new.html": "new"]) { $1 })
    }
}

final class StepRecorder {
    private(set) var steps: [OutputStep] = []
    func note(_ step: OutputStep) { steps.append(step) }
}
