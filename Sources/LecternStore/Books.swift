import GRDB
import LecternCore

/// Money that moved, as it became known: one line of the books.
public struct BookEntry: Hashable, Sendable {
    public enum Kind: String, Sendable { case payment, refund, refundFailed }

    /// When it was recorded here.
    public var at: Instant
    public var kind: Kind
    /// In minor units: what came is more than nothing, what went back less.
    public var minorUnits: Int64
    public var currency: Currency
    public var order: Order
    /// The provider's name for the payment; of a refund that names none, nil.
    public var transaction: String?
    /// The provider's name for the refund.
    public var reference: String?
}

extension Store {
    /// All money that moved, the oldest first, made of facts alone: of an order, the entries' sum in its currency is what its state says that
    /// it received, less what it says went back.
    /// - Parameter to: excluded.
    public func books(from: Instant? = nil, to: Instant? = nil) throws(StoreError) -> [BookEntry] {
        try shop.read { db in
            // An order's entries depend on each other, so that all of its facts are read, and the time is looked at last.
            let ids = try db.rows(
                "SELECT DISTINCT order_id AS id FROM fact WHERE kind IN ('paid', 'refunded') AND recorded_at >= ? AND recorded_at < ? ORDER BY 1",
                [from?.sql ?? 0, to?.sql ?? Int64.max])
            var entries: [BookEntry] = []
            for id in ids {
                guard let record = try db.order(id.id("id")) else { continue }
                let times = try db.rows("SELECT * FROM fact WHERE order_id = ?", [record.order.id.text])
                    .map { (try OrderFact(row: $0), try $0.instant("recorded_at")) }
                entries += bookEntries(record.order, Dictionary(times) { first, _ in first })
            }
            return entries.filter { entry in from.map { $0 <= entry.at } ?? true && to.map { entry.at < $0 } ?? true }
                .sorted { ($0.at, $0.order.id.text, $0.kind.rawValue, $0.reference ?? "") < ($1.at, $1.order.id.text, $1.kind.rawValue, $1.reference ?? "") }
        }
    }
}

/// One payment counts once, at the largest amount that was told of it, and so does one refund, whose sum may grow and which may fail.
private func bookEntries(_ order: Order, _ times: [OrderFact: Instant]) -> [BookEntry] {
    var payments: [String: [(Money, Instant)]] = [:], refunds: [String: [(String?, Money, RefundStatus, Instant)]] = [:]
    for (fact, at) in times {
        switch fact {
        case .paid(let transaction, let money): payments[transaction, default: []].append((money, at))
        case .refunded(let reference, let transaction, let money, let status): refunds[reference, default: []].append((transaction, money, status, at))
        default: break
        }
    }
    var entries: [BookEntry] = []
    func add(_ at: Instant, _ kind: BookEntry.Kind, _ minorUnits: Int64, _ currency: Currency, _ transaction: String?, _ reference: String?) {
        guard minorUnits != 0 else { return }
        entries.append(
            BookEntry(at: at, kind: kind, minorUnits: minorUnits, currency: currency, order: order, transaction: transaction, reference: reference))
    }
    for (transaction, told) in payments {
        for (currency, moneys) in Dictionary(grouping: told, by: \.0.currency) {
            var sum: Int64 = 0
            for (money, at) in moneys.sorted(by: { ($0.1, $0.0.minorUnits) < ($1.1, $1.0.minorUnits) }) where money.minorUnits > sum {
                add(at, .payment, money.minorUnits - sum, currency, transaction, nil)
                sum = money.minorUnits
            }
        }
    }
    for (reference, told) in refunds {
        let transaction = told.compactMap(\.0).max()
        guard let currency = told.max(by: { ($0.2, $0.1.currency.code) < ($1.2, $1.1.currency.code) })?.1.currency else { continue }
        var sum: Int64 = 0
        let succeeded = told.filter { $0.2 == .succeeded && $0.1.currency == currency }
        for (_, money, _, at) in succeeded.sorted(by: { ($0.3, $0.1.minorUnits) < ($1.3, $1.1.minorUnits) }) where money.minorUnits > sum {
            add(at, .refund, sum - money.minorUnits, currency, transaction, reference)
            sum = money.minorUnits
        }
        if sum > 0, let failed = told.filter({ $0.2 == .failed }).map(\.3).min() {
            add(max(failed, succeeded.map(\.3).max() ?? failed), .refundFailed, sum, currency, transaction, reference)
        }
    }
    return entries
}
