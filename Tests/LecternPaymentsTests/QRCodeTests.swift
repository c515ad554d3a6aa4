import Testing

@testable import LecternPayments

@Suite struct QRCodeTests {
    /// "HELLO" and the like are drawn by a library; what is ours is that no module is lost on the way into the picture.
    @Test func `every black module is drawn, with the quiet space around them`() throws {
        let svg = try #require(qrCode("weixin://wxpay/bizpayurl?pr=NwY5Mz9"))
        let side = try #require(svg.firstMatch(of: /viewBox="0 0 (\d+) (\d+)"/)).output
        #expect(side.1 == side.2)
        let width = try #require(Int(side.1)) - 8
        // Version 3, the smallest that holds 35 bytes at this level.
        #expect(width == 29)
        var black: Set<[Int]> = []
        for run in svg.matches(of: /M(\d+) (\d+)h(\d+)v1h-\d+z/) {
            for column in 0..<Int(run.output.3)! { black.insert([Int(run.output.1)! - 4 + column, Int(run.output.2)! - 4]) }
        }
        #expect(black.allSatisfy { (0..<width).contains($0[0]) && (0..<width).contains($0[1]) })
        // The three finders, of 7 by 7 modules, with a white ring around the inner 3 by 3.
        for (left, top) in [(0, 0), (width - 7, 0), (0, width - 7)] {
            for row in 0..<7 {
                for column in 0..<7 {
                    let isRing = min(row, column, 6 - row, 6 - column) == 1
                    #expect(black.contains([left + column, top + row]) != isRing)
                }
            }
        }
    }

    @Test func `what no phone could read is not drawn`() {
        #expect(qrCode("") == nil)
        #expect(qrCode("a\0b") == nil)
        #expect(qrCode(String(repeating: "x", count: 513)) == nil)
        #expect(qrCode(String(repeating: "码", count: 100)) != nil)
    }
}
