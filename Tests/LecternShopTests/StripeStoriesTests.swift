import LecternCore
import LecternPayments
import LecternStore
import Synchronization
import Testing

@testable import LecternShop

/// What only a provider with names of its own for payments can tell: Stripe, played by a stand-in.
@Suite struct StripeStoriesTests {
    private let standIn = StandIn()

    private func world() throws -> World {
        let settings = StripeSettings(mode: .test, secretKey: "sk_test_1", webhookSecrets: ["whsec_old", "whsec_new"], baseURL: "http://localhost:9")
        return try World(payments: [try #require(PaymentProvider.stripe(settings, send: standIn.send))])
    }

    private func order(_ world: World) async throws -> CheckedOut {
        try await world.shop.checkout(world.request(provider: .stripe), visitor: world.visitor())
    }

    private func tell(_ world: World, _ kind: String, _ object: String, secret: String = "whsec_new") async throws {
        let body = Array("{\"id\":\"evt_\(kind)\",\"type\":\"\(kind)\",\"livemode\":false,\"data\":{\"object\":\(object)}}".utf8)
        let header = NoticeSignature(secrets: [Array(secret.utf8)])!.header(body: body, now: world.clock.now)
        try await world.shop.takeNotice(.stripe, RawNotice(headers: ["stripe-signature": header], body: body))
    }

    private let refund = #"{"id":"re_1","amount":19900,"currency":"cny","status":"succeeded","payment_intent":"pi_1","metadata":{}}"#

    @Test func `a refund from Stripe's own console that overtakes its payment is found again by it`() async throws {
        let world = try world(), bought = try await order(world), id = bought.order.order.id
        try await tell(world, "refund.created", refund)
        #expect(try world.store.order(id)?.facts.isEmpty == true)
        try await tell(world, "checkout.session.completed", standIn.paidSession(id))
        #expect(try world.store.order(id)?.state.kind == .refunded)
        #expect(await refusal { try world.key(world.visitor(claim: bought.newClaim)) } == .signInNeeded)
        #expect(try world.store.unresolvedNotices().isEmpty)
    }

    @Test func `a dispute closes the course, winning it opens it again; an inquiry does neither`() async throws {
        let world = try world(), bought = try await order(world), browser = world.visitor(claim: bought.newClaim)
        try await tell(world, "checkout.session.completed", standIn.paidSession(bought.order.order.id))
        func dispute(_ status: String) async throws {
            try await tell(world, "charge.dispute.\(status)", #"{"id":"dp_1","status":"\#(status)","payment_intent":"pi_1"}"#)
        }
        try await dispute("warning_needs_response")
        #expect(try world.key(browser) != nil)
        try await dispute("needs_response")
        #expect(await refusal { try world.key(browser) } == .signInNeeded)
        try await dispute("won")
        #expect(try world.key(browser) != nil)
    }

    @Test func `while the secret is rolled, notices of either are taken`() async throws {
        let world = try world(), bought = try await order(world)
        try await tell(world, "checkout.session.completed", standIn.paidSession(bought.order.order.id), secret: "whsec_old")
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
        #expect(await refusal { try await tell(world, "checkout.session.completed", "{}", secret: "whsec_gone") } == .badNotice)
    }

    @Test func `the return page asks, so that a lost notice costs nothing, and asks no more than every five seconds`() async throws {
        let world = try world(), bought = try await order(world), id = bought.order.order.id, browser = world.visitor(claim: bought.newClaim)
        #expect(try await world.shop.order(id, visitor: browser).state.kind == .pending)
        #expect(standIn.asked == 0)
        standIn.pay()
        world.clock.pass(seconds: 4)
        #expect(try await world.shop.order(id, visitor: browser).state.kind == .pending)
        world.clock.pass(seconds: 1)
        #expect(try await world.shop.order(id, visitor: browser).state.kind == .paid)
        #expect(standIn.asked == 1)
        #expect(try world.key(browser) != nil)
    }

    @Test func `an open order is asked about every five seconds, and a provider that is away is waited for`() async throws {
        let world = try world(), bought = try await order(world), id = bought.order.order.id, browser = world.visitor(claim: bought.newClaim)
        world.clock.pass(seconds: 10)
        for _ in 1...3 { _ = try await world.shop.order(id, visitor: browser) }
        #expect(standIn.asked == 1)
        standIn.leave()
        world.clock.pass(seconds: 5)
        #expect(try await world.shop.order(id, visitor: browser).state.kind == .pending)
        #expect(world.notes.events == ["provider-failed"])
    }

    @Test func `reconcile finds lost payments and refunds`() async throws {
        let world = try world(), bought = try await order(world)
        standIn.pay()
        let since = world.clock.now.adding(seconds: -60)
        #expect(try await world.shop.reconcile(since: since).changed.map(\.after) == [.paid])
        #expect(try await world.shop.reconcile(since: since).changed.isEmpty)
        standIn.refund(refund)
        #expect(try await world.shop.reconcile(since: since).changed.map(\.after) == [.refunded])
        #expect(try world.store.order(bought.order.order.id)?.state.grants == false)
    }

    @Test func `one provider's notice says nothing about another's order`() async throws {
        let world = try world(), bought = try await order(world)
        try await world.press(.pay, bought.order.order)
        #expect(try world.store.order(bought.order.order.id)?.facts.isEmpty == true)
        #expect(try world.store.unresolvedNotices().count == 1)
    }

    @Test func `a refund on its way is not asked for again; one that failed can be`() async throws {
        let world = try world(), bought = try await order(world), name = bought.order.order.id.text
        standIn.pay()
        standIn.refund(refund.replacing("succeeded", with: "pending"))
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name) }
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
        standIn.refund(refund.replacing("succeeded", with: "failed"))
        #expect(try await world.shop.refund(name).after == .refunded)
    }

    @Test func `a part whose answer was lost is given back once, and asked for anew it is another part`() async throws {
        let world = try world(), bought = try await order(world), name = bought.order.order.id.text
        standIn.pay()
        let part = Money(minorUnits: 5000, currency: .cny)
        standIn.loseAnswer()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: part) }
        let again = try await world.shop.refund(name, money: part)
        #expect(again.before == .paid && again.after == .partiallyRefunded)
        #expect(again.record.state.refundedMoney == part && standIn.refunds.count == 1)
        #expect(again.paidSince == world.clock.now)
        let another = try await world.shop.refund(name, money: part)
        #expect(another.record.state.refundedMoney.minorUnits == 10_000 && another.paidSince == nil)
        #expect(standIn.refunds.count == 2)
    }

    @Test func `a part that never arrived is asked for under the same name, and another amount waits until it is known`() async throws {
        let world = try world(), bought = try await order(world), name = bought.order.order.id.text
        standIn.pay()
        let part = Money(minorUnits: 5000, currency: .cny), other = Money(minorUnits: 4900, currency: .cny)
        standIn.loseRefund()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: part) }
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: other) }
        #expect(standIn.refunds.isEmpty)
        standIn.loseRefund()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: part) }
        #expect(Set(standIn.refundNames).count == 1 && standIn.refundNames.count == 2)
        world.clock.pass(seconds: 601)
        #expect(try await world.shop.refund(name, money: other).record.state.refundedMoney == other)
        #expect(standIn.refunds.count == 1 && Set(standIn.refundNames).count == 2)
    }

    @Test func `all that is left, asked for again after a lost answer, is done and no failure`() async throws {
        let world = try world(), bought = try await order(world), name = bought.order.order.id.text
        standIn.pay()
        standIn.loseAnswer()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name) }
        #expect(try await world.shop.refund(name).after == .refunded)
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name) }
        #expect(standIn.refunds.count == 1)
    }

    @Test func `of an order that was paid twice, one payment is given back, however often the answer is lost`() async throws {
        let world = try world(), bought = try await order(world), id = bought.order.order.id
        standIn.pay()
        try await tell(world, "checkout.session.completed", standIn.paidSession(id))
        try await tell(world, "checkout.session.async_payment_succeeded", standIn.paidSession(id).replacing("pi_1", with: "pi_2"))
        standIn.loseAnswer()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(id.text) }
        let again = try await world.shop.refund(id.text)
        #expect(again.paidSince == world.clock.now && again.after == .paid)
        #expect(standIn.refunds.count == 1)
        #expect(try world.key(world.visitor(claim: bought.newClaim)) != nil)
    }

    @Test func `a refund that was asked for again is waited for again`() async throws {
        let world = try world(), bought = try await order(world), name = bought.order.order.id.text
        standIn.pay()
        let part = Money(minorUnits: 5000, currency: .cny), other = Money(minorUnits: 4900, currency: .cny)
        standIn.loseRefund()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: part) }
        world.clock.pass(seconds: 599)
        standIn.loseRefund()
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: part) }
        // It may still be on its way: the ten minutes began anew.
        world.clock.pass(seconds: 2)
        await #expect(throws: ShopProblem.self) { try await world.shop.refund(name, money: other) }
        #expect(standIn.refunds.isEmpty)
        world.clock.pass(seconds: 599)
        #expect(try await world.shop.refund(name, money: other).record.state.refundedMoney == other)
    }

    @Test func `an order that was paid at the last moment is not expired`() async throws {
        let world = try world(), bought = try await order(world)
        standIn.pay()
        world.clock.pass(days: 1)
        world.clock.pass(seconds: 1)
        #expect(try await world.shop.expireOrders().changed.map(\.after) == [.paid])
        #expect(try world.store.order(bought.order.order.id)?.facts.contains(.expired) == false)
    }

    @Test func `a provider that is away keeps the order, and the same attempt begins again`() async throws {
        let world = try world()
        standIn.leave()
        let request = world.request(attempt: "AAECAwQFBgcICQoLDA0ODw", provider: .stripe)
        #expect(await refusal { try await world.shop.checkout(request, visitor: world.visitor()) } == .providerFailed)
        #expect(try world.store.orders(OrderFilter()).count == 1)
        standIn.comeBack()
        let begun = try await world.shop.checkout(request, visitor: world.visitor())
        #expect(begun.next == .redirect(url: "https://checkout.stripe.com/c/pay/cs_1"))
        #expect(try world.store.orders(OrderFilter()).count == 1)
    }
}

