import LecternCore
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_795_528_619_007, "2026-11-24T13:56:59.007Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
    func `an instant is written as RFC 3339`(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).text == text)
    }
}
