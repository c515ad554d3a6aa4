import LecternCore
import Testing

@testable import LecternStore

@Suite struct BooksTests {
    private let reference = "r"

    private func tell(_ shop: Shop, _ fact: OrderFact, after seconds: Int64) async throws {
        _ = try await shop.store.record([fact], of: ID("a"), now: shop.now.adding(seconds: seconds))
    }

    private func refund(_ yuan: Int64, _ status: RefundStatus, _ name: String = "r") -> OrderFact {
        .refunded(reference: name, transaction: "pi", money: .yuan(yuan), status: status)
    }

    @Test func `each payment and refund is one entry, however often it is told, and they add up to what the order says`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi")
        try await shop.bought("unpaid", by: ada)
        for seconds in [1, 2] as [Int64] { try await tell(shop, .paid(transaction: "pi", money: .yuan(49)), after: seconds) }
        try await tell(shop, refund(9, .pending), after: 3)
        try await tell(shop, refund(9, .succeeded), after: 4)
        // A sum that grows, as Alipay tells it.
        try await tell(shop, refund(20, .succeeded), after: 5)
        try await tell(shop, refund(5, .succeeded, "other"), after: 6)
        try await tell(shop, refund(5, .failed, "other"), after: 7)
        let books = try shop.store.books()
        #expect(books.map(\.minorUnits) == [4900, -900, -1100, -500, 500])
        #expect(books.map(\.kind) == [.payment, .refund, .refund, .refund, .refundFailed])
        let state = try #require(try shop.store.order(ID("a"))).state
        #expect(books.reduce(0) { $0 + $1.minorUnits } == state.receivedMoney.minorUnits - state.refundedMoney.minorUnits)
        let month = try shop.store.books(from: shop.now.adding(seconds: 4), to: shop.now.adding(seconds: 6))
        #expect(month.map(\.minorUnits) == [-900, -1100])
    }

    @Test func `whatever is told in whatever order, the books agree with the orders`() async throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<200 {
            let shop = try Shop(), ada = try await shop.learner()
            try await shop.bought("a", by: ada)
            let facts: [OrderFact] = [
                .paid(transaction: "pi", money: .yuan(49)), .paid(transaction: "pi2", money: .yuan(49)), .paid(transaction: "pi3", money: .yuan(1)),
                refund(9, .pending), refund(9, .succeeded), refund(20, .succeeded), refund(20, .failed), refund(49, .succeeded, "s"), .expired,
            ]
            for (second, fact) in facts.shuffled(using: &random).prefix(Int.random(in: 1...9, using: &random)).enumerated() {
                try await tell(shop, fact, after: Int64(second))
            }
            let state = try #require(try shop.store.order(ID("a"))).state
            let sum = try shop.store.books().reduce(0) { $0 + $1.minorUnits }
            #expect(sum == state.receivedMoney.minorUnits - state.refundedMoney.minorUnits)
        }
    }
}
