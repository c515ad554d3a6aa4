import GRDB
import LecternCore

/// A mail that is owed. It is written in the commit of what it is about, and sent afterwards, once for each key.
public struct OutboxMail: Hashable, Sendable {
    /// Names the mail for ever: `receipt:<order>:<learner>`. A second one with this key is the same mail.
    public var key: String
    /// Which words: `receipt`, `sign-in`, `alert`, …; the shop's.
    public var kind: String
    public var learner: ID<Learner>?
    public var order: ID<Order>?
    /// What else the words need, in JSON.
    public var payload: String

    public init(key: String, kind: String, learner: ID<Learner>? = nil, order: ID<Order>? = nil, payload: String = "{}") {
        self.key = key
        self.kind = kind
        self.learner = learner
        self.order = order
        self.payload = payload
    }
}

/// A mail with what became of it so far.
public struct OutboxEntry: Hashable, Sendable {
    public var mail: OutboxMail
    public var createdAt: Instant
    /// This try included.
    public var attempts: Int
    /// Nil: sent, dropped, or given up.
    public var nextTryAt: Instant?
    public var sentAt: Instant?
    /// Nobody waits for it any more, and it was not sent: the order was refunded, the learner forgotten.
    public var droppedAt: Instant?
    /// Why it was not sent.
    public var lastError: String?

    /// It should have been sent, and never will be.
    public var isGivenUp: Bool { sentAt == nil && droppedAt == nil && nextTryAt == nil }
}

extension Store {
    public func put(_ mail: OutboxMail, now: Instant) async throws(StoreError) {
        try await shop.write { db in try db.put(mail, now: now) }
    }

    /// Takes what is due, oldest first. Nobody else gets these until the lease is over; who neither says `sent` nor `failed`
    /// by then, because it crashed, leaves them to the next.
    public func takeDueMail(limit: Int, leaseSeconds: Int64 = 120, now: Instant) async throws(StoreError) -> [OutboxEntry] {
        // Most times there is nothing, and that is found without a commit.
        let isAny = try shop.readOnce { db in try db.row("SELECT 1 FROM outbox WHERE next_try_at <= ? LIMIT 1", [now.sql]) != nil }
        guard isAny else { return [] }
        return try await shop.write { db in
            try db.rows(
                """
                UPDATE outbox SET attempts = attempts + 1, next_try_at = ?
                WHERE key IN (SELECT key FROM outbox WHERE next_try_at <= ? ORDER BY next_try_at, key LIMIT ?) AND next_try_at <= ?
                RETURNING *
                """, [now.adding(seconds: leaseSeconds).sql, now.sql, limit, now.sql]
            ).map(OutboxEntry.init(row:)).sorted { ($0.createdAt, $0.mail.key) < ($1.createdAt, $1.mail.key) }
        }
    }

    /// Of a mail that is about no order, what it said goes with that: a code's mail holds an address that may be nobody's yet,
    /// so that forgetting its owner later would not find it.
    public func sent(_ key: String, now: Instant) async throws(StoreError) {
        try await shop.write { db in
            try db.run("UPDATE outbox SET sent_at = ?, next_try_at = NULL, dropped_at = NULL, last_error = NULL WHERE key = ?", [now.sql, key])
            try db.emptyMail(key)
        }
    }

    /// - Parameters:
    ///   - error: in words for the creator, without the address.
    ///   - nextTryAt: nil gives up, which raises an alert.
    public func failed(_ key: String, error: String, nextTryAt: Instant?, now: Instant) async throws(StoreError) {
        try await shop.write { db in
            let row = try db.row(
                "UPDATE outbox SET next_try_at = ?, last_error = ? WHERE key = ? AND sent_at IS NULL AND dropped_at IS NULL RETURNING *",
                [nextTryAt?.sql, error, key])
            if nextTryAt == nil { try db.emptyMail(key) }
            guard nextTryAt == nil, let mail = try row.map(OutboxEntry.init(row:))?.mail else { return }
            let alert = Alert(key: "mail:" + key, kind: .mailFailed, order: mail.order, detail: error, raisedAt: now)
            // What somebody paid for is worth a mail to the creator; codes for addresses that do not exist are not.
            if ["receipt", "refund"].contains(mail.kind) { try db.raiseAndTell(alert) } else { _ = try db.raise(alert) }
        }
    }

    /// Nobody waits for it any more. It is neither sent nor a failure.
    public func dropped(_ key: String, why: String, now: Instant) async throws(StoreError) {
        try await shop.write { db in
            try db.run(
                "UPDATE outbox SET dropped_at = ?, next_try_at = NULL, last_error = ? WHERE key = ? AND sent_at IS NULL", [now.sql, why, key])
            try db.emptyMail(key)
        }
    }

    /// Tries a mail again that was given up or waits.
    /// - Returns: whether there was one that is not sent yet.
    public func retry(_ key: String, now: Instant) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange(
                "UPDATE outbox SET next_try_at = ? WHERE key = ? AND sent_at IS NULL AND dropped_at IS NULL RETURNING key", [now.sql, key])
        }
    }

    /// What is not sent yet, given up or waiting, oldest first.
    public func unsentMail(limit: Int = 100) throws(StoreError) -> [OutboxEntry] {
        try shop.readOnce { db in
            try db.rows(
                "SELECT * FROM outbox WHERE sent_at IS NULL AND dropped_at IS NULL ORDER BY created_at, key LIMIT ?", [limit]
            ).map(OutboxEntry.init(row:))
        }
    }

    /// Everything that was owed because of an order, and what became of it, oldest first.
    public func mails(of order: ID<Order>) throws(StoreError) -> [OutboxEntry] {
        try shop.readOnce { db in
            try db.rows("SELECT * FROM outbox WHERE order_id = ? ORDER BY created_at, key", [order.text]).map(OutboxEntry.init(row:))
        }
    }

    /// - Returns: nil when nothing with this key is owed or was sent.
    public func mail(_ key: String) throws(StoreError) -> OutboxEntry? {
        try shop.readOnce { db in try db.row("SELECT * FROM outbox WHERE key = ?", [key]).map(OutboxEntry.init(row:)) }
    }
}

extension Database {
    fileprivate func emptyMail(_ key: String) throws { try run("UPDATE outbox SET payload = '{}' WHERE key = ? AND order_id IS NULL", [key]) }

    /// - Parameter due: when it is to be sent; nil: now.
    func put(_ mail: OutboxMail, due: Instant? = nil, now: Instant) throws {
        try run(
            """
            INSERT INTO outbox (key, kind, learner, order_id, payload, created_at, attempts, next_try_at)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (key) DO NOTHING
            """, [mail.key, mail.kind, mail.learner?.text, mail.order?.text, mail.payload, now.sql, (due ?? now).sql])
    }
}

extension OutboxEntry {
    init(row: Row) throws {
        self.init(
            mail: OutboxMail(
                key: try row.text("key"), kind: try row.text("kind"), learner: row.optionalID("learner"),
                order: row.optionalID("order_id"), payload: try row.text("payload")),
            createdAt: try row.instant("created_at"), attempts: try row.int("attempts"),
            nextTryAt: row.optionalInstant("next_try_at"), sentAt: row.optionalInstant("sent_at"),
            droppedAt: row.optionalInstant("dropped_at"), lastError: row.optionalText("last_error"))
    }
}
