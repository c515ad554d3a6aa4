import LecternCore
import LecternPayments
import LecternStore

/// What asking about all orders came to.
public struct Reconciled: Sendable {
    public var asked = 0
    /// Days of which a provider's own books were read.
    public var bills = 0
    /// Orders about which something was learned that changes them.
    public var changed: [OrderChange] = []
    /// What could not be asked; the others were.
    public var problems: [ShopProblem] = []

    public init() {}
}

extension Shop {
    /// Asks providers about every order since then, and records what they say as if they had told it: a lost notice, of a
    /// payment, a refund or a dispute, costs nothing. Then their books are read, day by day: a refund from their own console is told
    /// by nothing else.
    public func reconcile(since: Instant) async throws(ShopProblem) -> Reconciled {
        var result = Reconciled(), last: ID<Order>?
        while true {
            let page = try told { () throws(StoreError) in try store.orders(OrderFilter(from: since, limit: 100, after: last)) }
            guard !page.isEmpty else { break }
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
        for provider in payments { await readBills(of: provider, since: since, &result) }
        return result
    }

    /// Of whole days alone: those of a day are made by ten in the morning of the next.
    private func readBills(of provider: PaymentProvider, since: Instant, _ result: inout Reconciled) async {
        guard let bill = provider.bill else { return }
        let end = BillDay(of: now().adding(seconds: -34 * 3600))
        // Older ones are not given out.
        var day = max(BillDay(of: since), end.adding(days: -88))
        while day <= end {
            do throws(ShopProblem) {
                let words: [ProviderWord]
                do throws(PaymentFailure) { words = try await bill(day, now()) } catch {
                    throw ShopProblem("\(provider.name.rawValue) does not give out its bill of \(day.text): \(error.words)")
                }
                result.bills += 1
                // What belongs to no order of ours is another shop's: a merchant may have several.
                for word in words {
                    guard let change = try await settledOfBill(word, provider) else { continue }
                    result.changed.append(change)
                }
            } catch { result.problems.append(error) }
            day = day.adding(days: 1)
        }
    }

    /// - Returns: nil for what is no order of ours, and for what changed nothing of it.
    private func settledOfBill(_ word: ProviderWord, _ provider: PaymentProvider) async throws(ShopProblem) -> OrderChange? {
        do throws(Refusal) {
            guard let id = try order(of: word, provider: provider.name) else { return nil }
            guard let settled = try await settle(word, order: id), settled.before != settled.after else { return nil }
            return OrderChange(before: settled.before.kind, record: settled.record)
        } catch { throw ShopProblem("nothing was recorded: \(error.cause.isEmpty ? error.en : error.cause)") }
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
                    let about = try told { () throws(StoreError) in try question(record) }
                    let word: ProviderWord
                    do { word = try await provider.close(about) } catch {
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
