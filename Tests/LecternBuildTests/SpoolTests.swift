import Foundation
import LecternCore
import Testing

@testable import LecternBuild

@Suite struct SpoolTests {
    private func bytes(_ spool: Spool, _ key: Int) throws -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        try spool.forEachPiece(of: key) { piece throws(Problem) in pieces.append(piece) }
        return pieces
    }

    @Test(arguments: [1, 7, 64, 1 << 20])
    func `each key's bytes come back in their order, however little may wait in memory`(limit: Int) throws {
        let folder = try SiteFixture()
        let spool = Spool(folder: folder.root, limitBytes: limit)
        let keys = (0..<5).map { _ in spool.makeKey() }
        var expected = [[UInt8]](repeating: [], count: 5)
        for number in 0..<200 {
            let key = keys[number * number % 5]
            let record = [UInt8](repeating: UInt8(number), count: number % 4 + 1)
            try spool.append(record, to: key)
            expected[key] += record
        }
        for key in keys {
            // Twice, since a layout may show a list twice.
            #expect(try bytes(spool, key).flatMap(\.self) == expected[key])
            #expect(try bytes(spool, key).flatMap(\.self) == expected[key])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == [])
    }

    @Test func `a piece never ends inside of what was appended at once`() throws {
        let folder = try SiteFixture()
        let spool = Spool(folder: folder.root, limitBytes: 10)
        let key = spool.makeKey()
        for _ in 0..<20 { try spool.append([1, 2, 3], to: key) }
        for piece in try bytes(spool, key) { #expect(piece.count % 3 == 0) }
    }

    @Test func `a build that writes nothing keeps all in memory`() throws {
        let spool = Spool(folder: nil, limitBytes: 1)
        let key = spool.makeKey()
        for number in 0..<10 { try spool.append([UInt8(number)], to: key) }
        #expect(try bytes(spool, key).flatMap(\.self) == Array(0..<10))
    }
}

@Suite struct TwiceSeenTests {
    @Test func `only what came twice, or was looked for and came, is told`() {
        var seen = TwiceSeen()
        for text in ["a", "b", "c", "b"] { seen.add(text) }
        seen.look(for: "c")
        seen.look(for: "d")
        let (told, isClear) = (["a", "b", "c", "d"].map { seen.mayBeTwice($0) }, seen.isClear)
        #expect(told == [false, true, true, false])
        #expect(!isClear)
        var none = TwiceSeen()
        for text in ["a", "b"] { none.add(text) }
        none.look(for: "c")
        let isNoneClear = none.isClear
        #expect(isNoneClear)
    }
}
