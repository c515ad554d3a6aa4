import Foundation
import LecternCore
import LecternStore
import Testing

@testable import LecternReport

/// What is kept from report to report is a cache: with it, without it and with a damaged one the figures are the same.
struct TotalsTests {
    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/totals-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func grow(_ one: Fixture, _ round: Int64) async throws {
        for visitor in 0..<8 {
            try await one.view("r\(round)v\(visitor)", round * 1000 + Int64(visitor), "/courses/c/", campaign: "round \(round)")
            try await one.watch("r\(round)v\(visitor)", round * 1000 + 100, [visitor..<50 + visitor, 70..<80], learner: visitor % 2 == 0 ? "l\(visitor)" : nil)
            try await one.answer("l\(visitor)", "q\(round)", visitor % 3 == 0, at: round * 1000 + 200)
        }
        try await one.done("r\(round)v0", round * 1000 + 300, learner: "l0")
    }

    private func same(_ one: Fixture) throws {
        let kept = try one.report(), fresh = try makeReport(of: one.store, one.asked(), keepingTotals: false)
        #expect(kept.json == fresh.json)
    }

    @Test func `a later report reads what is new and says the same`() async throws {
        let folder = try folder()
        let one = try Fixture(folder: folder)
        try await grow(one, 0)
        #expect(try one.report().eventsRead == 25)
        #expect(try one.report().eventsRead == 0)
        try await grow(one, 2)
        // Late: it happened before what was counted already.
        try await grow(one, 1)
        #expect(try one.report().eventsRead == 50)
        try same(one)
        // Sent again: nothing.
        try await grow(one, 1)
        #expect(try one.report().eventsRead == 0)
        try same(one)
        try FileManager.default.removeItem(atPath: folder + "/report.totals")
        #expect(try one.report().eventsRead == 75)
        try same(one)
        try await one.store.close()
    }

    @Test func `a damaged or cut file is read past`() async throws {
        let folder = try folder()
        let one = try Fixture(folder: folder)
        try await grow(one, 0)
        _ = try one.report()
        let url = URL(filePath: folder + "/report.totals")
        let whole = try Data(contentsOf: url)
        for place in stride(from: 0, to: whole.count, by: 41) {
            var damaged = whole
            damaged[place] ^= 0x10
            try damaged.write(to: url)
            #expect(KeptTotals.read(url.path) == nil, "byte \(place)")
        }
        for count in stride(from: 0, to: whole.count, by: 8) {
            try whole.prefix(count).write(to: url)
            #expect(KeptTotals.read(url.path) == nil, "\(count) bytes")
        }
        #expect(try one.report().eventsRead == 25)
        try same(one)
        try await one.store.close()
    }

    @Test func `who is forgotten is gone from what was kept`() async throws {
        let folder = try folder()
        let one = try Fixture(folder: folder)
        try await one.order("o1", "l0", 0)
        try await grow(one, 0)
        _ = try one.report()
        #expect(try await one.store.forget(ID("l0"), now: one.at(9000)))
        #expect(!FileManager.default.fileExists(atPath: folder + "/report.totals"))
        try same(one)
        try await one.store.close()
    }

    @Test func `what is pruned stays in every figure`() async throws {
        let folder = try folder()
        let one = try Fixture(folder: folder)
        for round in 0..<3 { try await grow(one, Int64(round)) }
        let before = try makeReport(of: one.store, one.asked(), keepingTotals: false).json
        for moment in [1001, 2105] as [Int64] {
            try await keepTotals(of: one.store, before: one.at(moment), courses: one.courses)
            try await keepTotals(of: one.store, before: one.at(moment), courses: one.courses)
            #expect(try await one.store.pruneBeacons(before: one.at(moment)) > 0)
            let report = try makeReport(of: one.store, one.asked(), keepingTotals: false)
            #expect(report.eventsRead < 75 && report.json == before)
            #expect(try one.report().json == before)
        }
        // What comes later is read on top, with the last report's totals and without.
        try await grow(one, 3)
        try same(one)
        #expect(try one.report().eventsRead == 0)
        try await one.store.close()
    }

    @Test func `nothing goes that is not in the totals`() async throws {
        let one = try Fixture()
        try await grow(one, 0)
        try await keepTotals(of: one.store, before: one.at(3), courses: one.courses)
        // A clock that was set back: heard of before the moment, but after what is in the totals.
        try await one.view("late", 1, "/")
        let before = try one.report().json
        _ = try await one.store.pruneBeacons(before: one.at(3))
        #expect(try one.report().json == before)
    }

    @Test func `another catalogue reads the paths anew`() async throws {
        var one = try Fixture(folder: try folder())
        try await grow(one, 0)
        _ = try one.report()
        one.courses[0].paths = ["courses/new/"]
        try same(one)
        try await one.store.close()
    }

    @Test func `a folder that cannot be written into is a warning`() async throws {
        let folder = try folder()
        let one = try Fixture(folder: folder)
        try await grow(one, 0)
        try FileManager.default.createDirectory(atPath: folder + "/report.totals", withIntermediateDirectories: true)
        let report = try one.report()
        #expect(report.warnings.count == 1)
        #expect(report.json == (try makeReport(of: one.store, one.asked(), keepingTotals: false).json))
        try await one.store.close()
    }

    /// Ranges in any order come to what a plain list of seconds does.
    @Test func `ranges are the seconds that they hold`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<300 {
            var watch = Totals.Watch(), counts = Array(repeating: 0, count: 200)
            for _ in 0..<random.whole(1..<12) {
                let from = random.whole(0..<190), to = from + random.whole(1..<10)
                watch.play(UInt32(from), UInt32(to))
                for second in from..<to { counts[second] += 1 }
            }
            var seen = Array(repeating: false, count: 200), twice = seen
            watch.watched.forEach { for second in $0 { seen[second] = true } }
            watch.twice.forEach { for second in $0 { twice[second] = true } }
            #expect(seen == counts.map { $0 > 0 } && twice == counts.map { $0 > 1 })
            #expect(watch.watched.seconds == counts.count { $0 > 0 } && Int(watch.played) == counts.reduce(0, +))
        }
    }

    @Test func `members of a detail are read as they were written`() {
        let text = #"{"path":"/a\u0026b","list":[1,{"x":"}"}],"n":12.5,"ok":true,"last":"变量"}"#
        Array(text.utf8).withUnsafeBytes { bytes in
            var reader = DetailReader(bytes), names: [String] = [], values: [DetailReader.Value] = []
            while let (name, value) = reader.next() {
                names.append(String(decoding: name, as: UTF8.self))
                values.append(value)
            }
            #expect(names == ["path", "list", "n", "ok", "last"])
            #expect(values[0].text == "/a&b" && values[2].number == 12.5 && values[3].isTrue && values[4].text == "变量")
        }
        for broken in ["", "{", "{\"a", "{\"a\":", "[1]", "{\"a\":\"b", "nothing"] {
            Array(broken.utf8).withUnsafeBytes { bytes in
                var reader = DetailReader(bytes)
                #expect(reader.next() == nil, "\(broken)")
            }
        }
    }
}
