import GRDB
import LecternCore

/// What a provider sent, kept as it came.
public struct Notice: Hashable, Sendable {
    public var provider: ProviderName
    /// The provider's id of the notice, or another text that is the same when it is sent again.
    public var id: String
    /// The verified body.
    public var body: String
    public var receivedAt: Instant

    public init(provider: ProviderName, id: String, body: String, receivedAt: Instant) {
        self.provider = provider
        self.id = id
        self.body = body
        self.receivedAt = receivedAt
    }
}

/// What recording facts came to.
public struct Settled: Hashable, Sendable {
    public var before: OrderState
    public var record: OrderRecord
    /// The first time that the order grants: its receipt is in the outbox.
    public var isNewlyGranted: Bool
    /// Whether anything was learned that was not known before.
    public var isNews: Bool
    /// Payments that another order has already. Nothing was recorded of them, and the creator is alerted.
    public var paymentsOfAnotherOrder: [String]

    public var after: OrderState { record.state }
}

extension Store {
    /// Records what became known about an order: notice, facts, the state that follows, the mails about it and alerts, in one commit.
    ///
    /// Safe to call again with the same facts: the second call changes nothing.
    /// - Parameters:
    ///   - refunds: what became of refunds, by our own keys: those that were asked for to take a course out do so when they succeed.
    ///   - details: what is told of its payments besides; no state depends on it.
    ///   - notice: that said so, if one did; it is kept in the inbox.
    ///   - payment: the provider's name for the payment, when it is known before any money moved. Notices that came earlier,
    ///     knew only that name and were kept, are about this order then, and count at once.
    /// - Returns: nil when there is no such order: keep the notice as unresolved.
    public func record(
        _ facts: [OrderFact], of order: ID<Order>, refunds: [String: KeyedRefund] = [:], details: PaymentDetails = PaymentDetails(), notice: Notice? = nil,
        payment: String? = nil, now: Instant
    ) async throws(StoreError) -> Settled? {
        try await shop.write { db in
            guard let record = try db.order(order) else { return nil }
            if let notice { try db.keep(notice, facts: facts, payment: payment, of: order) }
            let settled = try db.settle(facts, courses: db.courseRefunds(refunds, of: record.order, now: now), of: order, payment: payment, now: now)
            try db.insert(details, of: order, provider: record.order.provider, now: now)
            return settled
        }
    }
}

extension Database {
    func settle(_ facts: [OrderFact], courses: [CourseRefund] = [], of id: ID<Order>, payment: String?, now: Instant) throws -> Settled {
        guard let before = try order(id) else { throw StoreError.broken("an order is gone") }
        var isNews = false, stolen: [String] = []
        var open = facts, names = Set([payment].compactMap(\.self))
        while !open.isEmpty || !names.isEmpty {
            for fact in open {
                guard case .paid(let transaction, _) = fact else { continue }
                names.insert(transaction)
            }
            var matched: [OrderFact] = []
            for name in names.sorted() {
                if try claim(payment: name, provider: before.order.provider, for: id) {
                    matched += try matchInbox(payment: name, provider: before.order.provider, to: id)
                } else {
                    stolen.append(name)
                }
            }
            for fact in open where !stolen.contains(fact.payment ?? "") {
                guard try insert(fact, of: id, now: now) else { continue }
                isNews = true
                try follow(fact, of: id, now: now)
            }
            (open, names) = (matched, [])
        }
        for course in courses where !stolen.contains(course.payment) {
            if try insert(course, of: id, now: now) { isNews = true }
        }
        for name in stolen {
            let alert = Alert(key: "order:\(id):payment:\(name)", kind: .paymentOfAnotherOrder, order: id, detail: name, raisedAt: now)
            try raiseAndTell(alert)
        }
        return try update(before, isNews: isNews, stolen: stolen, now: now)
    }

