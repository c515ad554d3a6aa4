import GRDB
import LecternCore

/// Something that the creator should look at; raised once, kept until it is seen.
public struct Alert: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        // As `OrderState.Alert` names them.
        case paidTwice, latePayment, amountDiffers, disputeOpened, refundWithoutPayment
        /// A refund has a name of ours that nobody here knows: the database came from a backup of before it.
        case refundForgotten
        /// A provider named one payment for two orders; the first has it.
        case paymentOfAnotherOrder
        /// Money came for somebody who is forgotten: nobody can use what it paid for.
        case buyerForgotten
        /// A mail was given up.
        case mailFailed
    }

    public var key: String
    public var kind: Kind
    public var order: ID<Order>?
    public var detail: String
    public var raisedAt: Instant
    public var seenAt: Instant?

    public init(key: String, kind: Kind, order: ID<Order>?, detail: String, raisedAt: Instant, seenAt: Instant? = nil) {
        self.key = key
        self.kind = kind
        self.order = order
        self.detail = detail
        self.raisedAt = raisedAt
        self.seenAt = seenAt
    }
}

extension Store {
    /// - Returns: false when it was raised before: nothing changed.
    @discardableResult
    public func raise(_ alert: Alert) async throws(StoreError) -> Bool {
        try await shop.write { db in try db.raise(alert) }
    }

    /// Newest first.
    public func alerts(unseenOnly: Bool = true, limit: Int = 100) throws(StoreError) -> [Alert] {
        try shop.readOnce { db in
            try db.rows(
                "SELECT * FROM alert WHERE ? = 0 OR seen_at IS NULL ORDER BY raised_at DESC, key LIMIT ?", [unseenOnly ? 1 : 0, limit]
            ).map(Alert.init(row:))
        }
    }

    public func seen(_ key: String, now: Instant) async throws(StoreError) {
        try await shop.write { db in try db.run("UPDATE alert SET seen_at = ? WHERE key = ? AND seen_at IS NULL", [now.sql, key]) }
    }
}

extension Database {
    func raise(_ alert: Alert) throws -> Bool {
        try didChange(
            """
            INSERT INTO alert (key, kind, order_id, detail, raised_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key) DO NOTHING RETURNING key
            """, [alert.key, alert.kind.rawValue, alert.order?.text, alert.detail, alert.raisedAt.sql])
    }
}

extension Alert {
    init(row: Row) throws {
        self.init(
            key: try row.text("key"), kind: try row.word("kind"), order: row.optionalID("order_id"), detail: try row.text("detail"),
            raisedAt: try row.instant("raised_at"), seenAt: row.optionalInstant("seen_at"))
    }
}
