import LecternCore
import LecternPayments
import LecternStore

/// Removing a person while the books stay, without a name. First their open orders are closed where they would be paid: money that
/// came afterwards would buy something that nobody can open. Money that comes all the same, by a transfer or a payment that was on
/// its way, raises an alert (`buyerForgotten`).
extension Shop {
    /// - Parameter confirm: the account's own address, so that nobody does this by a slip.
    public func deleteAccount(confirm: EmailAddress, visitor: Visitor) async throws(Refusal) {
        let who = try freshlyProved(visitor)
        guard who.learner.email == confirm else { throw .invalidField("confirm") }
        do throws(ShopProblem) { try await closeOrders(of: who.learner.id) } catch { throw .orderStillOpen(error.description) }
        _ = try await kept { () async throws(StoreError) in try await store.forget(who.learner.id, now: now()) }
    }

    public func forgetLearner(_ name: String) async throws(ShopProblem) {
        let learner = try findLearner(name)
        try await closeOrders(of: learner.id)
        _ = try await told { () async throws(StoreError) in try await store.forget(learner.id, now: now()) }
    }

    private func closeOrders(of learner: ID<Learner>) async throws(ShopProblem) {
        for record in try told({ () throws(StoreError) in try store.orders(of: learner) }) where record.state.kind == .pending {
            // One that is configured no more cannot be paid through, or only by somebody who is alerted of it.
            guard let provider = provider(record.order.provider) else { continue }
            let order = record.order.id, about = try told { () throws(StoreError) in try question(record) }
            let word: ProviderWord
            do throws(PaymentFailure) { word = try await provider.close(about) } catch {
                throw ShopProblem("order \(order) is open, and \(provider.name.rawValue) did not close it: \(error.words). Nothing was forgotten: try again when it answers")
            }
            guard try await settled(word, record).record.state.grants else { continue }
            throw ShopProblem("order \(order) has just been paid. Nothing was forgotten: refund it first, or give the same command again")
        }
    }
}