    /// Keeps in the order's row what follows from all its facts, and says it to whom it concerns.
    private func update(_ before: OrderRecord, isNews: Bool, stolen: [String], now: Instant) throws -> Settled {
        let id = before.order.id
        var settled = Settled(before: before.state, record: before, isNewlyGranted: false, isNews: isNews, paymentsOfAnotherOrder: stolen)
        guard isNews else { return settled }
        let courses = try courseRefunds(of: id), state = OrderState(order: before.order, facts: try facts(of: id), courses: courses)
        try run(
            """
            UPDATE order_ SET state = ?, grants = ?, received = ?, refunded = ?,
              granted_at = coalesce(granted_at, CASE WHEN ? = 1 THEN CAST(? AS BIGINT) ELSE NULL END)
            WHERE id = ?
            """,
            [
                state.kind.rawValue, state.grants ? 1 : 0, state.receivedMoney.minorUnits, state.refundedMoney.minorUnits,
                state.grants ? 1 : 0, now.sql, id.text,
            ])
        for item in before.order.items where state.closed.contains(item.course) != before.state.closed.contains(item.course) {
            try run(
                "UPDATE order_item SET closed = ? WHERE order_id = ? AND course = ?",
                [state.closed.contains(item.course) ? 1 : 0, id.text, item.course])
        }
        try keepCouponUse(of: id, state: state.kind, now: now)
        for alert in state.alerts.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let kind = Alert.Kind(rawValue: alert.rawValue) else { throw StoreError.broken("an alert without a name") }
            try raiseAndTell(Alert(key: "order:\(id):\(alert.rawValue)", kind: kind, order: id, detail: "", raisedAt: now))
        }
        if state.receivedMoney.minorUnits > before.state.receivedMoney.minorUnits, try isForgotten(id) {
            try raiseAndTell(Alert(key: "order:\(id):buyerForgotten", kind: .buyerForgotten, order: id, detail: "", raisedAt: now))
        }
        settled.isNewlyGranted = state.grants && before.grantedAt == nil
        if settled.isNewlyGranted {
            try put(.receipt(for: before.order), now: now)
            try remind(before.order, now: now)
        }
        guard let record = try order(id) else { throw StoreError.broken("an order is gone") }
        if state.refundedMoney.minorUnits > before.state.refundedMoney.minorUnits {
            let money = state.refundedMoney.minorUnits - before.state.refundedMoney.minorUnits
            let failed = Set(record.facts.compactMap { if case .refunded(let name, _, _, .failed) = $0 { name } else { nil } }).count
            let closed = state.closed.subtracting(before.state.closed).sorted()
            try put(.refund(of: before.order, money: money, sum: state.refundedMoney, failed: failed, closed: closed), now: now)
        }
        // The money was told of before; now it is known that it was for these.
        let late = state.closed.subtracting(before.state.closed).sorted()
        if !late.isEmpty, state.refundedMoney.minorUnits > 0, state.refundedMoney == before.state.refundedMoney {
            try put(.closed(late, of: before.order, sum: state.refundedMoney, told: courses.count), now: now)
        }
        settled.record = record
        return settled
    }

    /// Before a membership ends its learner is told: whoever sends the mail sees whether it was renewed meanwhile.
    private func remind(_ order: Order, now: Instant) throws {
        guard order.months > 0, let product = order.product else { return }
        let periods = try memberOrders("o.learner = ?", [order.learner.text]).filter { $0.order.product == product.id }.map(\.order.period)
        guard let term = Membership.term(periods) else { return }
        let mail = OutboxMail(key: "renewal:\(order.id):\(order.learner)", kind: "renewal", learner: order.learner, order: order.id)
        try put(mail, due: max(now, term.until.adding(seconds: -7 * 86_400)), now: now)
    }

    /// Raised once, and then mailed to the creator.
    func raiseAndTell(_ alert: Alert) throws {
        guard try raise(alert) else { return }
        let mail = OutboxMail(key: "alert:" + alert.key, kind: "alert", order: alert.order, payload: #"{"alert":"\#(alert.kind.rawValue)"}"#)
        try put(mail, now: alert.raisedAt)
    }

    /// One payment is for one order, whichever says so first.
    /// - Returns: false when it is another's.
    private func claim(payment: String, provider: ProviderName, for order: ID<Order>) throws -> Bool {
        try run(
            "INSERT INTO payment (provider, payment, order_id) VALUES (?, ?, ?) ON CONFLICT (provider, payment) DO NOTHING",
            [provider.rawValue, payment, order.text])
        return try orderID(provider: provider, payment: payment) == order
    }
}
