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
    public var askedAt: Instant

    public init(key: String, order: ID<Order>, payment: String, money: Money, askedAt: Instant) {
        self.key = key
        self.order = order
        self.payment = payment
        self.money = money
        self.askedAt = askedAt
    }
}

extension Store {
    /// The refund of an order of which nobody was told what became of it; there is one at most.
    public func openRefund(of order: ID<Order>) throws(StoreError) -> AskedRefund? {
        try shop.readOnce { db in try db.openRefund(of: order) }
    }

    /// Writes that a refund is going to be asked for.
    /// - Returns: what is open now: this one, or another that somebody asked for and has no answer to.
    public func askRefund(_ refund: AskedRefund) async throws(StoreError) -> AskedRefund {
        try await shop.write { db in
            try db.run(
                """
                INSERT INTO asked_refund (key, order_id, payment, amount, currency, asked_at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                [
                    refund.key, refund.order.text, refund.payment, refund.money.minorUnits, refund.money.currency.code, refund.askedAt.sql,
                ])
            guard let open = try db.openRefund(of: refund.order) else { throw StoreError.conflict("refund key") }
            return open
        }
    }

    /// Whoever asked for the refund is being told what became of it: the next one for the same amount is another.
    public func endRefund(_ key: String, now: Instant) async throws(StoreError) {
        try await shop.write { db in
            try db.run("UPDATE asked_refund SET ended_at = ? WHERE key = ? AND ended_at IS NULL", [now.sql, key])
        }
    }
}

extension Database {
    fileprivate func openRefund(of order: ID<Order>) throws -> AskedRefund? {
        try row("SELECT * FROM asked_refund WHERE order_id = ? AND ended_at IS NULL", [order.text]).map { row in
            AskedRefund(
                key: try row.text("key"), order: try row.id("order_id"), payment: try row.text("payment"),
                money: try row.money("amount"), askedAt: try row.instant("asked_at"))
        }
    }
}
