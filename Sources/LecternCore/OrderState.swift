/// What is so about an order, computed from all facts about it: the same facts, in whatever order and however often they
/// were heard, give the same state.
///
/// Money is looked at payment by payment. One that has the order's amount and currency is *good*; any other is
/// quarantined, for a person to look at, and gives no access however it adds up. The order grants as long as one good
/// payment is neither refunded whole nor disputed.
public struct OrderState: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case pending, processing, failed, expired
        /// Money came that is not what was asked. Nothing is granted.
        case review
        case paid, partiallyRefunded, refunded
        /// A refund overtook its payment, which will grant nothing when it comes.
        case refundBeforePayment
        case disputed, chargedBack
    }

    /// What the creator should look at.
    public enum Alert: String, Sendable, Codable, CaseIterable {
        case paidTwice
        /// Money came for an order that was given up. It counts.
        case latePayment
        case amountDiffers
        case disputeOpened
        /// Money went back that belongs to none of the payments we heard of.
        case refundWithoutPayment
    }

    public var kind: Kind
    /// Whether its courses are the learner's, but for those that were taken out.
    public var grants: Bool
    /// Courses that a refund of their own took out: they give no access, whatever the others do.
    public var closed: Set<String>
    public var alerts: Set<Alert>
    /// All that came in the order's currency, what is quarantined included.
    public var receivedMoney: Money
    /// All that went back in the order's currency. Received less refunded is what the creator has of it, before fees.
    public var refundedMoney: Money

    public init(order: Order, facts: some Sequence<OrderFact>, courses: some Sequence<CourseRefund> = []) {
        self.init(total: order.total, items: Set(order.items.map(\.course)), facts: facts, courses: courses)
    }

    /// - Parameters:
    ///   - items: the order's courses.
    ///   - courses: which refunds take which of them out.
    public init(total: Money, items: Set<String> = [], facts: some Sequence<OrderFact>, courses: some Sequence<CourseRefund> = []) {
        let ledger = Ledger(facts, total: total, items: items, courses: courses.latest)
        let good = ledger.payments.filter(\.isGood), quarantined = ledger.payments.filter { !$0.isGood }
        let active = good.filter { $0.status == .active }
        // Open as long as one payment gives it.
        let giving = active.isEmpty ? good : active
        closed = giving.first.map { first in giving.reduce(first.closed) { $0.intersection($1.closed) } } ?? []
        grants = !active.isEmpty && (items.isEmpty || closed != items)

        if !good.isEmpty {
            let statuses = good.map(\.status)
            if !active.isEmpty {
                kind = active.contains { $0.refunds.isEmpty && $0.closed.isEmpty } ? .paid : .partiallyRefunded
            } else {
                kind = statuses.contains(.disputed) ? .disputed : statuses.contains(.chargedBack) ? .chargedBack : .refunded
            }
        } else if !quarantined.isEmpty {
            kind = quarantined.allSatisfy { $0.status == .refunded } ? .refunded : .review
        } else if ledger.hasRefunds {
            kind = .refundBeforePayment
        } else {
            kind = ledger.isFailed ? .failed : ledger.isExpired ? .expired : ledger.isProcessing ? .processing : .pending
        }

        alerts = []
        if good.count > 1 { alerts.insert(.paidTwice) }
        if !quarantined.isEmpty { alerts.insert(.amountDiffers) }
        if !ledger.payments.isEmpty, ledger.isFailed || ledger.isExpired { alerts.insert(.latePayment) }
        if ledger.hasDisputes { alerts.insert(.disputeOpened) }
        if !ledger.payments.isEmpty, ledger.hasStrayRefunds { alerts.insert(.refundWithoutPayment) }
        receivedMoney = Money(minorUnits: ledger.received, currency: total.currency)
        refundedMoney = Money(minorUnits: ledger.refunded, currency: total.currency)
    }
}

/// One payment and what happened to it.
private struct Payment {
    enum Status { case active, refunded, disputed, chargedBack }

    var transaction: String
    /// As the provider told it; one transaction that was told with two amounts has two, and is good if either is.
    var amounts: Set<Money>
    var isGood: Bool
    /// Minor units of each refund that succeeded, in the payment's currency.
    var refunds: [Int64] = []
    var dispute: DisputeStatus?
    /// Courses that a refund took out of what it gives.
    var closed: Set<String> = []

    func received(in currency: Currency) -> Int64 { amounts.filter { $0.currency == currency }.map(\.minorUnits).max() ?? 0 }
    func whole(total: Money) -> Int64 { isGood ? total.minorUnits : amounts.map(\.minorUnits).max() ?? 0 }

    /// A refund of nothing takes back what cost nothing, and is none otherwise.
    mutating func refund(_ minorUnits: Int64, total: Money) {
        if minorUnits > 0 || whole(total: total) == 0 { refunds.append(minorUnits) }
    }

    /// Known once all facts are sorted out.
    private(set) var status: Status = .active

