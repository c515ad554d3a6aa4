import LecternCore
import Testing

@testable import LecternStore

@Suite struct CouponTests {
    private func coupon(_ shop: Shop, limit: Int? = nil, perLearner: Int? = nil, from: Instant? = nil, until: Instant? = nil) async throws {
        let coupon = Coupon(
            code: "SPRING", discount: .percent(20), courses: ["python"], limit: limit, limitPerLearner: perLearner, from: from, until: until,
            createdAt: shop.now)
        #expect(try await shop.store.addCoupon(coupon))
        #expect(try shop.store.coupon("SPRING") == CouponRecord(coupon: coupon, uses: 0, granted: 0))
    }

    private func order(_ id: String, _ shop: Shop, _ learner: Learner) -> Order {
        var order = shop.order(id, for: learner)
        order.discount = Order.Discount(coupon: "SPRING", off: .yuan(9))
        order.total = .yuan(40)
        return order
    }

    @Test func `the last one, wanted fifty times at once, is used once`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await coupon(shop, limit: 1)
        let won = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    do throws(StoreError) {
                        _ = try await shop.store.openOrder(order("o\(number)", shop, ada), claim: nil)
                        return true
                    } catch {
                        #expect(error == Store.couponIsUsedUp)
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try shop.store.orders(OrderFilter()).map(\.order.total) == [.yuan(40)])
        #expect(try shop.store.coupon("SPRING")?.uses == 1)
    }

    @Test func `an order that nobody pays gives it back, and one that is paid late takes it again`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await coupon(shop, limit: 1)
        let first = order("a", shop, ada), second = order("b", shop, ada)
        _ = try await shop.store.openOrder(first, claim: nil)
        await #expect(throws: Store.couponIsUsedUp) { try await shop.store.openOrder(second, claim: nil) }
        _ = try await shop.store.record([.expired], of: first.id, now: shop.now)
        #expect(try shop.store.coupon("SPRING")?.uses == 0)
        #expect(try await shop.store.openOrder(second, claim: nil).record.order == second)
        // Late money wins, at the price of then.
        _ = try await shop.store.record([.paid(transaction: "pi", money: .yuan(40))], of: first.id, now: shop.now)
        #expect(try shop.store.order(first.id)?.state.kind == .paid)
        let record = try #require(try shop.store.coupon("SPRING"))
        #expect(record.uses == 2 && record.granted == 1)
        // Given back or not, it was used.
        _ = try await shop.store.record([.refunded(reference: "r", transaction: "pi", money: .yuan(40), status: .succeeded)], of: first.id, now: shop.now)
        #expect(try shop.store.coupon("SPRING")?.uses == 2)
    }

    @Test func `limits of time and of a learner hold, and a code means one thing for ever`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), bob = try await shop.learner("bob")
        try await coupon(shop, perLearner: 1, from: shop.now, until: shop.now.adding(seconds: 10))
        _ = try await shop.store.openOrder(order("a", shop, ada), claim: nil)
        await #expect(throws: Store.couponIsUsedUp) { try await shop.store.openOrder(order("b", shop, ada), claim: nil) }
        _ = try await shop.store.openOrder(order("c", shop, bob), claim: nil)
        let eve = try await shop.learner("eve")
        for seconds in [-1, 10] as [Int64] {
            var late = order("d", shop, eve)
            late.createdAt = shop.now.adding(seconds: seconds)
            await #expect(throws: Store.couponIsUsedUp) { try await shop.store.openOrder(late, claim: nil) }
        }
        #expect(try await shop.store.endCoupon("SPRING", now: shop.now))
        #expect(try await !shop.store.endCoupon("SPRING", now: shop.now))
        await #expect(throws: Store.couponIsUsedUp) { try await shop.store.openOrder(order("e", shop, eve), claim: nil) }
        #expect(try await !shop.store.addCoupon(Coupon(code: "SPRING", discount: .percent(1), createdAt: shop.now)))
        #expect(try shop.store.coupons().map(\.uses) == [2])
    }
}
