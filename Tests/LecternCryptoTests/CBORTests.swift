import LecternCrypto
import Testing

/// Examples: RFC 8949, appendix A.
@Suite struct CBORTests {
    private func read(_ text: String) -> CBOR? {
        let bytes = hex(text)
        guard let (value, end) = CBOR.read(bytes), end == bytes.count else { return nil }
        return value
    }

    @Test func `the published examples are read`() {
        #expect(read("00") == .unsigned(0))
        #expect(read("17") == .unsigned(23))
        #expect(read("1818") == .unsigned(24))
        #expect(read("1b000000e8d4a51000") == .unsigned(1_000_000_000_000))
        #expect(read("1bffffffffffffffff") == .unsigned(.max))
        #expect(read("20") == .negative(0))
        #expect(read("3903e7")?.number == -1000)
        #expect(read("f4") == .flag(false) && read("f5") == .flag(true) && read("f6") == .null)
        #expect(read("4401020304") == .bytes([1, 2, 3, 4]))
        #expect(read("62c3bc") == .text("ü"))
        #expect(read("6449455446") == .text("IETF"))
        #expect(read("8301820203820405") == .array([.unsigned(1), .array([.unsigned(2), .unsigned(3)]), .array([.unsigned(4), .unsigned(5)])]))
        #expect(read("a26161016162820203")?["b"] == .array([.unsigned(2), .unsigned(3)]))
        #expect(read("a201020326")?[3]?.number == -7)
    }

    @Test(arguments: [
        ("a number that is longer than it has to be", "1817"), ("and another", "190018"), ("and another", "1b0000000000000001"),
        ("a text without a length", "7f6161ff"), ("bytes without a length", "5f4101ff"), ("a list without a length", "9f01ff"),
        ("a map without a length", "bf616101ff"), ("a tag", "c074323031332d30332d32315432303a30343a30305a"), ("a float", "f93c00"),
        ("undefined", "f7"), ("a key twice", "a2616101616102"), ("a text that is not UTF-8", "62ff00"), ("too few bytes", "44010203"),
        ("a list of four thousand million", "9affffffff"), ("a map of as many", "baffffffff"), ("bytes of as many", "5bffffffffffffffff"),
        ("nothing", ""), ("nine levels", "818181818181818181818100"), ("a reserved head", "1c"),
    ]) func `everything else is refused`(_ what: String, _ text: String) {
        #expect(read(text) == nil)
    }

    @Test func `no bytes crash it`() {
        var state: UInt64 = 1
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 56))
            }
            if let (_, end) = CBOR.read(bytes) { #expect(end <= bytes.count) }
        }
    }
}
