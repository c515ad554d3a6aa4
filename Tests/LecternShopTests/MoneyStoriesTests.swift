import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

/// orders.md, told as what happens to a buyer.
@Suite struct MoneyStoriesTests {
    @Test func `money is given back for as long as the site promises, and later on purpose alone`() async throws {
        var catalogue = Catalogue.two
        catalogue.refundDays = 14
        let world = try World(catalogue: catalogue), part = Money(minorUnits: 100, currency: .cny)
        let order = try await world.order().order.order, name = order.id.text
        try await world.press(.pay, order)
        world.clock.pass(days: 14)
        #expect(try await world.shop.refund(name, money: part).after == .partiallyRefunded)
        world.clock.pass(seconds: 1)
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name) }
        #expect(try world.store.order(order.id)?.state.kind == .partiallyRefunded)
        // What was paid twice goes back whenever it is found.
        try await world.pay(order, transaction: "second")
        #expect(try await world.shop.refund(name, transaction: "second").after == .partiallyRefunded)
        #expect(try await world.shop.refund(name, transaction: "pretend:\(order.id)", isLate: true).after == .refunded)
    }

    @Test func `a notice told twice is one payment and one receipt`() async throws {
        let world = try World(), order = try await world.order().order.order
        for _ in 1...3 {
            try await world.press(.pay, order)
            world.clock.pass(seconds: 60)
        }
        #expect(try world.store.order(order.id)?.facts.count == 1)
        #expect(try await world.mails(to: World.ann).count == 1)
        #expect(try world.store.alerts().isEmpty)
    }

    @Test func `a notice may come before the order's page is back, and long after`() async throws {
        let world = try World(), bought = try await world.order(), order = bought.order.order
        world.clock.pass(days: 20)
        try await world.press(.pay, order)
        let view = try await world.shop.order(order.id, visitor: world.visitor(claim: bought.newClaim))
        #expect(view.state.kind == .paid && view.next == nil)
    }

    @Test func `a transfer on its way opens nothing; when it arrives it does, and a late failure changes nothing`() async throws {
        let world = try World(), bought = try await world.order(), order = bought.order.order
        let browser = world.visitor(claim: bought.newClaim)
        try await world.press(.payLater, order)
        #expect(try await world.shop.order(order.id, visitor: browser).state.kind == .processing)
        #expect(await refusal { try world.key(browser) } == .signInNeeded)
        try await world.press(.pay, order)
        try await world.press(.fail, order)
        #expect(try await world.shop.order(order.id, visitor: browser).state.kind == .paid)
        #expect(try world.key(browser) != nil)
    }

    @Test func `a wrong amount opens nothing, and the creator hears of it`() async throws {
        let world = try World(), bought = try await world.order(), order = bought.order.order
        try await world.pay(order, minorUnits: 19899, transaction: "short")
        #expect(try world.store.order(order.id)?.state.kind == .review)
        #expect(await refusal { try world.key(world.visitor(claim: bought.newClaim)) } == .signInNeeded)
        #expect(try await world.mails(to: World.ann).isEmpty)
        #expect(try await world.mails(to: World.creator).first?.text.contains("lectern orders show \(order.id)") == true)
        // Two wrong payments never add up to a right one.
        try await world.pay(order, minorUnits: 1, transaction: "rest")
        #expect(try world.store.order(order.id)?.state.grants == false)
    }

    @Test func `a forged, an old and a future notice change nothing`() async throws {
        let world = try World(), order = try await world.order().order.order
        let body = #"{"id":"n","order":"\#(order.id)","button":"pay","minorUnits":19900,"currency":"CNY"}"#
        for raw in [
            world.signed(body, key: [1, 2, 3]), world.signed(body, at: world.clock.now.adding(seconds: -301)),
            world.signed(body, at: world.clock.now.adding(seconds: 301)), RawNotice(headers: [:], body: Array(body.utf8)),
            world.signed("{"),
        ] {
            #expect(await refusal { try await world.shop.takeNotice(.pretend, raw) } == .badNotice)
        }
        #expect(try world.store.order(order.id)?.facts.isEmpty == true)
        #expect(await refusal { try await world.shop.takeNotice(.stripe, world.signed(body)) } == .notFound)
    }

    @Test func `two payments leave the course open, and the creator is asked to give one back`() async throws {
        let world = try World(), bought = try await world.order(), order = bought.order.order
        try await world.pay(order, transaction: "one")
        try await world.pay(order, transaction: "two")
        #expect(try world.store.alerts().map(\.kind) == [.paidTwice])
        let change = try await world.shop.refund(order.id.text)
        #expect(change.record.state.grants)
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
        #expect(try await world.mails(to: World.ann).first?.subject.contains("¥199") == true)
    }

    @Test func `money that comes after an order expired still buys`() async throws {
        let world = try World(), bought = try await world.order(), order = bought.order.order
        world.clock.pass(days: 2)
        #expect(try await world.shop.expireOrders().changed.map(\.after) == [.expired])
        try await world.press(.pay, order)
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
        #expect(try world.store.alerts().map(\.kind) == [.latePayment])
    }

    @Test func `a refund in part leaves the course, a whole one closes it at the next check`() async throws {
        let world = try World(), bought = try await world.order(), order = bought.order.order
        let browser = world.visitor(claim: bought.newClaim)
        try await world.press(.pay, order)
        let part = try await world.shop.refund(order.id.text, money: Money(minorUnits: 5000, currency: .cny))
        #expect(part.after == .partiallyRefunded)
        #expect(try world.key(browser) != nil)
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text, money: Money(minorUnits: 14901, currency: .cny)) }
        let whole = try await world.shop.refund(order.id.text)
        #expect(whole.after == .refunded)
        #expect(whole.record.state.refundedMoney == order.total)
        #expect(await refusal { try world.key(browser) } == .signInNeeded)
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(order.id.text) }
        #expect(try await world.mails(to: World.ann).map(\.subject).filter { $0.contains("Refund") }.count == 2)
    }

    @Test func `a refund that overtakes its payment is kept, and the payment then opens nothing`() async throws {
        let world = try World(), order = try await world.order().order.order
        try await world.press(.refund, order)
        #expect(try world.store.order(order.id)?.state.kind == .refundBeforePayment)
        try await world.press(.pay, order)
        #expect(try world.store.order(order.id)?.state.kind == .refunded)
        #expect(try world.store.order(order.id)?.state.grants == false)
    }

    @Test func `refunding one of two overlapping orders leaves what the other bought`() async throws {
        let world = try World()
        let one = try await world.order(["python"])
        let two = try await world.order(["python", "swift"], attempt: "attempt-2")
        try await world.press(.pay, one.order.order)
        try await world.press(.pay, two.order.order)
        let session = try await world.signIn(), visitor = world.visitor(session)
        _ = try await world.shop.refund(two.order.order.id.text)
        #expect(try world.key(visitor) != nil)
        #expect(await refusal { try world.key(visitor, "swift/types", in: "swift", epoch: 1) } == .notEnrolled)
    }

    @Test func `the creator confirms a transfer by what the buyer wrote on it`() async throws {
        let world = try World()
        let bought = try await world.shop.checkout(world.request(provider: .manual), visitor: world.visitor())
        let reference = transferReference(of: bought.order.order.id)
        #expect(try await world.shop.confirm(reference).after == .paid)
        #expect(try await world.shop.confirm(reference).before == .paid)
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
        let pretended = try await world.order(["swift"], attempt: "attempt-2")
        await #expect(throws: ShopProblem.self) { try await world.shop.confirm(pretended.order.order.id.text) }
        await #expect(throws: ShopProblem.self) { try await world.shop.confirm("nothing") }
    }

    @Test func `a notice about nobody's order is kept, and counts for none`() async throws {
        let world = try World()
        let body = #"{"id":"n","order":"someone-elses","button":"pay","minorUnits":19900,"currency":"CNY","transaction":"x"}"#
        try await world.shop.takeNotice(.pretend, world.signed(body))
        #expect(try world.store.unresolvedNotices().map(\.payment) == ["x"])
        #expect(world.notes.events == ["notice-unresolved"])
    }

    /// Loss is repetition that comes late: what got lost is told again in the end.
    @Test func `whatever the order in which notices come, and how often, the end is the same`() async throws {
        typealias Telling = (minorUnits: Int64, button: PretendPayments.Button, transaction: String)
        let tellings: [Telling] = [
            (19900, .pay, "one"), (19900, .pay, "two"), (100, .pay, "wrong"), (19900, .payLater, "one"), (19900, .fail, "one"), (19900, .refund, "one"),
        ]
        var dice = SeededDice(state: 7), ends: Set<OrderState> = []
        for _ in 1...25 {
            let world = try World(), order = try await world.order().order.order
            for telling in (tellings + tellings).shuffled(using: &dice) {
                let body = """
                    {"id":"n-\(telling.transaction)-\(telling.button.rawValue)","order":"\(order.id)","button":"\(telling.button.rawValue)","minorUnits":\(telling.minorUnits),"currency":"CNY","transaction":"\(telling.transaction)"}
                    """
                try await world.shop.takeNotice(.pretend, world.signed(body))
            }
            ends.insert(try #require(try world.store.order(order.id)).state)
            #expect(try await world.mails(to: World.ann).filter { $0.subject.contains("is open") }.count == 1)
        }
        #expect(ends.count == 1)
        #expect(ends.first?.grants == true)
        #expect(ends.first?.refundedMoney.minorUnits == 19900)
    }
}

private struct SeededDice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
