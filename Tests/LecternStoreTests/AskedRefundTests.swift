import LecternCore
import Testing

@testable import LecternStore

@Suite struct AskedRefundTests {
    @Test func `of two who saw the same open refund, the one asks again or the other ends it`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi")
        let refund = AskedRefund(key: "r1", order: ID("a"), payment: "pi", money: .yuan(9), askedAt: shop.now)
        #expect(try await shop.store.askRefund(refund) == refund)
        let later = shop.now.adding(seconds: 600)
        let renewed = try #require(try await shop.store.renewRefund(refund, now: later))
        #expect(renewed.askedAt == later)
        #expect(try shop.store.openRefund(of: ID("a")) == renewed)
        // Who saw it as it was comes too late, to end it or to ask again.
        #expect(try await !shop.store.endRefund(refund, now: later))
        #expect(try await shop.store.renewRefund(refund, now: later) == nil)
        #expect(try await shop.store.endRefund(renewed, now: later))
        #expect(try await shop.store.renewRefund(renewed, now: later) == nil)
        #expect(try shop.store.openRefund(of: ID("a")) == nil)
    }
}
