import Glibc
import LecternCore
import Testing

@testable import LecternBuild

/// Pages that are written while the next ones are made.
@Suite struct UnitOutputTests {
    private static let page = [UInt8](repeating: 0x61, count: 100 << 10)

    @Test(arguments: [false, true]) func `all that is put is there, and reported in its order`(writesBehind: Bool) throws {
        let site = try OutputFixture()
        let cached = site.site + "/cache/film.mp4"
        try writeText(cached, "film")
        var transaction = try OutputTransaction.open(site.folder)
        let output = try UnitOutput(transaction.prepare(), cache: site.site + "/cache", writesBehind: writesBehind)
        let sink = output.sink
        for number in 10..<30 {
            try sink.put("\(number)/index.html", Self.page)
            if number == 20 { try sink.link("20/film.mp4", cached) }
        }
        try output.finishWriting()
        let report = output.takeReport()
        let expected = (10..<30).map { "\($0)/index.html" } + ["20/film.mp4"]
        #expect(report.made.sorted().strings == expected.sorted())
        #expect(output.takeReport() == OutputWriter.Report())
        _ = try transaction.commit([OutputUnit("", made: report.made.sorted(), changed: report.changed.sorted())])
        #expect(site.tree.keys.sorted() == expected.sorted())
    }

    @Test(arguments: [1, 20]) func `what the disk refuses is told, at the latest when all should be written`(count: Int) throws {
        let site = try OutputFixture()
        var transaction = try OutputTransaction.open(site.folder)
        let staging = try transaction.prepare()
        let output = try UnitOutput(staging, cache: site.site + "/cache", writesBehind: true)
        let sink = output.sink
        _ = removeAll(staging.staging)
        #expect(throws: Problem.self) {
            for number in 0..<count { try sink.put("\(number)/index.html", Self.page) }
            try output.finishWriting()
        }
        output.stopWriting()
        transaction.abort()
    }
}
