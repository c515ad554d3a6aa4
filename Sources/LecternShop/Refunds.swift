import LecternCore
import LecternPayments
import LecternStore

/// What a command did to an order.
public struct OrderChange: Sendable {
    public var before: OrderState.Kind
    public var record: OrderRecord
    public var after: OrderState.Kind { record.state.kind }
}

extension Shop {
    /// The order that a creator names: by its id, or by what a buyer wrote on a transfer.
    public func find(_ name: String) throws(ShopProblem) -> OrderRecord {
        let found = try told { () throws(StoreError) -> OrderRecord? in
            if let record = try store.order(ID(name.lowercased())) { return record }
            return try store.orderID(provider: .manual, reference: name.uppercased()).flatMapOrder { id throws(StoreError) in try store.order(id) }
        }
        guard let found else { throw ShopProblem("there is no order \"\(name)\"; \"lectern orders list\" shows them") }
        return found
    }

    /// Records that a transfer arrived: the creator saw it in their bank.
    /// - Parameters:
    ///   - money: what arrived; nil: what was asked. Anything else sends the order to review, and grants nothing.
    ///   - transaction: the bank's own name for it, where there is one; the same one twice is one payment.
    public func confirm(_ name: String, money: Money? = nil, transaction: String? = nil) async throws(ShopProblem) -> OrderChange {
        let record = try find(name), order = record.order
        guard order.provider == .manual else {
            throw ShopProblem("order \(order.id) is paid through \(order.provider.rawValue), which tells by itself; \"lectern orders reconcile\" asks it")
        }
        let fact = OrderFact.paid(transaction: transaction ?? "transfer:\(order.id)", money: money ?? order.total)
        return try await settled(ProviderWord(order: order.id, facts: [fact]), record)
    }

    /// Gives money back, through the provider. The provider is asked first, so that what is known of earlier refunds is true;
    /// the same command twice, when the first one's answer was lost, gives it back once.
    /// - Parameters:
    ///   - money: nil: all that is left of the payment.
    ///   - transaction: nil: the newest payment that has enough left.
    public func refund(_ name: String, money: Money? = nil, transaction: String? = nil) async throws(ShopProblem) -> OrderChange {
        var record = try find(name)
        let provider = try provider(of: record)
        if provider.ask != nil { record = try await asked(record, provider).record }
        let order = record.order
        if let money, money.currency != order.total.currency {
            throw ShopProblem("order \(order.id) is in \(order.total.currency.code), not in \(money.currency.code)")
        }
        let payments = leftOver(record).filter { transaction == nil || $0.transaction == transaction }
        guard let payment = payments.last(where: { $0.left >= max(1, money?.minorUnits ?? 1) }) else {
            let left = payments.map(\.left).max() ?? 0
            throw ShopProblem(
                left > 0
                    ? "only \(Money(minorUnits: left, currency: order.total.currency).text) of order \(order.id) can still be given back"
                    : "nothing of order \(order.id) is left to be given back")
        }
        let back = money ?? Money(minorUnits: payment.left, currency: payment.currency)
        guard back.minorUnits > 0 else { throw ShopProblem("a refund is more than nothing") }
        let request = RefundRequest(
            order: order.id, transaction: payment.transaction, money: back,
            // Names this very refund: after one that arrived, the sum so far is another.
            key: "\(order.id):\(payment.transaction):\(payment.refunded):\(back.minorUnits)", now: now())
        let word: ProviderWord
        do { word = try await provider.refund(request) } catch {
            throw ShopProblem("\(provider.name.rawValue) did not give it back: \(error.words). Nothing was recorded; trying again is safe")
        }
        let change = try await settled(word, record)
        return OrderChange(before: record.state.kind, record: change.record)
    }

    /// Of each payment that is known, what was not given back yet.
    private func leftOver(_ record: OrderRecord) -> [(transaction: String, currency: Currency, refunded: Int64, left: Int64)] {
        var paid: [(String, Money)] = [], refunds: [String: [(String?, Money, RefundStatus)]] = [:]
        for fact in record.facts {
            switch fact {
            case .paid(let transaction, let money): paid.append((transaction, money))
            case .refunded(let reference, let transaction, let money, let status): refunds[reference, default: []].append((transaction, money, status))
            default: break
            }
        }
        // What is on its way counts as gone: asked for twice it would be given back twice.
        let gone = refunds.values.compactMap { told in
            told.contains { $0.2 == .failed } ? nil : (told.compactMap(\.0).first, told.map(\.1.minorUnits).max() ?? 0)
        }
        return paid.map { transaction, money in
            let refunded = gone.filter { $0.0 == transaction || $0.0 == nil }.reduce(Int64(0)) { $0 + $1.1 }
            return (transaction, money.currency, refunded, max(0, money.minorUnits - refunded))
        }
    }

    func provider(of record: OrderRecord) throws(ShopProblem) -> PaymentProvider {
        guard let provider = provider(record.order.provider) else {
            throw ShopProblem("order \(record.order.id) was paid through \(record.order.provider.rawValue), which is not configured here")
        }
        return provider
    }

    func asked(_ record: OrderRecord, _ provider: PaymentProvider) async throws(ShopProblem) -> OrderChange {
        guard let ask = provider.ask else { return OrderChange(before: record.state.kind, record: record) }
        let word: ProviderWord
        do { word = try await ask(question(record)) } catch {
            throw ShopProblem("\(provider.name.rawValue) cannot be asked about order \(record.order.id): \(error.words)")
        }
        return try await settled(word, record)
    }

    func settled(_ word: ProviderWord, _ record: OrderRecord) async throws(ShopProblem) -> OrderChange {
        guard !word.facts.isEmpty || word.payment != nil else { return OrderChange(before: record.state.kind, record: record) }
        do {
            guard let settled = try await settle(word, order: record.order.id) else { throw ShopProblem("order \(record.order.id) is gone") }
            return OrderChange(before: settled.before.kind, record: settled.record)
        } catch let problem as ShopProblem {
            throw problem
        } catch let refusal as Refusal {
            throw ShopProblem("nothing was recorded: \(refusal.cause.isEmpty ? refusal.en : refusal.cause)")
        } catch { throw ShopProblem("nothing was recorded: \(error)") }
    }
}

extension Optional {
    fileprivate func flatMapOrder<Value, Failure: Error>(_ body: (Wrapped) throws(Failure) -> Value?) throws(Failure) -> Value? {
        guard let self else { return nil }
        return try body(self)
    }
}