    mutating func settle(total: Money, items: Set<String>) {
        // Of what cost nothing there is no refund but its courses' own.
        let isBegun = !refunds.isEmpty || (!items.isEmpty && closed == items)
        if isBegun, refunds.reduce(0, addingCapped) >= whole(total: total) {
            status = .refunded
        } else if dispute == .open {
            status = .disputed
        } else if dispute == .lost {
            status = .chargedBack
        }
    }
}

/// The facts, sorted out: which refund and which dispute is about which payment.
private struct Ledger {
    private(set) var payments: [Payment] = []
    private(set) var isProcessing = false, isFailed = false, isExpired = false
    private(set) var hasRefunds = false, hasStrayRefunds = false, hasDisputes = false
    private(set) var received: Int64 = 0, refunded: Int64 = 0

    init(_ facts: some Sequence<OrderFact>, total: Money, items: Set<String>, courses: [CourseRefund]) {
        var amounts: [String: Set<Money>] = [:]
        var refunds: [String: [RefundTold]] = [:], disputes: [String: [(transaction: String?, status: DisputeStatus)]] = [:]
        for fact in facts {
            switch fact {
            case .processing: isProcessing = true
            case .failed: isFailed = true
            case .expired: isExpired = true
            case .paid(let transaction, let money): amounts[transaction, default: []].insert(money)
            case .refunded(let reference, let transaction, let money, let status):
                refunds[reference, default: []].append(RefundTold(transaction: transaction, money: money, status: status))
            case .dispute(let id, let transaction, let status): disputes[id, default: []].append((transaction, status))
            }
        }
        payments = amounts.sorted { $0.key < $1.key }.map { Payment(transaction: $0.key, amounts: $0.value, isGood: $0.value.contains(total)) }
        received = payments.map { $0.received(in: total.currency) }.reduce(0, addingCapped)
        // Those that name their payment first: what names none goes to what is left.
        let inOrder = refunds.sorted { $0.key < $1.key }.map(\.value)
        for told in inOrder where told.contains(where: { $0.transaction != nil }) { take(told, total: total) }
        for told in inOrder where !told.contains(where: { $0.transaction != nil }) { take(told, total: total) }
        for told in disputes.values { take(told) }
        for refund in courses where refund.status == .succeeded && items.contains(refund.course) {
            guard let index = payments.firstIndex(where: { $0.transaction == refund.payment }) else { continue }
            payments[index].closed.insert(refund.course)
        }
        for index in payments.indices { payments[index].settle(total: total, items: items) }
    }

    /// One refund, as it was told at different times: the highest status counts, and there the largest amount ("so far").
    private mutating func take(_ told: [RefundTold], total: Money) {
        guard told.map(\.status).max() == .succeeded else { return }
        let succeeded = told.filter { $0.status == .succeeded }
        let money = succeeded.map(\.money).max { ($0.currency.code, $0.minorUnits) < ($1.currency.code, $1.minorUnits) }!
        hasRefunds = true
        if money.currency == total.currency { refunded = addingCapped(refunded, money.minorUnits) }
        if let transaction = told.compactMap(\.transaction).max() {
            guard let index = payments.firstIndex(where: { $0.transaction == transaction }) else {
                hasStrayRefunds = true
                return
            }
            if payments[index].amounts.contains(where: { $0.currency == money.currency }) {
                payments[index].refund(money.minorUnits, total: total)
            }
        } else {
            // Not said of which payment: of those that grant, so that nobody keeps access to what was paid back; of each in
            // turn, as far as it goes.
            spread(money, total: total)
        }
    }

    private mutating func spread(_ money: Money, total: Money) {
        let good = payments.indices.filter { payments[$0].isGood }
        let candidates = good.isEmpty ? Array(payments.indices) : good
        guard money.currency == total.currency || good.isEmpty else { return }
        var rest = money.minorUnits
        for index in candidates {
            let open = max(0, payments[index].whole(total: total) - payments[index].refunds.reduce(0, addingCapped))
            let part = index == candidates.last ? rest : min(rest, open)
            payments[index].refund(part, total: total)
            rest -= part
        }
    }

    private mutating func take(_ told: [(transaction: String?, status: DisputeStatus)]) {
        hasDisputes = true
        guard let status = told.map(\.status).max() else { return }
        let transaction = told.compactMap(\.transaction).max()
        for index in payments.indices where transaction == nil || payments[index].transaction == transaction {
            // Of several disputes about one payment the worst for the creator counts: lost, open, won.
            payments[index].dispute = [payments[index].dispute, status].compactMap(\.self).max { rank($0) < rank($1) }
        }
    }

    private func rank(_ status: DisputeStatus) -> Int {
        switch status {
        case .won: 0
        case .open: 1
        case .lost: 2
        }
    }
}

private struct RefundTold {
    var transaction: String?
    var money: Money
    var status: RefundStatus
}

/// Amounts are bounded where they are read; a sum that would overflow stays at the largest number instead of crashing.
private func addingCapped(_ one: Int64, _ other: Int64) -> Int64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
}
