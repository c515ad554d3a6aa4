import LecternCore
import Testing

@testable import LecternStore

@Suite struct SettlementTests {
    @Test func `a repeated attempt is the same order`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), claim = TokenDigest("claim".utf8)
        let first = try await shop.store.openOrder(shop.order("a", for: ada, attempt: "x"), claim: claim)
        let second = try await shop.store.openOrder(shop.order("b", for: ada, attempt: "x"), claim: claim)
        let elsewhere = try await shop.store.openOrder(shop.order("c", for: ada, attempt: "x"), claim: TokenDigest("other".utf8))
        #expect(first == .opened(first.record))
        #expect(second == .repeated(first.record))
        #expect(elsewhere == .opened(elsewhere.record))
        #expect(try shop.store.orders(of: ada.id).map(\.order.id.text) == ["c", "a"])
    }

    @Test func `an order comes back as it was written`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        let order = shop.order("a", for: ada, ["python", "swift"])
        let opened = try await shop.store.openOrder(order, claim: nil).record
        #expect(opened.order == order)
        #expect(opened.state.kind == .pending)
        #expect(try shop.store.order(order.id) == opened)
    }

    @Test func `a payment grants, and owes one receipt however often it is told`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada)
        let paid = OrderFact.paid(transaction: "pi_1", money: .yuan(49))
        func notice(_ id: String) -> Notice { Notice(provider: .stripe, id: id, body: "{}", receivedAt: shop.now) }
        let first = try #require(try await shop.store.record([paid], of: ID("a"), notice: notice("evt_1"), now: shop.now))
        let again = try #require(try await shop.store.record([paid], of: ID("a"), notice: notice("evt_1"), now: shop.now))
        let other = try #require(try await shop.store.record([paid], of: ID("a"), notice: notice("evt_2"), now: shop.now))
        #expect(first.before.kind == .pending && first.after.kind == .paid)
        #expect(first.isNewlyGranted && first.isNews)
        #expect(!again.isNewlyGranted && !again.isNews && !other.isNews)
        #expect(try shop.store.unsentMail().map(\.mail.key) == ["receipt:a:learner-ada"])
        #expect(try shop.store.orderID(provider: .stripe, payment: "pi_1") == ID("a"))
    }

    @Test func `access ends with the commit of the refund, and the receipt is not sent again when it comes back`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), cookie = try await shop.session(of: ada)
        try await shop.bought("a", by: ada, payment: "pi_1")
        func isEnrolled() throws -> Bool { try shop.store.access(session: cookie, claim: nil, course: "python", now: shop.now).enrollment != nil }
        #expect(try isEnrolled())
        let opened = OrderFact.dispute(id: "dp", transaction: "pi_1", status: .open), won = OrderFact.dispute(id: "dp", transaction: "pi_1", status: .won)
        _ = try await shop.store.record([opened], of: ID("a"), now: shop.now)
        #expect(try !isEnrolled())
        let back = try #require(try await shop.store.record([won], of: ID("a"), now: shop.now))
        #expect(try isEnrolled() && !back.isNewlyGranted)
        let refund = OrderFact.refunded(reference: "re", transaction: "pi_1", money: .yuan(49), status: .succeeded)
        _ = try await shop.store.record([refund], of: ID("a"), now: shop.now)
        #expect(try !isEnrolled())
    }

    @Test func `the mail about a refund is owed in the commit of the refund, once for each sum that is reached`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi_1")
        func refund(_ reference: String, _ yuan: Int64, _ status: RefundStatus = .succeeded) -> OrderFact {
            .refunded(reference: reference, transaction: "pi_1", money: .yuan(yuan), status: status)
        }
        for fact in [refund("re_1", 9), refund("re_1", 9), refund("re_2", 40), refund("re_3", 1, .pending), refund("re_2", 40, .failed), refund("re_4", 40)] {
            _ = try await shop.store.record([fact], of: ID("a"), now: shop.now)
        }
        let mails = try shop.store.mails(of: ID("a")).filter { $0.mail.kind == "refund" }
        #expect(mails.map(\.mail.key) == ["refund:a:4900", "refund:a:4900:1", "refund:a:900"])
        #expect(mails.map(\.mail.payload) == [#"{"money":4000,"refunded":4900,"closed":[]}"#, #"{"money":4000,"refunded":4900,"closed":[]}"#, #"{"money":900,"refunded":900,"closed":[]}"#])
    }

    @Test func `a refund that overtook its payment is matched when the payment becomes known`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada)
        let refund = OrderFact.refunded(reference: "re", transaction: "pi_1", money: .yuan(49), status: .succeeded)
        let notice = Notice(provider: .stripe, id: "evt_1", body: "{}", receivedAt: shop.now)
        #expect(try await shop.store.keepUnresolved(notice, facts: [refund], payment: "pi_1", now: shop.now) == nil)
        #expect(try shop.store.unresolvedNotices().map(\.facts) == [[refund]])
        let settled = try #require(
            try await shop.store.record([.paid(transaction: "pi_1", money: .yuan(49))], of: ID("a"), now: shop.now))
        #expect(settled.after.kind == .refunded && !settled.after.grants && !settled.isNewlyGranted)
        #expect(try shop.store.unresolvedNotices().isEmpty)
        let late = Notice(provider: .stripe, id: "evt_2", body: "{}", receivedAt: shop.now)
        #expect(try await shop.store.keepUnresolved(late, facts: [refund], payment: "pi_1", now: shop.now)?.record.order.id == ID("a"))
    }

    @Test func `one payment pays one order`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi_1")
        try await shop.bought("b", by: ada, ["swift"])
        let settled = try #require(
            try await shop.store.record([.paid(transaction: "pi_1", money: .yuan(49))], of: ID("b"), now: shop.now))
        #expect(settled.paymentsOfAnotherOrder == ["pi_1"])
        #expect(settled.after.kind == .pending && !settled.isNews)
        #expect(try shop.store.alerts().map(\.kind) == [.paymentOfAnotherOrder])
    }

    @Test func `money that differs goes to review, and the creator hears of it once`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada)
        let short = OrderFact.paid(transaction: "pi_1", money: .yuan(4))
        for _ in 1...2 { _ = try await shop.store.record([short], of: ID("a"), now: shop.now) }
        #expect(try shop.store.order(ID("a"))?.state.kind == .review)
        #expect(try shop.store.alerts().map(\.kind) == [.amountDiffers])
        #expect(try shop.store.unsentMail().map(\.mail.key) == ["alert:order:a:amountDiffers"])
    }

    @Test func `facts about an unknown order are not recorded`() async throws {
        let shop = try Shop()
        #expect(try await shop.store.record([.failed], of: ID("nobody"), now: shop.now) == nil)
    }

    @Test func `a mistyped address is corrected by its own browser until somebody proved to have it`() async throws {
        let shop = try Shop(), typo = try await shop.learner("aad"), ada = try await shop.learner("ada")
        let claim = TokenDigest("claim".utf8), other = TokenDigest("other".utf8)
        try await shop.bought("a", by: typo, claim: claim, payment: "pi_1")
        #expect(try await shop.store.correctAddress(of: ID("a"), claim: other, to: ada.id, now: shop.now) == nil)
        let moved = try #require(try await shop.store.correctAddress(of: ID("a"), claim: claim, to: ada.id, now: shop.now))
        #expect(moved.order.learner == ada.id)
        #expect(try shop.store.unsentMail().filter { !$0.isGivenUp }.map(\.mail.key) == ["receipt:a:learner-ada"])
        try await shop.store.confirm(ada.id, now: shop.now)
        #expect(try await shop.store.correctAddress(of: ID("a"), claim: claim, to: typo.id, now: shop.now) == nil)
    }

    @Test func `the creator finds orders by state, address, course and page`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), bob = try await shop.learner("bob_b")
        try await shop.bought("a", by: ada, ["python"], payment: "pi_1")
        try await shop.bought("b", by: bob, ["swift"])
        try await shop.bought("c", by: bob, ["python"])
        func found(_ filter: OrderFilter) throws -> [String] { try shop.store.orders(filter).map(\.order.id.text) }
        #expect(try found(OrderFilter()) == ["c", "b", "a"])
        #expect(try found(OrderFilter(limit: 1, after: ID("c"))) == ["b"])
        #expect(try found(OrderFilter(states: [.paid])) == ["a"])
        #expect(try found(OrderFilter(email: "BOB_")) == ["c", "b"])
        #expect(try found(OrderFilter(email: "b_b%")) == [])
        #expect(try found(OrderFilter(course: "python", provider: .stripe)) == ["c", "a"])
        #expect(try found(OrderFilter(to: shop.now)) == [])
    }
}