/// One session of Stripe's, and what became of it.
private final class StandIn: Sendable {
    private struct State {
        var order = ""
        var isPaid = false, isAway = false
        var refunds: [String] = []
        var refundNames: [String] = []
        var asked = 0
        var losesRefund = false, losesAnswer = false
    }

    private let state = Mutex(State())

    var asked: Int { state.withLock { $0.asked } }
    var refunds: [String] { state.withLock { $0.refunds } }
    /// Idempotency keys, as they came.
    var refundNames: [String] { state.withLock { $0.refundNames } }
    /// The next refund does not arrive.
    func loseRefund() { state.withLock { $0.losesRefund = true } }
    /// The next refund is paid, and nobody hears of it.
    func loseAnswer() { state.withLock { $0.losesAnswer = true } }
    func pay() { state.withLock { $0.isPaid = true } }
    func refund(_ refund: String) { state.withLock { $0.refunds.append(refund) } }
    func leave() { state.withLock { $0.isAway = true } }
    func comeBack() { state.withLock { $0.isAway = false } }
    func paidSession(_ order: ID<Order>) -> String { session(order.text, isPaid: true) }

    private func session(_ order: String, isPaid: Bool) -> String {
        """
        {"id":"cs_1","livemode":false,"client_reference_id":"\(order)","metadata":{"lectern_order":"\(order)"},"amount_total":19900,"currency":"cny",
        "url":"https://checkout.stripe.com/c/pay/cs_1","status":"\(isPaid ? "complete" : "open")","payment_status":"\(isPaid ? "paid" : "unpaid")",
        "payment_intent":\(isPaid ? "\"pi_1\"" : "null")}
        """
    }

