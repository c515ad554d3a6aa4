import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

/// A refund that was not asked for here, or that this database forgot.
@Suite struct ConsoleRefundTests {
    private func yuan(_ whole: Int64) -> Money { Money(minorUnits: whole * 100, currency: .cny) }

    /// An order of two courses, ¥199 and ¥99, paid by "one".
    private func bought(_ world: World) async throws -> (order: Order, browser: Visitor) {
        let bought = try await world.order(["python", "swift"])
        try await world.pay(bought.order.order, transaction: "one")
        return (bought.order.order, world.visitor(claim: bought.newClaim))
    }

    private func tell(
        _ world: World, _ order: Order, _ money: Money, _ reference: String = "re_1", of payment: String? = "one", is status: RefundStatus = .succeeded,
        refunds: [String: KeyedRefund] = [:]
    ) async throws {
        let fact = OrderFact.refunded(reference: reference, transaction: payment, money: money, status: status)
        try await world.shop.settle(ProviderWord(order: order.id, facts: [fact], refunds: refunds), order: order.id)
    }

    private func opens(_ world: World, _ visitor: Visitor) -> [String] {
        [("python", "python/lists", 2), ("swift", "swift/types", 1)].filter { course, lesson, epoch in
            do { return try world.key(visitor, lesson, in: course, epoch: epoch) != nil } catch { return false }
        }.map(\.0)
    }

