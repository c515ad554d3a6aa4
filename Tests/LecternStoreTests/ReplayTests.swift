import LecternCore
import Testing

@testable import LecternStore

/// Facts as they reach a shop: late, twice, in any order, in notices that know only the payment, or lost and replayed.
@Suite struct ReplayTests {
    private func facts(_ id: String) -> [OrderFact] {
        let payment = "pi_" + id
        return [
            .processing, .expired, .paid(transaction: payment, money: .yuan(49)), .paid(transaction: payment + "x", money: .yuan(49)),
            .paid(transaction: payment + "y", money: .yuan(1)),
            .refunded(reference: "re_" + id, transaction: payment, money: .yuan(20), status: .succeeded),
            .refunded(reference: "rf_" + id, transaction: payment, money: .yuan(29), status: .succeeded),
            .refunded(reference: "rf_" + id, transaction: payment, money: .yuan(29), status: .failed),
            .refunded(reference: "rg_" + id, transaction: payment + "x", money: .yuan(49), status: .succeeded),
            .dispute(id: "dp_" + id, transaction: payment, status: .open), .dispute(id: "dp_" + id, transaction: payment, status: .won),
        ]
    }

    @Test func `whatever way the same facts come, state, access and receipts are the same`() async throws {
        let shop = try Shop(), store = shop.store, now = shop.now
        var numbers = SplitMix(seed: 9)
        for round in 1...150 {
            let ada = try await shop.learner("a\(round)"), cookie = try await shop.session("c\(round)", of: ada)
            let order = try await shop.bought("o\(round)", by: ada).order
            let told = Array(facts(order.id.text).shuffled(using: &numbers).prefix(Int.random(in: 1...8, using: &numbers)))
            let expected = OrderState(order: order, facts: told)
            for fact in told where Bool.random(using: &numbers) { try await tell(fact, of: order, to: store, now: now, using: &numbers) }
            // Some of it was lost. The provider's list is replayed, as `reconcile` does, what is known included.
            for fact in told.shuffled(using: &numbers) { try await tell(fact, of: order, to: store, now: now, using: &numbers) }
            // What knew only its payment is found when that becomes known; what never does stays unresolved.
            let record = try #require(try store.order(order.id))
            let known = Set(told.compactMap { if case .paid(let payment, _) = $0 { payment } else { nil } })
            let resolved = told.filter { $0.payment.map(known.contains) ?? true || record.facts.contains($0) }
            #expect(record.state == (resolved.count == told.count ? expected : OrderState(order: order, facts: resolved)), "\(told)")
            let access = try store.access(session: cookie, claim: nil, course: "python", now: now)
            #expect((access.enrollment != nil) == record.state.grants)
            let receipts = try store.shop.read { db in try db.rows("SELECT key FROM outbox WHERE order_id = ? AND kind = 'receipt'", [order.id.text]).count }
            #expect(receipts == (record.grantedAt == nil ? 0 : 1))
        }
    }

    private func tell(
        _ fact: OrderFact, of order: Order, to store: Store, now: Instant, using numbers: inout SplitMix
    ) async throws {
        let notice = Notice(provider: order.provider, id: "evt-\(order.id)-\(fact.payment ?? "")-\(numbers.next())", body: "{}", receivedAt: now)
        let knowsOrder: Bool
        if case .paid = fact { knowsOrder = true } else { knowsOrder = fact.payment == nil || Bool.random(using: &numbers) }
        if knowsOrder {
            _ = try await store.record([fact], of: order.id, notice: notice, now: now)
        } else {
            _ = try await store.keepUnresolved(notice, facts: [fact], payment: fact.payment, now: now)
        }
    }

    @Test func `the same facts about one order at the same time settle once`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store, now = shop.now
        let ada = try await shop.learner()
        try await shop.bought("a", by: ada)
        let newly = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 1...40 {
                let notice = Notice(provider: .stripe, id: "evt-\(number % 5)", body: "{}", receivedAt: now)
                group.addTask {
                    try await store.record([.paid(transaction: "pi", money: .yuan(49))], of: ID("a"), notice: notice, now: now)!.isNewlyGranted
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(newly == 1)
        #expect(try store.unsentMail().count == 1)
        try await store.close()
    }
}