    var send: SendHTTP {
        { call throws(PaymentFailure) in
            let answer = self.state.withLock { state -> String? in
                guard !state.isAway else { return nil }
                let form = String(decoding: call.body, as: UTF8.self)
                func field(_ name: String) -> String? {
                    form.split(separator: "&").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
                }
                if call.method == "POST", let order = field("client_reference_id") { state.order = order }
                if call.method == "POST", call.url.hasSuffix("/v1/refunds") {
                    let name = call.headers["Idempotency-Key"] ?? "none"
                    state.refundNames.append(name)
                    defer { (state.losesRefund, state.losesAnswer) = (false, false) }
                    if state.losesRefund { return nil }
                    let refund = """
                        {"id":"re_\(name)","amount":\(field("amount") ?? "0"),"currency":"cny","status":"succeeded","payment_intent":"\(field("payment_intent") ?? "")",
                        "metadata":{"lectern_refund":"\(field("metadata%5Blectern_refund%5D") ?? "")"}}
                        """
                    if !state.refunds.contains(refund) { state.refunds.append(refund) }
                    return state.losesAnswer ? nil : refund
                }
                if call.url.contains("/v1/refunds") {
                    let payment = call.url.split(separator: "payment_intent=").last.map(String.init) ?? ""
                    return "{\"data\":[\(state.refunds.filter { $0.contains("\"\(payment)\"") }.joined(separator: ","))]}"
                }
                if call.url.contains("/v1/disputes") { return #"{"data":[]}"# }
                if call.method == "GET" { state.asked += 1 }
                return self.session(state.order, isPaid: state.isPaid)
            }
            guard let answer else { throw PaymentFailure(.unreachable, "nothing answers") }
            return HTTPAnswer(status: 200, body: Array(answer.utf8))
        }
    }
}
