import LecternCore
import Testing

@testable import LecternStore

@Suite struct AskedRefundTests {
    @Test func `of two who saw the same open refund, the one asks again or the other ends it`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi")
        let refund = AskedRefund(key: "r1", order: ID("a"), payment: "pi", money: .yuan(9), askedAt: shop.now)
        #expect(try await shop.store.askRefund(refund, after: nil) == refund)
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

    @Test func `who looked before another's refund came to its end asks for nothing`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi")
        let first = AskedRefund(key: "r1", order: ID("a"), payment: "pi", money: .yuan(9), askedAt: shop.now)
        _ = try await shop.store.askRefund(first, after: nil)
        #expect(try await shop.store.endRefund(first, now: shop.now))
        let second = AskedRefund(key: "r2", order: ID("a"), payment: "pi", money: .yuan(9), askedAt: shop.now)
        #expect(try await shop.store.askRefund(second, after: nil) == nil)
        #expect(try shop.store.openRefund(of: ID("a")) == nil)
        #expect(try await shop.store.askRefund(second, after: first) == second)
    }
}