    @Test func `a refund from a provider's console closes the course that the creator says it was for, and moves no money`() async throws {
        let world = try World()
        let (order, browser) = try await bought(world)
        try await tell(world, order, yuan(99))
        #expect(opens(world, browser) == ["python", "swift"])
        _ = try await world.mails()
        let change = try await world.shop.attribute(order.id.text, refund: "re_1", to: "swift")
        #expect(opens(world, browser) == ["python"])
        #expect(change.record.state.refundedMoney == yuan(99) && change.record.state.closed == ["swift"])
        let mail = try #require(try await world.mails(to: World.ann).first { $0.subject.contains("closed") })
        #expect(mail.text.contains("Closed with that: Course swift") && mail.text.contains("¥99"))
        // Said again: nothing is new.
        #expect(try await world.shop.attribute(order.id.text, refund: "re_1", to: "swift").record.courseRefunds == change.record.courseRefunds)
        await #expect(throws: ShopProblem.self) { try await world.shop.attribute(order.id.text, refund: "re_1", to: "swift", money: yuan(1)) }
        await #expect(throws: ShopProblem.self) { try await world.shop.attribute(order.id.text, refund: "re_1", to: "python") }
        // It is given back once.
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, course: "swift") }
        // A bank sends it back: the course opens again.
        try await tell(world, order, yuan(99), is: .failed)
        #expect(opens(world, browser) == ["python", "swift"])
    }

    @Test func `a refund of two courses is shared out between them`() async throws {
        let world = try World()
        let (order, browser) = try await bought(world)
        try await tell(world, order, yuan(150), is: .pending)
        await #expect(throws: ShopProblem.self) { try await world.shop.attribute(order.id.text, refund: "re_1", to: "swift") }
        _ = try await world.shop.attribute(order.id.text, refund: "re_1", to: "swift", money: yuan(50))
        #expect(opens(world, browser) == ["python", "swift"], "it is on its way")
        try await tell(world, order, yuan(150))
        #expect(opens(world, browser) == ["python"])
        _ = try await world.shop.attribute(order.id.text, refund: "re_1", to: "python")
        #expect(opens(world, browser).isEmpty)
        #expect(try world.store.order(order.id)?.courseRefunds.latest.map(\.money) == [yuan(100), yuan(50)])
    }

    @Test func `what does not fit is refused, and nothing is written`() async throws {
        let world = try World()
        let (order, _) = try await bought(world)
        try await world.pay(order, minorUnits: 5000, transaction: "wrong")
        try await tell(world, order, yuan(99))
        try await tell(world, order, yuan(10), "re_failed", is: .failed)
        try await tell(world, order, yuan(50), "re_wrong", of: "wrong")
        for (reference, course, money) in [
            ("re_none", "swift", nil), ("re_failed", "swift", nil), ("re_wrong", "swift", nil), ("re_1", "hello", nil), ("re_1", "swift", yuan(100)),
            ("re_1", "swift", yuan(0)),
        ] as [(String, String, Money?)] {
            await #expect(throws: ShopProblem.self, "\(reference) \(course)") {
                try await world.shop.attribute(order.id.text, refund: reference, to: course, money: money)
            }
        }
        #expect(try world.store.order(order.id)?.courseRefunds == [])
        // Of two payments the one that it took from, where it names none, is not guessed.
        try await world.pay(order, transaction: "two")
        try await tell(world, order, yuan(99), "re_unnamed", of: nil)
        await #expect(throws: ShopProblem.self) { try await world.shop.attribute(order.id.text, refund: "re_unnamed", to: "swift") }
    }

    @Test func `after a backup was brought back, a refund's own name tells which course it closed`() async throws {
        let world = try World()
        let (order, browser) = try await bought(world)
        let key = "\(order.id)c2"
        try await tell(world, order, yuan(99), refunds: [key: KeyedRefund(.succeeded, reference: "re_1", payment: "one", money: yuan(99))])
        #expect(opens(world, browser) == ["python"])
        #expect(try world.store.refundKeys(of: order.id) == [key])
        #expect(try world.store.alerts().isEmpty)
    }

    @Test func `a refund of ours whose name says no more than that is told to the creator, once; another shop's is not`() async throws {
        let world = try World()
        let (order, browser) = try await bought(world)
        let own = "01hq7kz0m4v3x8c5b2n9j6d1fs"
        for key in [own, own, "by-hand", "\(order.id)x9"] {
            try await tell(world, order, yuan(50), refunds: [key: KeyedRefund(.succeeded, reference: "re_1", payment: "one", money: yuan(50))])
        }
        #expect(try world.store.alerts().map(\.kind) == [.refundForgotten])
        let mail = try #require(try await world.mails(to: World.creator).first)
        #expect(mail.text.contains("备份"))
        #expect(opens(world, browser) == ["python", "swift"])
        try await tell(world, order, yuan(50), refunds: ["\(order.id)c7": KeyedRefund(.succeeded, payment: "one")])
        #expect(try world.store.alerts().count == 2, "an order of two has no seventh course")
    }

    @Test func `a course's refund is named after the order and the course, and another try is another name`() async throws {
        let world = try World()
        let (order, _) = try await bought(world)
        #expect(RefundKey.key(of: "swift", in: order, used: []) == "\(order.id)c2")
        #expect(RefundKey.key(of: "swift", in: order, used: ["\(order.id)c2", "\(order.id)c2n1"]) == "\(order.id)c2n2")
        #expect(RefundKey.key(of: "hello", in: order, used: []) == nil)
        for (key, course) in [("c1", "python"), ("c2n1", "swift"), ("c0", nil), ("c3", nil), ("c2n", nil), ("c", nil), ("c2n1n1", nil)] as [(String, String?)] {
            #expect(RefundKey.course(order.id.text + key, in: order) == course, "\(key)")
        }
        _ = try await world.shop.refund(order.id.text, course: "swift")
        #expect(try world.store.refundKeys(of: order.id) == ["\(order.id)c2"])
    }

    @Test func `all that is left of a transfer that was paid twice is given back once, however often it is typed`() async throws {
        let world = try World()
        let bought = try await world.shop.checkout(world.request(provider: .manual), visitor: world.visitor()), order = bought.order.order
        for transaction in ["one", "two"] { _ = try await world.shop.confirm(order.id.text, transaction: transaction) }
        #expect(try await world.shop.refund(order.id.text).after == .paid)
        let problem = await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text) }
        #expect(problem?.description.contains("--transaction") == true)
        #expect(try world.store.order(order.id)?.state.refundedMoney == yuan(199))
        #expect(try await world.shop.refund(order.id.text, isAgain: true).after == .refunded)
    }

    @Test func `in a currency of three decimals parts and coupons are tens of the last one, and still add up`() {
        let dinar = Currency("KWD")!
        func item(_ course: String, _ minorUnits: Int64) -> Order.Item { .init(course: course, title: course, price: Money(minorUnits: minorUnits, currency: dinar)) }
        let items = [item("a", 4990), item("b", 2990), item("c", 1500)]
        let third = Coupon(code: "THIRD", discount: .percent(33), createdAt: Instant(seconds: 0))
        #expect(third.off(items)?.minorUnits == 3120)
        let odd = Coupon(code: "ODD", discount: .amount(Money(minorUnits: 1005, currency: dinar)), createdAt: Instant(seconds: 0))
        #expect(odd.off(items)?.minorUnits == 1000)
        #expect(Coupon(code: "ALL", discount: .percent(100), createdAt: Instant(seconds: 0)).off(items)?.minorUnits == 9480)
        for off in [3120, 1000, 10, 9480, 3127] as [Int64] {
            let order = Order(
                id: ID("o"), learner: ID("l"), items: items, total: Money(minorUnits: 9480 - off, currency: dinar),
                discount: .init(coupon: "X", off: Money(minorUnits: off, currency: dinar)), provider: .stripe, attempt: "a", language: "en", visit: nil,
                consent: nil, createdAt: Instant(seconds: 0))
            let parts = order.paidParts().map(\.money.minorUnits)
            #expect(parts.reduce(0, +) == order.total.minorUnits && parts.allSatisfy { $0 >= 0 })
            #expect(off % 10 != 0 || parts.allSatisfy { $0 % 10 == 0 }, "\(parts)")
        }
    }
}
