import LecternCore
import LecternPayments
import LecternStore

/// What a command did to an order.
public struct OrderChange: Sendable {
    public var before: OrderState.Kind
    public var record: OrderRecord
    /// When the refund that this command asks for was asked for before, by one whose answer was lost: it is paid, and this
    /// command asked for nothing.
    public var paidSince: Instant?
    public var after: OrderState.Kind { record.state.kind }
}

extension Shop {
    /// The order that a creator names: by its id, or by what a buyer wrote on a transfer.
    public func find(_ name: String) throws(ShopProblem) -> OrderRecord {
        let found = try told { () throws(StoreError) -> OrderRecord? in
            if let record = try store.order(ID(name.lowercased())) { return record }
            return try store.orderID(provider: .manual, reference: name.uppercased()).flatMap { id throws(StoreError) in try store.order(id) }
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

    /// Gives money back, through the provider. It is written down before the provider is asked, and the provider is asked what it
    /// knows before it is asked to pay: the same command twice, when the first one's answer was lost, gives it back once.
    /// - Parameters:
    ///   - money: nil: all that is left of the payment; of a course, what was paid for it (`Order.paidParts`).
    ///   - course: takes this course out of an order of several, when the refund succeeds; nil: all stay until all of the money is back.
    ///   - isAgain: also when as much was given back a moment ago of a payment that nobody can be asked about, and when another payment of
    ///     the order was given back before.
    ///   - transaction: nil: the newest payment that has enough left.
    ///   - isLate: also when the days are over in which the site promises to give money back.
    public func refund(
        _ name: String, money: Money? = nil, course: String? = nil, transaction: String? = nil, isLate: Bool = false, isAgain: Bool = false
    ) async throws(ShopProblem) -> OrderChange {
        let first = try find(name), currency = first.order.total.currency
        if !isLate { try refuseLate(first) }
        let provider = try provider(of: first)
        if let money {
            guard money.currency == currency else {
                throw ShopProblem("order \(first.order.id) is in \(currency.code), not in \(money.currency.code)")
            }
            guard money.minorUnits > 0 else { throw ShopProblem("a refund is more than nothing") }
        }
        var record = first, keys: Set<String> = [], money = money
        if let course, money == nil { money = try paidPart(of: course, in: first) }
        if let course, money?.minorUnits == 0 { return try await close(course, in: first) }
        if let ask = provider.ask {
            let word = try await word(ask, record, provider)
            (record, keys) = (try await settled(word, record).record, word.refundKeys)
        }
        let asked: AskedRefund
        switch try await openRefund(record, keys, provider, money: money, course: course, transaction: transaction) {
        case .done(let askedAt): return OrderChange(before: first.state.kind, record: record, paidSince: askedAt)
        case .again(let refund):
            // Whoever looks from now on waits for this asking too, ten minutes anew.
            let renewed = try await told { () async throws(StoreError) in try await store.renewRefund(refund, now: now()) }
            guard let renewed else { throw isBeingRefunded(record) }
            asked = renewed
        case .none:
            // What is left is looked at after the last one that ended is: who ends one between here and the writing is noticed.
            let last = try told { () throws(StoreError) in try store.lastRefund(of: first.order.id) }
            record = try find(first.order.id.text)
            if let course { try refuseClosed(course, record, transaction: transaction) }
            if provider.ask == nil, !isAgain { try refuseRepeated(record, last, money: money, course: course) }
            if money == nil, transaction == nil, !isAgain { try refuseOther(record, last) }
            asked = try await askRefund(record, after: last, money: money, course: course, transaction: transaction)
        }
        let change = try await pay(asked, provider, record)
        return OrderChange(before: first.state.kind, record: change.record)
    }

    /// What was paid twice, or was not what was asked, is nobody's favour to give back.
    private func refuseLate(_ record: OrderRecord) throws(ShopProblem) {
        guard let days = catalogue().catalogue.refundDays, record.state.grants, record.state.alerts.isDisjoint(with: [.paidTwice, .amountDiffers]),
            let since = record.grantedAt, since.adding(seconds: Int64(days) * 86_400) < now()
        else { return }
        throw ShopProblem(
            "order \(record.order.id) was paid at \(since.text), and the \(days) days in which this site gives money back are over; --late gives it back all the same")
    }

    /// A creator's own transfer cannot be looked up: typed twice by mistake, it would stand in the books twice.
    private func refuseRepeated(_ record: OrderRecord, _ last: AskedRefund?, money: Money?, course: String?) throws(ShopProblem) {
        guard let money, course == nil, let last, last.money == money, now() < last.askedAt.adding(seconds: 600)
        else { return }
        throw ShopProblem(
            "a refund of \(money.text) of order \(record.order.id) was recorded at \(last.askedAt.text), and nothing now; --again records as much once more")
    }

    /// Of an order that was paid twice one payment is too much. Typed twice, "all that is left" must not give back the other one too.
    private func refuseOther(_ record: OrderRecord, _ last: AskedRefund?) throws(ShopProblem) {
        guard let last, let next = leftOver(record).last(where: { $0.left > 0 }), next.transaction != last.payment else { return }
        throw ShopProblem(
            "\(last.money.text) of payment \(last.payment) of order \(record.order.id) went back at \(last.askedAt.text), and payment \(next.transaction) is left: "
                + "name it with --transaction to give that back as well")
    }

    private enum OpenRefund {
        case none
        /// The provider has paid it, and it is what is asked for.
        case done(askedAt: Instant)
        /// It is what is asked for, and the provider does not know of it.
        case again(AskedRefund)
    }

    /// What to do about a refund that was asked for before and has no answer.
    private func openRefund(
        _ record: OrderRecord, _ keys: Set<String>, _ provider: PaymentProvider, money: Money?, course: String?, transaction: String?
    ) async throws(ShopProblem) -> OpenRefund {
        let order = record.order.id, now = now()
        guard let open = try told({ () throws(StoreError) in try store.openRefund(of: order) }) else { return .none }
        let left = leftOver(record).filter { transaction == nil || $0.transaction == transaction }
        let isPaid = keys.contains(open.key) || record.facts.contains { fact in
            if case .refunded(open.key, _, _, _) = fact { true } else { false }
        }
        // All that is left of its own payment: nothing once it is paid, and the open one itself before. An order that was paid
        // twice has another payment, which nobody asked to give back.
        let isAll = left.contains { $0.transaction == open.payment && $0.left == (isPaid ? 0 : open.money.minorUnits) }
        let isTheSame = course == open.course && (transaction ?? open.payment) == open.payment && (money.map { $0 == open.money } ?? isAll)
        // What the provider does not know of after ten minutes never reached it. Besides, Stripe repeats its own failure under
        // one key for a day.
        let canAsk = provider.ask != nil, isOver = canAsk && open.askedAt.adding(seconds: 600) < now
        if isTheSame, !isPaid, !isOver { return .again(open) }
        guard isPaid || isOver || !canAsk else {
            throw ShopProblem(
                "a refund of \(open.money.text) of order \(order), asked for at \(open.askedAt.text), has no answer yet: "
                    + "ask for that amount again, or for another in ten minutes")
        }
        // Somebody may be asking for it again at this moment: then it is theirs to end.
        guard try await told({ () async throws(StoreError) in try await store.endRefund(open, now: now) }) else { throw isBeingRefunded(record) }
        return isPaid && isTheSame ? .done(askedAt: open.askedAt) : .none
    }

    private func askRefund(
        _ record: OrderRecord, after last: AskedRefund?, money: Money?, course: String?, transaction: String?
    ) async throws(ShopProblem) -> AskedRefund {
        let order = record.order
        // A course is given back by a payment that gives it: one of the order's whole price, which did not do so before.
        let giving = Set(record.facts.compactMap { if case .paid(let name, order.total) = $0 { name } else { nil } })
            .subtracting(record.courseRefunds.latest.filter { $0.course == course && $0.status != .failed }.map(\.payment))
        let payments = leftOver(record).filter { payment in
            (transaction == nil || payment.transaction == transaction) && (course == nil || giving.contains(payment.transaction))
                && (money == nil || payment.currency == money?.currency)
        }
        guard let payment = payments.last(where: { $0.left >= money?.minorUnits ?? 1 }) else {
            let left = payments.map(\.left).max() ?? 0
            let rest = Money(minorUnits: left, currency: order.total.currency)
            throw ShopProblem(
                left > 0
                    ? "only \(rest.text) of order \(order.id) can still be given back\(course.map { ": --course \($0) --amount \(rest.decimal) closes the course with that" } ?? "")"
                    : "nothing of order \(order.id) is left to be given back")
        }
        let used = try told { () throws(StoreError) in try store.refundKeys(of: order.id) }
        let refund = AskedRefund(
            key: course.flatMap { RefundKey.key(of: $0, in: order, used: used) } ?? (newID() as ID<AskedRefund>).text, order: order.id, payment: payment.transaction,
            money: money ?? Money(minorUnits: payment.left, currency: payment.currency), course: course, askedAt: now())
        let open = try await told { () async throws(StoreError) in try await store.askRefund(refund, after: last) }
        guard open == refund else { throw isBeingRefunded(record) }
        return refund
    }

    private func isBeingRefunded(_ record: OrderRecord) -> ShopProblem {
        ShopProblem("order \(record.order.id) is being refunded by somebody else at this moment: look at it, then try again")
    }

    private func pay(_ asked: AskedRefund, _ provider: PaymentProvider, _ record: OrderRecord) async throws(ShopProblem) -> OrderChange {
        let paid = record.facts.lazy.compactMap { fact in
            if case .paid(asked.payment, let money) = fact { money } else { nil }
        }.first
        let request = RefundRequest(
            order: asked.order, transaction: asked.payment, paid: paid ?? record.order.total, money: asked.money, key: asked.key, now: now())
        let word: ProviderWord
        do { word = try await provider.refund(request) } catch {
            let name = provider.name.rawValue
            // It may have been paid: the same command finds out.
            if error.kind == .unreachable { throw ShopProblem("\(name) did not answer: \(error.words). The same command again gives it back once") }
            // Whoever asks for it again has it now; then it is theirs to end.
            _ = try await told { () async throws(StoreError) in try await store.endRefund(asked, now: now()) }
            throw ShopProblem("\(name) did not give it back: \(error.words). Nothing was recorded")
        }
        let change = try await settled(word, record)
        _ = try await told { () async throws(StoreError) in try await store.endRefund(asked, now: now()) }
        return change
    }

    /// Of each payment that is known, what was not given back yet.
    private func leftOver(_ record: OrderRecord) -> [(transaction: String, currency: Currency, left: Int64)] {
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
            return (transaction, money.currency, max(0, money.minorUnits - refunded))
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
        return try await settled(try await word(ask, record, provider), record)
    }

    private func word(
        _ ask: @Sendable (PaymentQuestion) async throws(PaymentFailure) -> ProviderWord, _ record: OrderRecord, _ provider: PaymentProvider
    ) async throws(ShopProblem) -> ProviderWord {
        let about = try told { () throws(StoreError) in try question(record) }
        do { return try await ask(about) } catch {
            throw ShopProblem("\(provider.name.rawValue) cannot be asked about order \(record.order.id): \(error.words)")
        }
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
