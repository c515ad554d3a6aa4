import LecternCore
import Testing

@testable import LecternReport

struct SalesTests {
    /// Four orders: ¥199 paid; ¥298 for two courses (199 + 99) paid and ¥149 of it refunded; ¥199 never paid; US$29 paid.
    private func sold() async throws -> Fixture {
        let one = try Fixture()
        try await one.order("o1", "ann", 0, facts: [one.paid("o1", 19900)])
        try await one.order(
            "o2", "ann", 86_400, prices: [19900, 9900],
            facts: [one.paid("o2", 29800), .refunded(reference: "r", transaction: "t-o2", money: Money(minorUnits: 14900, currency: .cny), status: .succeeded)])
        try await one.order("o3", "bob", 86_400)
        try await one.order("o4", "cid", 3 * 86_400, prices: [2900], currency: "USD", facts: [one.paid("o4", 2900, "USD")])
        return one
    }

    @Test func `totals stand by currency and are never added up`() async throws {
        let report = try await sold().report()
        // CNY: 3 orders, 2 sold, 199 + 298 = 497 received, 149 back, 348 left; 497 / 2 = 248.50 on average; ann alone, who bought twice;
        // 1 of 2 refunded. USD: 1 order.
        #expect(Array(try #require(report.row("sales", "CNY")).prefix(9)) == ["CNY", "3", "2", "¥497", "¥149", "¥348", "¥0", "¥248.50", "1"])
        #expect(report.row("sales", "USD")?[3] == "US$29")
        #expect(report.table("sales")?.rows[0][9] == .share(Share(1, of: 1)))
        #expect(report.table("sales")?.rows[0][10] == .share(Share(1, of: 2)))
        #expect(report.table("sales-converted") == nil)
    }

    @Test func `an order of two courses is split by their prices to the cent`() async throws {
        let report = try await sold().report()
        // o2: 298 received: 199/298 → 199 and 99. 149 back: 14900 · 19900 / 29800 = 9950 and 4950.
        #expect(report.row("sales-by-course", "c", "Course", "CNY")?.suffix(3) == ["¥398", "¥99.50", "¥298.50"])
        #expect(report.row("sales-by-course", "d", "d", "CNY")?.suffix(3) == ["¥99", "¥49.50", "¥49.50"])
        #expect(report.row("sales-by-product", "c + d")?[4] == "¥298")
    }

    @Test func `days without sales stand there and days are the asked zone's`() async throws {
        let one = try await sold()
        #expect(try one.report().table("sales-by-day")?.rows.map { $0[0] } == [.text("2026-03-01"), .text("2026-03-02"), .text("2026-03-03"), .text("2026-03-04")])
        // 13 hours east of Greenwich noon is the next day.
        let east = try one.report { $0.zone = TimeOffsets(name: "East", changes: [(.min, 13 * 3600)]) }
        #expect(east.table("sales-by-day")?.rows.first?[0] == .text("2026-03-02"))
    }

    @Test func `currencies are added up at a stated rate alone`() async throws {
        // 497 + 29 · 7.25 = 497 + 210.25 = 707.25.
        let report = try await sold().report { ($0.currency, $0.rates) = (.cny, ["USD": 7_250_000_000]) }
        #expect(report.row("sales-converted", "CNY") == ["CNY", "¥707.25", "¥149", "¥558.25"])
        #expect(report.table("sales-converted")?.note?.contains("1 USD = 7.25 CNY") == true)
        #expect(exchange(100, from: Currency("JPY")!, to: .cny, 47_000_000) == 470)
        #expect(exchange(470, from: .cny, to: Currency("JPY")!, 21_276_595_745) == 100)
    }

    @Test func `a period has the orders that were made in it`() async throws {
        let one = try await sold()
        let report = try one.report { ($0.since, $0.until) = (one.at(86_000), one.at(2 * 86_400)) }
        #expect(report.row("sales", "CNY")?[1] == "2")
        #expect(report.row("sales", "USD") == nil)
        let course = try one.report { $0.course = "d" }
        #expect(course.row("sales", "CNY")?.prefix(6) == ["CNY", "1", "1", "¥99", "¥49.50", "¥49.50"])
    }

    @Test func `money that is not where it should be is listed`() async throws {
        let one = try Fixture()
        try await one.order("o1", "ann", 0, facts: [one.paid("o1", 100)])
        #expect(try one.report().row("orders-to-look-at", "o1") == ["o1", "2026-03-01", "review", "stripe", "¥199"])
    }

    @Test func `what a coupon sold stands by its code, and other orders do not`() async throws {
        let one = try await sold()
        #expect(try one.report().table("sales-by-coupon") == nil)
        let coupon = Coupon(code: "SPRING", discount: .percent(50), createdAt: one.at(0))
        #expect(try await one.store.addCoupon(coupon))
        for (id, isPaid) in [("p1", true), ("p2", false)] {
            _ = try await one.store.findOrMakeLearner(email: EmailAddress(id + "@me.example")!, language: "en", newID: ID(id), now: one.at(0))
            var order = Order(
                id: ID(id), learner: ID(id), items: [.init(course: "c", title: "c", price: Money(minorUnits: 19900, currency: .cny))],
                total: Money(minorUnits: 9950, currency: .cny), provider: .stripe, attempt: id, language: "en", visit: nil, consent: nil, createdAt: one.at(0))
            order.discount = Order.Discount(coupon: "SPRING", off: Money(minorUnits: 9950, currency: .cny))
            _ = try await one.store.openOrder(order, claim: nil)
            if isPaid { _ = try await one.store.record([one.paid(id, 9950)], of: order.id, now: one.at(60)) }
        }
        // Two orders with it, one of them paid: half of ¥199.
        #expect(try one.report().row("sales-by-coupon", "SPRING") == ["SPRING", "CNY", "2", "1", "¥99.50", "¥0", "¥99.50"])
    }

    @Test func `a currency without rates has its own money alone, and the report says what is left out`() async throws {
        let report = try await sold().report { $0.currency = .cny }
        #expect(report.row("sales-converted", "CNY") == ["CNY", "¥497", "¥149", "¥348"])
        #expect(report.table("sales-converted")?.note?.contains("USD") == true)
    }

    @Test func `nothing at all is a report that says so`() throws {
        let report = try Fixture().report()
        #expect(report.sections.allSatisfy { $0.tables.isEmpty && !$0.notes.isEmpty || ["funnel", "courses"].contains($0.id) })
        #expect(report.advice.isEmpty)
        #expect(report.text.contains("No order was made in this time."))
        #expect(report.page.contains("<h1>"))
        #expect(report.csv.map(\.name) == ["advice.csv"])
    }
}
