import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

/// `lectern orders refund`, as a creator types it.
@Suite struct RefundTests {
    private func yuan(_ whole: Int64) -> Money { Money(minorUnits: whole * 100, currency: .cny) }

    private func transferred(_ world: World, _ items: [String] = ["python"]) async throws -> (order: Order, browser: Visitor) {
        let bought = try await world.shop.checkout(world.request(items, provider: .manual), visitor: world.visitor())
        _ = try await world.shop.confirm(bought.order.order.id.text)
        return (bought.order.order, world.visitor(claim: bought.newClaim))
    }

    private func refunds(_ world: World) async throws -> [Mail] { try await world.mails(to: World.ann).filter { $0.subject.contains("Refund") } }

    @Test func `a transfer that went back whole is given back once, however often it is typed`() async throws {
        let world = try World(), order = try await transferred(world).order
        #expect(try await world.shop.refund(order.id.text).after == .refunded)
        let facts = try world.store.order(order.id)?.facts
        let problem = await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text) }
        #expect(problem?.description.contains("nothing of order \(order.id) is left") == true)
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, money: yuan(199)) }
        #expect(try world.store.order(order.id)?.facts == facts)
        #expect(try await refunds(world).count == 1)
    }

    @Test func `two refunds in part that wait to be mailed each tell their own amount and the sum so far`() async throws {
        let world = try World(), order = try await transferred(world).order
        _ = try await world.mails()
        _ = try await world.shop.refund(order.id.text, money: yuan(50))
        world.clock.pass(seconds: 1)
        _ = try await world.shop.refund(order.id.text, money: yuan(30))
        let mails = try await refunds(world)
        #expect(Set(mails.map(\.subject)) == ["Refund of ¥50 · Ann's courses", "Refund of ¥30 · Ann's courses"])
        let second = try #require(mails.first { $0.subject.contains("¥30") })
        #expect(second.text.contains("¥80"))
        #expect(try #require(mails.first { $0.subject.contains("¥50") }).text.contains("¥80") == false)
    }

    @Test func `the same part of a transfer is given back again on purpose alone`() async throws {
        let world = try World(), order = try await transferred(world).order
        _ = try await world.shop.refund(order.id.text, money: yuan(50))
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, money: yuan(50)) }
        #expect(try world.store.order(order.id)?.state.refundedMoney == yuan(50))
        #expect(try await refunds(world).count == 1)
        #expect(try await world.shop.refund(order.id.text, money: yuan(50), isAgain: true).record.state.refundedMoney == yuan(100))
        world.clock.pass(seconds: 600)
        #expect(try await world.shop.refund(order.id.text, money: yuan(50)).record.state.refundedMoney == yuan(150))
    }

    // One course of two.

    private func opens(_ world: World, _ visitor: Visitor) -> [String] {
        let doors = [("python", "python/lists", 2), ("swift", "swift/types", 1)]
        return doors.filter { course, lesson, epoch in
            do { return try world.key(visitor, lesson, in: course, epoch: epoch) != nil } catch { return false }
        }.map(\.0)
    }

    @Test func `one course of an order is given back and closes; the other stays open`() async throws {
        let world = try World()
        let (order, browser) = try await transferred(world, ["python", "swift"])
        let change = try await world.shop.refund(order.id.text, course: "swift")
        #expect(change.after == .partiallyRefunded && change.record.state.refundedMoney == yuan(99) && change.record.state.closed == ["swift"])
        #expect(opens(world, browser) == ["python"])
        let session = try await world.signIn()
        #expect(opens(world, world.visitor(session)) == ["python"])
        #expect(try world.store.enrollments(of: order.learner, now: world.clock.now).map(\.course) == ["python"])
        #expect(try world.store.enrollments(in: "swift", now: world.clock.now).isEmpty)
        #expect(try world.store.enrollmentEnd(of: order.learner, in: "swift") == .refunded)
        let mail = try #require(try await refunds(world).first)
        #expect(mail.subject.contains("¥99") && mail.text.contains("Closed with that: ") && mail.text.contains("The other courses of the order stay open."))
        let page = try await world.shop.order(order.id, visitor: world.visitor(session)).json
        #expect(String(decoding: page.bytes, as: UTF8.self).contains(#""closed":true"#))

        // Once more: nothing is left of that course, and nothing is recorded.
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, course: "swift") }
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, course: "hello") }
        #expect(try world.store.order(order.id)?.state == change.record.state)
        #expect(try world.store.books().map(\.minorUnits) == [29800, -9900])

        // The last one ends the order.
        let end = try await world.shop.refund(order.id.text, course: "python")
        #expect(end.after == .refunded && end.record.state.refundedMoney == order.total)
        #expect(opens(world, world.visitor(session)).isEmpty)
    }

    @Test func `a course of an order costs its price less its part of the coupon`() async throws {
        func item(_ course: String, _ minorUnits: Int64) -> Order.Item { .init(course: course, title: course, price: Money(minorUnits: minorUnits, currency: .cny)) }
        func parts(_ items: [Order.Item], off: Int64, coupon: [String] = []) -> [Int64] {
            let total = items.reduce(0) { $0 + $1.price.minorUnits } - off
            let order = Order(
                id: ID("o"), learner: ID("l"), items: items, total: Money(minorUnits: total, currency: .cny),
                discount: .init(coupon: "X", off: Money(minorUnits: off, currency: .cny)), provider: .manual, attempt: "a", language: "en", visit: nil,
                consent: nil, createdAt: Instant(seconds: 0))
            let parts = order.paidParts(coupon: coupon).map(\.money.minorUnits)
            #expect(parts.reduce(0, +) == total)
            return parts
        }
        #expect(parts([item("a", 20000), item("b", 10000)], off: 3000) == [18000, 9000])
        #expect(parts([item("a", 100), item("b", 100), item("c", 100)], off: 100) == [66, 67, 67])
        #expect(parts([item("a", 100), item("b", 0), item("c", 100)], off: 101) == [49, 0, 50])
        #expect(parts([item("a", 20000), item("b", 10000)], off: 3000, coupon: ["b"]) == [20000, 7000])
        #expect(parts([item("a", 20000), item("b", 10000)], off: 30000) == [0, 0])
    }

    @Test func `a refund of one course that is on its way closes it when it succeeds, and one that failed opens it again`() async throws {
        let world = try World()
        let (order, browser) = try await transferred(world, ["python", "swift"])
        let payment = "transfer:\(order.id)"
        let asked = AskedRefund(key: "k", order: order.id, payment: payment, money: yuan(99), course: "swift", askedAt: world.clock.now)
        _ = try await world.store.askRefund(asked, after: nil)
        for (status, open) in [(RefundStatus.pending, ["python", "swift"]), (.succeeded, ["python"]), (.failed, ["python", "swift"]), (.succeeded, ["python", "swift"])] {
            let fact = OrderFact.refunded(reference: "re", transaction: payment, money: yuan(99), status: status)
            try await world.shop.settle(ProviderWord(order: order.id, facts: [fact], refunds: ["k": KeyedRefund(status)]), order: order.id)
            #expect(opens(world, browser) == open, "\(status)")
        }
        #expect(try world.store.order(order.id)?.state.kind == .paid)
    }

    @Test func `paid twice, the course that one payment gave back stays open through the other`() async throws {
        let world = try World(), bought = try await world.order(["python", "swift"]), order = bought.order.order
        try await world.pay(order, transaction: "one")
        try await world.pay(order, transaction: "two")
        let browser = world.visitor(claim: bought.newClaim)
        _ = try await world.shop.refund(order.id.text, course: "swift", transaction: "two")
        #expect(opens(world, browser) == ["python", "swift"])
        // Typed again by mistake: its money does not go back twice, from neither payment.
        for again in [nil, "two"] {
            await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, course: "swift", transaction: again) }
        }
        #expect(try world.store.order(order.id)?.state.refundedMoney == yuan(99))
        _ = try await world.shop.refund(order.id.text, transaction: "one")
        #expect(opens(world, browser) == ["python"])
    }

    @Test func `paid twice, a course closes when both payments gave it back, each named`() async throws {
        let world = try World(), bought = try await world.order(["python", "swift"]), order = bought.order.order
        for payment in ["one", "two"] { try await world.pay(order, transaction: payment) }
        for payment in ["one", "two"] { _ = try await world.shop.refund(order.id.text, course: "swift", transaction: payment) }
        #expect(opens(world, world.visitor(claim: bought.newClaim)) == ["python"])
        #expect(try world.store.order(order.id)?.state.refundedMoney == yuan(198))
    }

    @Test func `a course is given back from what paid for it, not from money that was no payment of the order`() async throws {
        let world = try World()
        let (order, browser) = try await transferred(world, ["python", "swift"])
        _ = try await world.shop.confirm(order.id.text, money: yuan(100), transaction: "stray")
        let change = try await world.shop.refund(order.id.text, course: "swift")
        #expect(change.record.courseRefunds.map(\.payment) == ["transfer:\(order.id)"] && opens(world, browser) == ["python"])
    }

    @Test func `what was bought is given back instead of revoked, and what cost nothing is revoked`() async throws {
        let world = try World()
        let (order, _) = try await transferred(world, ["python", "swift"])
        let problem = await #expect(throws: ShopProblem.self) { try await world.shop.revoke(World.ann.text, from: "swift") }
        #expect(problem?.description.contains("lectern orders refund \(order.id) --course swift") == true)
        // What was given by hand beside it ends; that the order still opens the course is said.
        _ = try await world.shop.enroll(World.ann, in: "swift")
        await #expect(throws: ShopProblem.self) { try await world.shop.revoke(World.ann.text, from: "swift") }

        let free = Coupon(code: "GIFT", discount: .percent(100), createdAt: world.clock.now)
        _ = try await world.store.addCoupon(free)
        let gift = Order(
            id: ID("gift"), learner: try await world.store.findOrMakeLearner(email: World.bob, language: "en", newID: ID("bob"), now: world.clock.now).id,
            items: order.items, total: yuan(0), discount: .init(coupon: "GIFT", off: yuan(298)), provider: .free, attempt: "a", language: "en",
            visit: nil, consent: nil, createdAt: world.clock.now)
        _ = try await world.store.openOrder(gift, claim: nil, facts: [.paid(transaction: "free:gift", money: yuan(0))])
        try await world.shop.revoke(World.bob.text, from: "swift")
        #expect(try world.store.enrollments(of: gift.learner, now: world.clock.now).map(\.course) == ["python"])
        #expect(try world.store.order(gift.id)?.state.kind == .partiallyRefunded)
        await #expect(throws: ShopProblem.self) { try await world.shop.revoke(World.bob.text, from: "swift") }
        try await world.shop.revoke(World.bob.text, from: "python")
        #expect(try world.store.order(gift.id)?.state.kind == .refunded)
        #expect(try world.store.enrollments(of: gift.learner, now: world.clock.now).isEmpty)
    }
}
