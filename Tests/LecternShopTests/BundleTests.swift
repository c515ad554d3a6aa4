import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

/// Several courses that are sold together. "python" is ¥199 alone, "swift" ¥99.
@Suite struct BundleTests {
    private func world() throws -> World {
        var catalogue = Catalogue.two
        let both = Catalogue.Bundle(
            id: "both", title: ["zh": "全部", "en": "Both courses"], path: ["zh": "bundles/both/", "en": "en/bundles/both/"], courses: ["python", "swift"],
            prices: [.init(currency: "CNY", minorUnits: 20000)])
        catalogue.bundles = [both]
        return try World(catalogue: catalogue)
    }

    private func request(
        _ world: World, _ items: [String] = ["python", "swift"], minorUnits: Int64 = 20000, bundle: String? = "both", coupon: String? = nil, attempt: String = "attempt-1",
        provider: ProviderName = .pretend
    ) -> CheckoutRequest {
        var request = world.request(items, minorUnits: minorUnits, attempt: attempt, provider: provider)
        (request.bundle, request.coupon) = (bundle, coupon)
        return request
    }

    private func offer(_ world: World, currency: Currency? = .cny, coupon: String? = nil, visitor: Visitor? = nil) throws -> Offer {
        try world.shop.offer([], bundle: "both", currency: currency, coupon: coupon, language: "en", visitor: visitor)
    }

    @Test func `shares add up to the price, by what the courses cost alone`() {
        func shares(_ minorUnits: Int64, _ weights: [Int64], _ currency: Currency = .cny) -> [Int64] {
            Money(minorUnits: minorUnits, currency: currency).shared(by: weights).map(\.minorUnits)
        }
        #expect(shares(20000, [19900, 9900]) == [13356, 6644])
        #expect(shares(100, [1, 1, 1]) == [34, 33, 33])
        #expect(shares(100, [0, 1, 1]) == [0, 50, 50])
        #expect(shares(10, [0, 0]) == [10, 0])
        #expect(shares(5000, [1990, 3990], Currency("KWD")!) == [1670, 3330])
        #expect(shares(Int64.max, [Int64.max / 2, Int64.max / 2]).reduce(0, +) == Int64.max)
        #expect(shares(7, []) == [])
    }

    @Test func `a bundle is bought in one piece, opens its courses, and says so on the order's page, in the receipt and in the books`() async throws {
        let world = try world(), offer = try offer(world)
        #expect(offer.total == Money(minorUnits: 20000, currency: .cny) && offer.currencies == ["CNY"] && offer.product?.title == "Both courses")
        #expect(offer.items.map(\.price.minorUnits) == [13356, 6644])
        let bought = try await world.shop.checkout(request(world), visitor: world.visitor()), order = bought.order.order
        #expect(order.product == .init(id: "both", title: "Both courses") && order.summary == "Both courses")
        try await world.press(.pay, order)
        let browser = world.visitor(claim: bought.newClaim)
        #expect(try world.key(browser) != nil && world.key(browser, "swift/types", in: "swift", epoch: 1) != nil)
        #expect(try world.store.order(order.id)?.order == order, "it comes back from the database as it went in")
        #expect(String(decoding: try await world.shop.order(order.id, visitor: browser).json.bytes, as: UTF8.self).contains(#""bundle":{"id":"both""#))
        let receipt = try #require(try await world.mails(to: World.ann).first)
        #expect(receipt.text.contains("Both courses: Course python, Course swift") && receipt.text.contains("¥200") && !receipt.text.contains("133.56"))
        #expect(try world.store.books().map(\.minorUnits) == [20000])
        var reported: [ReportOrder] = []
        try world.store.eachOrder { reported.append($0) }
        #expect(reported.map(\.product) == ["both"])
    }

    @Test func `one course of a bundle is given back at its share`() async throws {
        let world = try world(), bought = try await world.shop.checkout(request(world), visitor: world.visitor()), order = bought.order.order
        try await world.press(.pay, order)
        let change = try await world.shop.refund(order.id.text, course: "swift")
        #expect(change.record.state.refundedMoney.minorUnits == 6644 && change.record.state.closed == ["swift"])
        #expect(try await world.shop.refund(order.id.text, course: "python").record.state.refundedMoney == order.total)
    }

    @Test func `who has a course of it is told before paying, and may buy the rest; who has all of it may not`() async throws {
        let world = try world()
        let first = try await world.order(["python"])
        try await world.press(.pay, first.order.order)
        let browser = world.visitor(claim: first.newClaim)
        #expect(try offer(world, visitor: browser).owned == ["python"])
        #expect(try offer(world, visitor: world.visitor()).owned == [])
        let bought = try await world.shop.checkout(request(world, attempt: "attempt-2"), visitor: browser)
        try await world.press(.pay, bought.order.order)
        #expect(await refusal { try await world.shop.checkout(request(world, attempt: "attempt-3"), visitor: browser) } == .alreadyEnrolled)
        // Giving one of the two back leaves what the other bought.
        _ = try await world.shop.refund(first.order.order.id.text)
        #expect(try world.key(browser) != nil)
    }

    @Test func `a coupon makes a bundle cheaper, of one course by its share alone`() async throws {
        let world = try world()
        _ = try await world.store.addCoupon(Coupon(code: "HALF", discount: .percent(50), createdAt: world.clock.now))
        _ = try await world.store.addCoupon(Coupon(code: "SWIFT", discount: .percent(50), courses: ["swift"], createdAt: world.clock.now))
        #expect(try offer(world, coupon: "half").total.minorUnits == 10000)
        #expect(try offer(world, coupon: "swift").total.minorUnits == 20000 - 3322)
        let order = try await world.shop.checkout(request(world, minorUnits: 16678, coupon: "swift"), visitor: world.visitor()).order.order
        try await world.press(.pay, order)
        #expect(try await world.shop.refund(order.id.text, course: "swift").record.state.refundedMoney.minorUnits == 3322)
    }

    @Test func `a bundle that is not there, is of other courses now, costs another price or is not sold in a currency is refused`() async throws {
        let world = try world()
        for (request, code) in [
            (request(world, bundle: "none"), .notFound), (request(world, ["python"]), .priceChanged), (request(world, minorUnits: 29800), .priceChanged),
            (request(world, ["python", "hello"]), .priceChanged),
        ] as [(CheckoutRequest, Refusal.Code)] {
            #expect(await refusal { try await world.shop.checkout(request, visitor: world.visitor()) } == code)
        }
        #expect(await refusal { try offer(world, currency: Currency("USD")) } == .notForSale)
        #expect(try world.store.orders(OrderFilter()).isEmpty)
        // The same attempt without the bundle is another order.
        let browser = world.visitor(claim: try await world.shop.checkout(request(world), visitor: world.visitor()).newClaim)
        #expect(await refusal { try await world.shop.checkout(request(world, minorUnits: 29800, bundle: nil), visitor: browser) } == .attemptDiffers)
    }
}
