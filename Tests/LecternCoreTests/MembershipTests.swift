import LecternCore
import Testing

@Suite struct MembershipTests {
    private func instant(_ text: String) -> Instant { Instant(seconds: Moment(text)!.seconds) }

    @Test(arguments: [
        ("2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00.000Z"), ("2028-01-31", 1, "2028-02-29T00:00:00.000Z"), ("2028-02-29", 12, "2029-02-28T00:00:00.000Z"),
        ("2026-12-01T23:59:59Z", 1, "2027-01-01T23:59:59.000Z"), ("2026-11-30", 3, "2027-02-28T00:00:00.000Z"), ("2026-03-31", 6, "2026-09-30T00:00:00.000Z"),
        ("1969-12-31T12:00:00Z", 2, "1970-02-28T12:00:00.000Z"),
    ])
    func `a month later is the same time of the same day, or of the month's last`(from: String, months: Int, to: String) {
        #expect(instant(from).adding(months: months).text == to)
    }

    @Test func `a period that is paid while one runs begins at its end, and one that is paid later at once`() throws {
        func term(_ days: [String]) -> String? { Membership.term(days.map { .init(paidAt: instant($0), months: 1) })?.until.text.prefix(10).description }
        #expect(term([]) == nil)
        #expect(term(["2026-01-10"]) == "2026-02-10")
        #expect(term(["2026-01-10", "2026-01-20"]) == "2026-03-10")
        #expect(term(["2026-01-10", "2026-05-20"]) == "2026-06-20")
        #expect(Membership.term([.init(paidAt: instant("2026-01-10"), months: 12), .init(paidAt: instant("2026-02-01"), months: 1)])?.until == instant("2027-02-10"))
    }

    @Test func `no day that was paid for is lost, and the order in which periods are heard of means nothing`() throws {
        var dice = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let periods = (0..<Int.random(in: 1...8, using: &dice)).map { _ in
                Membership.Period(paidAt: Instant(seconds: Int64.random(in: 1_700_000_000...1_900_000_000, using: &dice)), months: [1, 3, 12].randomElement(using: &dice)!)
            }
            let term = try #require(Membership.term(periods))
            let shuffled = try #require(Membership.term(periods.shuffled(using: &dice)))
            #expect(shuffled == term, "\(periods)")
            #expect(term.since == periods.map(\.paidAt).min())
            for period in periods { #expect(term.until >= period.paidAt.adding(months: period.months), "\(periods)") }
            let fewer = periods.dropLast()
            #expect(Membership.term(fewer).map { $0.until <= term.until } ?? true, "another period never makes it shorter: \(periods)")
        }
    }
}
