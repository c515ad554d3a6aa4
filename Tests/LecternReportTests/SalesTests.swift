import LecternCore
import LecternStore
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
        #expect(Array(try #require(report.row("sales", "CNY")).prefix(11)) == ["CNY", "3", "2", "¥497", "–", "¥149", "¥348", "¥497", "¥0", "¥248.50", "1"])
        #expect(report.row("sales", "USD")?[3] == "US$29")
        #expect(report.table("sales")?.rows[0][11] == .share(Share(1, of: 1)))
        #expect(report.table("sales")?.rows[0][12] == .share(Share(1, of: 2)))
        #expect(report.table("sales-converted") == nil)
    }

    @Test func `an order of two courses is split by their prices to the cent`() async throws {
        let report = try await sold().report()
        // o2: 298 received: 199/298 → 199 and 99. 149 back: 14900 · 19900 / 29800 = 9950 and 4950.
        #expect(report.row("sales-by-course", "c", "Course", "CNY")?.suffix(5) == ["¥398", "–", "¥99.50", "¥298.50", "¥398"])
        #expect(report.row("sales-by-course", "d", "d", "CNY")?.suffix(5) == ["¥99", "–", "¥49.50", "¥49.50", "¥99"])
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
        #expect(report.row("sales-converted", "CNY") == ["CNY", "¥707.25", "–", "¥149", "¥558.25", "¥707.25"])
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
        #expect(course.row("sales", "CNY")?.prefix(7) == ["CNY", "1", "1", "¥99", "–", "¥49.50", "¥49.50"])
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
        #expect(try one.report().row("sales-by-coupon", "SPRING") == ["SPRING", "CNY", "2", "1", "¥99.50", "–", "¥0", "¥99.50", "¥99.50"])
    }

    /// Three courses at ¥199, ¥99 and ¥50, and a coupon of ¥10.01 for the first two. Its parts: 1001 · 19900 / 29800 = 668.4… → 668 and
    /// 1001 · 9900 / 29800 = 332.5… → 332; the cent that is left goes to the first: 669. Paid: 192.31 + 95.68 + 50 = 337.99.
    /// Course d is given back alone: 95.68. Then ¥100 of the order, by what is left (192.31, 0, 50: 242.31): 10000 · 19231 / 24231 =
    /// 7936.5… → 79.36, nothing, and the rest, 20.64.
    @Test func `a refund of one course is that one's, and a later one is of what the others have left`() async throws {
        let one = try Fixture()
        #expect(try await one.store.addCoupon(Coupon(code: "TEN", discount: .amount(Money(minorUnits: 1001, currency: .cny)), courses: ["c", "d"], createdAt: one.at(0))))
        _ = try await one.store.findOrMakeLearner(email: EmailAddress("ann@me.example")!, language: "en", newID: ID("ann"), now: one.at(0))
        let items = zip(["c", "d", "e"], [19900, 9900, 5000]).map { Order.Item(course: $0, title: $0, price: Money(minorUnits: $1, currency: .cny)) }
        let order = Order(
            id: ID("o"), learner: ID("ann"), items: items, total: Money(minorUnits: 33799, currency: .cny),
            discount: .init(coupon: "TEN", off: Money(minorUnits: 1001, currency: .cny)), provider: .stripe, attempt: "o", language: "en", visit: nil, consent: nil,
            createdAt: one.at(0))
        _ = try await one.store.openOrder(order, claim: nil)
        _ = try await one.store.record([one.paid("o", 33799)], of: order.id, now: one.at(60))
        func back(_ reference: String, _ units: Int64, key: String? = nil) async throws {
            let fact = OrderFact.refunded(reference: reference, transaction: "t-o", money: Money(minorUnits: units, currency: .cny), status: .succeeded)
            _ = try await one.store.record([fact], of: order.id, refunds: key.map { [$0: KeyedRefund(.succeeded)] } ?? [:], now: one.at(120))
        }
        let ofCourse = AskedRefund(key: "k", order: order.id, payment: "t-o", money: Money(minorUnits: 9568, currency: .cny), course: "d", askedAt: one.at(100))
        #expect(try await one.store.askRefund(ofCourse, after: nil) == ofCourse)
        try await back("r1", 9568, key: "k")
        func figures() throws -> [[String]] {
            let report = try one.report()
            return ["c", "d", "e"].map { (report.row("sales-by-course", $0) ?? []).enumerated().filter { [5, 7, 8].contains($0.offset) }.map(\.element) }
        }
        #expect(try figures() == [["¥192.31", "¥0", "¥192.31"], ["¥95.68", "¥95.68", "¥0"], ["¥50", "¥0", "¥50"]])
        try await back("r2", 10000)
        #expect(try figures() == [["¥192.31", "¥79.36", "¥112.95"], ["¥95.68", "¥95.68", "¥0"], ["¥50", "¥20.64", "¥29.36"]])
        // All the rest: 337.99 − 95.68 − 100.
        try await back("r3", 14231)
        #expect(try figures() == [["¥192.31", "¥192.31", "¥0"], ["¥95.68", "¥95.68", "¥0"], ["¥50", "¥50", "¥0"]])
    }

    /// Three orders at ¥199: one whose provider kept ¥7.20 (from China), one of which it is not told (from nowhere), one never paid.
    @Test func `net is less fees, and what nobody told is counted as unknown and not as nothing`() async throws {
        let one = try Fixture()
        func told(_ id: String, _ country: String?) -> PaymentDetails {
            var details = PaymentDetails(fees: [PaymentFee(key: "fee-" + id, payment: "t-" + id, about: .payment, money: Money(minorUnits: 720, currency: .cny))])
            details.add(country: country, of: "t-" + id)
            return details
        }
        let orders = try await ["o1", "o2", "o3"].asyncMap { try await one.order($0, "ann-" + $0, 0) }
        for _ in 0..<2 { _ = try await one.store.record([one.paid("o1", 19900)], of: orders[0].id, details: told("o1", "CN"), now: one.at(60)) }
        _ = try await one.store.record([one.paid("o2", 19900)], of: orders[1].id, now: one.at(60))
        // What is told of a payment that is another order's is not kept.
        _ = try await one.store.record([], of: orders[2].id, details: told("o2", "US"), now: one.at(60))
        var report = try one.report()
        // 398 − 7.20 = 390.80; ¥199 of it before fees. One buyer of a country is not shown alone.
        #expect(report.row("sales", "CNY")?[3...7] == ["¥398", "¥7.20", "¥0", "¥390.80", "¥199"])
        #expect(report.row("sales-by-country", "(others)")?.suffix(7) == ["1", "1", "¥199", "¥7.20", "¥0", "¥191.80", "¥0"])
        #expect(report.row("sales-by-country", "(unknown)")?.suffix(7) == ["1", "1", "¥199", "–", "¥0", "¥199", "¥199"])
        #expect(report.sections[0].notes.contains { $0.contains("Of ¥199 received nobody told the fees") })
        // A refund that brings a part of the fee back: ¥199 and ¥7.20 go.
        let back = PaymentDetails(fees: [PaymentFee(key: "r1", payment: "t-o1", about: .refund, money: Money(minorUnits: -720, currency: .cny))])
        let refund = OrderFact.refunded(reference: "r1", transaction: "t-o1", money: Money(minorUnits: 19900, currency: .cny), status: .succeeded)
        _ = try await one.store.record([refund], of: orders[0].id, details: back, now: one.at(90))
        report = try one.report()
        #expect(report.row("sales", "CNY")?[3...7] == ["¥398", "¥0", "¥199", "¥199", "¥199"])
    }

    @Test func `parts add up and none is more than its weight`() {
        #expect(shared(200, by: [100, 100, 1]) == [99, 100, 1])
        #expect(shared(5, by: [1, 0, 1]) == [2, 0, 3])
        #expect(shared(5, by: [0, 0]) == [2, 3])
        #expect(shared(7, by: []) == [])
        #expect(shared(.max, by: [.max, .max]).reduce(0, +) == .max)
    }

    @Test func `a currency without rates has its own money alone, and the report says what is left out`() async throws {
        let report = try await sold().report { $0.currency = .cny }
        #expect(report.row("sales-converted", "CNY") == ["CNY", "¥497", "–", "¥149", "¥348", "¥497"])
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

extension Sequence {
    fileprivate func asyncMap<Other>(_ change: (Element) async throws -> Other) async throws -> [Other] {
        var others: [Other] = []
        for one in self { others.append(try await change(one)) }
        return others
    }
}
