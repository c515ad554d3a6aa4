import GRDB
import LecternCore

/// A refund that a provider was asked for, or is about to be: written before it is, so that a lost answer is known to be lost.
public struct AskedRefund: Hashable, Sendable {
    /// Ours, and the provider's to know this very refund by, however often it is asked for.
    public var key: String
    public var order: ID<Order>
    /// The payment that is given back.
    public var payment: String
    public var money: Money
    /// The course that it takes out of the order; nil: of all of them alike.
    public var course: String?
    public var askedAt: Instant

    public init(key: String, order: ID<Order>, payment: String, money: Money, course: String? = nil, askedAt: Instant) {
        self.key = key
        self.order = order
        self.payment = payment
        self.money = money
        self.course = course
        self.askedAt = askedAt
    }
}

extension Store {
    /// The refund of an order of which nobody was told what became of it; there is one at most.
    public func openRefund(of order: ID<Order>) throws(StoreError) -> AskedRefund? {
        try shop.readOnce { db in try db.openRefund(of: order) }
    }

    /// The newest refund of an order that was asked for and came to an end.
    public func lastRefund(of order: ID<Order>) throws(StoreError) -> AskedRefund? {
        try shop.readOnce { db in try db.lastRefund(of: order) }
    }

    /// Of all refunds of an order that were ever asked for, the oldest first.
    public func refundKeys(of order: ID<Order>) throws(StoreError) -> [String] {
        try shop.readOnce { db in
            try db.rows("SELECT key FROM asked_refund WHERE order_id = ? ORDER BY asked_at, key", [order.text]).map { try $0.text("key") }
        }
    }

    /// Writes that a refund is going to be asked for.
    /// - Parameter last: the newest one that had come to its end when it was looked at what is left to be given back.
    /// - Returns: what is open now: this one, or another that somebody asked for and has no answer to; nil when one came to its end
    ///   meanwhile, so that something else may be left: nothing was written.
    public func askRefund(_ refund: AskedRefund, after last: AskedRefund?) async throws(StoreError) -> AskedRefund? {
        try await shop.write { db in
            guard try db.lastRefund(of: refund.order)?.key == last?.key else { return nil }
            try db.run(
                """
                INSERT INTO asked_refund (key, order_id, payment, amount, currency, course, asked_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                [
                    refund.key, refund.order.text, refund.payment, refund.money.minorUnits, refund.money.currency.code, refund.course,
                    refund.askedAt.sql,
                ])
            guard let open = try db.openRefund(of: refund.order) else { throw StoreError.conflict("refund key") }
            return open
        }
    }

    /// Says that an open refund is about to be asked for again: until it is known what became of that, it is not over.
    /// - Returns: the refund as it is open now; nil when it ended, or somebody else asked again, since it was read.
    public func renewRefund(_ refund: AskedRefund, now: Instant) async throws(StoreError) -> AskedRefund? {
        try await shop.write { db in
            let isRenewed = try db.didChange(
                "UPDATE asked_refund SET asked_at = ? WHERE key = ? AND asked_at = ? AND ended_at IS NULL RETURNING key",
                [now.sql, refund.key, refund.askedAt.sql])
            var renewed = refund
            renewed.askedAt = now
            return isRenewed ? renewed : nil
        }
    }

    /// Whoever asked for the refund is being told what became of it: the next one for the same amount is another.
    /// - Returns: false when it ended, or somebody asked for it again, since it was read: nothing was changed.
    @discardableResult
    public func endRefund(_ refund: AskedRefund, now: Instant) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange(
                "UPDATE asked_refund SET ended_at = ? WHERE key = ? AND asked_at = ? AND ended_at IS NULL RETURNING key",
                [now.sql, refund.key, refund.askedAt.sql])
        }
    }
}

extension Database {
    fileprivate func lastRefund(of order: ID<Order>) throws -> AskedRefund? {
        try row("SELECT * FROM asked_refund WHERE order_id = ? AND ended_at IS NOT NULL ORDER BY asked_at DESC, key DESC LIMIT 1", [order.text])
            .map(AskedRefund.init(row:))
    }

    fileprivate func openRefund(of order: ID<Order>) throws -> AskedRefund? {
        try row("SELECT * FROM asked_refund WHERE order_id = ? AND ended_at IS NULL", [order.text]).map(AskedRefund.init(row:))
    }
}

extension AskedRefund {
    fileprivate init(row: Row) throws {
        self.init(
            key: try row.text("key"), order: try row.id("order_id"), payment: try row.text("payment"), money: try row.money("amount"),
            course: row.optionalText("course"), askedAt: try row.instant("asked_at"))
    }
}
