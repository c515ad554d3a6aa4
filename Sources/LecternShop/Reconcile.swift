import LecternCore
import LecternPayments
import LecternStore

/// What asking about all orders came to.
public struct Reconciled: Sendable {
    public var asked = 0
    /// Orders about which something was learned that changes them.
    public var changed: [OrderChange] = []
    /// What could not be asked; the others were.
    public var problems: [ShopProblem] = []

    public init() {}
}

extension Shop {
    /// Asks providers about every order since then, and records what they say as if they had told it: a lost notice, of a
    /// payment, a refund or a dispute, costs nothing.
    public func reconcile(since: Instant) async throws(ShopProblem) -> Reconciled {
        var result = Reconciled(), last: ID<Order>?
        while true {
            let page = try told { () throws(StoreError) in try store.orders(OrderFilter(from: since, limit: 100, after: last)) }
            guard !page.isEmpty else { return result }
            for record in page {
                guard let provider = provider(record.order.provider), provider.ask != nil else { continue }
                result.asked += 1
                do throws(ShopProblem) {
                    let change = try await asked(record, provider)
                    if change.record.state != record.state { result.changed.append(change) }
                } catch { result.problems.append(error) }
            }
            last = page.last?.order.id
        }
    }

    /// Closes orders that nobody paid in time. The provider is told first: an order is expired once no money can come for it,
    /// and one that was paid meanwhile is found to be paid. Called every few minutes.
    @discardableResult
    public func expireOrders() async throws(ShopProblem) -> Reconciled {
        var result = Reconciled()
        let now = now()
        for provider in payments {
            let before = now.adding(seconds: -expirySeconds(provider))
            let open = try told { () throws(StoreError) in
                try store.orders(OrderFilter(states: [.pending], provider: provider.name, to: before, limit: 100))
            }
            for record in open {
                result.asked += 1
                do throws(ShopProblem) {
                    let word: ProviderWord
                    do { word = try await provider.close(question(record)) } catch {
                        note(ShopNote("provider-failed", ["order": record.order.id.text, "why": error.words]))
                        throw ShopProblem("\(provider.name.rawValue) did not close order \(record.order.id): \(error.words)")
                    }
                    let change = try await settled(word, record)
                    if change.record.state != record.state { result.changed.append(change) }
                } catch { result.problems.append(error) }
            }
        }
        return result
    }
}
