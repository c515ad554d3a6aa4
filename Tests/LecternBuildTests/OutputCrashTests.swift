import Glibc
import LecternCore
import Testing

@testable import LecternBuild

/// `kill -9` after every step that changes the disk.
@Suite struct OutputCrashTests {
    enum Situation: String, CaseIterable, Codable {
        case noOutput, firstChange, laterChange, inPlace
    }

    static let old = ["index.html": "old", "a/index.html": "A", "b/index.html": "B"]
    static let new = ["index.html": "new", "a/index.html": "A", "c/index.html": "C"]
    static let foreign = ["a/mine.txt": "mine"]

    @Test(arguments: Situation.allCases)
    func `the output is the old or the new one, and the next build is right`(situation: Situation) async throws {
        for step in 1...(try countSteps(situation)) {
            let site = try OutputFixture()
            try arrange(situation, site.folder)
            let before = site.tree
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = site.folder.path as String, site = site.site as String, step = step as Int, situation = situation as Situation] in
                let killer = StepKiller(at: step)
                try buildPages(
                    OutputCrashTests.new, in: OutputFolder(folder, site: site), inPlace: situation == .inPlace,
                    forFullBuild: situation == .noOutput, afterStep: killer.note)
            }
            let after = site.tree
            let new = situation == .noOutput ? Self.new : Self.new.merging(Self.foreign) { $1 }
            if situation == .inPlace {
                for (path, text) in after { #expect(text == before[path] || text == new[path], "\(path) after step \(step)") }
                #expect(after["a/mine.txt"] == "mine")
            } else {
                #expect(after == before || after == new, "after step \(step)")
            }
            try site.build(Self.new)
            #expect(site.tree == new, "next build after step \(step)")
            try site.build(Self.old)
            #expect(site.tree == (situation == .noOutput ? Self.old : Self.old.merging(Self.foreign) { $1 }))
            #expect(try site.state().condition == .intact)
            #expect(readTree(site.folder.state).keys.allSatisfy { $0 == "manifest" || $0.hasPrefix("previous/") })
        }
    }

    @Test func `after the swap a killed build is not repeated`() async throws {
        let site = try OutputFixture()
        try arrange(.laterChange, site.folder)
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = site.folder.path as String, site = site.site as String] in
            try buildPages(OutputCrashTests.new, in: OutputFolder(folder, site: site), afterStep: { step in
                if step == .swapped { kill(getpid(), SIGKILL) }
            })
        }
        #expect(site.tree == Self.new.merging(Self.foreign) { $1 })
        #expect(try site.state().condition == .intact)
        let recorder = StepRecorder()
        try buildPages(Self.old, in: site.folder, afterStep: recorder.note)
        #expect(recorder.steps.contains(.adoptedManifest))
        #expect(recorder.steps.contains(.claimedPrevious))
        #expect(site.tree == Self.old.merging(Self.foreign) { $1 })
    }

    private func arrange(_ situation: Situation, _ folder: OutputFolder) throws {
        guard situation != .noOutput else { return }
        try buildPages(Self.old, in: folder, inPlace: situation == .inPlace)
        for (path, text) in Self.foreign { try writeText(folder.path + "/" + path, text) }
        if situation == .laterChange {
            try buildPages(Self.new, in: folder)
            try buildPages(Self.old, in: folder)
        }
    }

    private func countSteps(_ situation: Situation) throws -> Int {
        let site = try OutputFixture()
        try arrange(situation, site.folder)
        let recorder = StepRecorder()
        try buildPages(
            Self.new, in: site.folder, inPlace: situation == .inPlace, forFullBuild: situation == .noOutput, afterStep: recorder.note)
        return recorder.steps.count
    }
}

private final class StepKiller {
    private var left: Int
    init(at step: Int) { left = step }

    func note(_: OutputStep) {
        left -= 1
        if left == 0 { kill(getpid(), SIGKILL) }
    }
}
