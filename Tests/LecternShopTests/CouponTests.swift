import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

@Suite struct CouponTests {
    private func buy(_ world: World, coupon: String?, minorUnits: Int64, items: [String] = ["python"], provider: ProviderName = .pretend, attempt: String = "attempt-1")
        async throws -> CheckedOut
    {
        var request = world.request(items, minorUnits: minorUnits, attempt: attempt, provider: provider)
        request.coupon = coupon
        return try await world.shop.checkout(request, visitor: world.visitor())
    }

    @Test func `a coupon lowers what it is for, in the offer, the order and the receipt`() async throws {
        let world = try World()
        _ = try await world.shop.addCoupon(CouponWanted(code: "spring", percent: 15, courses: ["swift"]))
        let offer = try world.shop.offer(["python", "swift"], currency: nil, coupon: " Spring ", language: "en")
        // 15 % of ¥99, rounded down, and nothing of the other.
        #expect(offer.discount == Order.Discount(coupon: "SPRING", off: Money(minorUnits: 1485, currency: .cny)))
        #expect(offer.total.minorUnits == 28315)
        let bought = try await buy(world, coupon: "spring", minorUnits: 28315, items: ["python", "swift"])
        #expect(bought.order.order.discount == offer.discount && bought.order.order.total.minorUnits == 28315)
        try await world.press(.pay, bought.order.order)
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
        let receipt = try #require(try await world.mails(to: World.ann).first)
        #expect(receipt.text.contains("Coupon SPRING") && receipt.text.contains("−¥14.85") && receipt.text.contains("¥283.15"))
        #expect(try world.store.coupon("SPRING")?.granted == 1)
    }

    @Test func `what a coupon takes off is the shop's to say`() async throws {
        let world = try World()
        _ = try await world.shop.addCoupon(CouponWanted(code: "TENNER", amount: "10"))
        // The page's total is held against it, with the coupon and without.
        #expect(await refusal { try await buy(world, coupon: "TENNER", minorUnits: 19900) } == .priceChanged)
        #expect(await refusal { try await buy(world, coupon: nil, minorUnits: 18900) } == .priceChanged)
        #expect(await refusal { try await buy(world, coupon: "ELEVEN", minorUnits: 18900) } == .badCoupon)
        let attempt = "AAECAwQFBgcICQoLDA0ODw"
        #expect(try await buy(world, coupon: "TENNER", minorUnits: 18900, attempt: attempt).order.order.total.minorUnits == 18900)
        // The same press with another coupon is another order.
        #expect(await refusal { try await buy(world, coupon: nil, minorUnits: 18900, attempt: attempt) } == .attemptDiffers)
        // Of another currency it takes nothing off.
        #expect(await refusal { try world.shop.offer(["python"], currency: Currency("USD"), coupon: "TENNER", language: "en") } == .badCoupon)
    }

    @Test func `a coupon for all of it asks no provider`() async throws {
        let world = try World()
        _ = try await world.shop.addCoupon(CouponWanted(code: "GIFT-1", percent: 100, courses: ["python"], limit: 1))
        #expect(try world.shop.offer(["python"], currency: nil, coupon: "GIFT-1", language: "en").providers.map(\.name) == [.free])
        #expect(await refusal { try await buy(world, coupon: "GIFT-1", minorUnits: 0) } == .invalidField)
        let got = try await buy(world, coupon: "GIFT-1", minorUnits: 0, provider: .free)
        #expect(got.next == .none && got.order.state.kind == .paid)
        #expect(try world.key(world.visitor(claim: got.newClaim)) != nil)
        #expect(await refusal { try await buy(world, coupon: "GIFT-1", minorUnits: 0, provider: .free, attempt: "attempt-2") } == .badCoupon)
    }

    @Test func `an amount takes off no more than there is, and time decides`() async throws {
        let world = try World()
        let day: Int64 = 86_400
        _ = try await world.shop.addCoupon(
            CouponWanted(code: "BIG", amount: "5000", from: world.clock.now.adding(seconds: day), until: world.clock.now.adding(seconds: 2 * day)))
        #expect(await refusal { try world.shop.offer(["python"], currency: nil, coupon: "BIG", language: "en") } == .badCoupon)
        world.clock.pass(days: 1)
        #expect(try world.shop.offer(["python"], currency: nil, coupon: "BIG", language: "en").total.minorUnits == 0)
        world.clock.pass(days: 1)
        #expect(await refusal { try world.shop.offer(["python"], currency: nil, coupon: "BIG", language: "en") } == .badCoupon)
        // A course that costs nothing gets no cheaper.
        _ = try await world.shop.addCoupon(CouponWanted(code: "HALF", percent: 50))
        #expect(await refusal { try world.shop.offer(["hello"], currency: nil, coupon: "HALF", language: "en") } == .badCoupon)
    }

    @Test func `what makes no sense is told to the creator`() async throws {
        let world = try World()
        func words(_ wanted: CouponWanted) async -> String? {
            do { _ = try await world.shop.addCoupon(wanted) } catch { return error.description }
            return nil
        }
        #expect(await words(CouponWanted(code: "A", percent: 5))?.contains("3 to 40") == true)
        #expect(await words(CouponWanted(code: "ABC", percent: 101))?.contains("1 to 100") == true)
        #expect(await words(CouponWanted(code: "ABC", amount: "1.234"))?.contains("no amount of CNY") == true)
        #expect(await words(CouponWanted(code: "ABC", amount: "1", currency: "XYZ"))?.contains("no currency") == true)
        #expect(await words(CouponWanted(code: "ABC", percent: 5, courses: ["rust"]))?.contains("no course \"rust\"") == true)
        #expect(await words(CouponWanted(code: "ABC", percent: 5, courses: ["hello"]))?.contains("no price") == true)
        #expect(await words(CouponWanted(code: "abc", percent: 5)) == nil)
        #expect(await words(CouponWanted(code: "ABC", percent: 6))?.contains("already") == true)
        _ = try await world.shop.endCoupon("abc")
        #expect(await words(CouponWanted(code: "ABC", percent: 6))?.contains("already") == true)
    }
}
