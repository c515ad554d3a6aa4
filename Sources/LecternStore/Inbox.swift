import Foundation
import GRDB
import LecternCore

/// A verified notice about nothing that we know: the creator's account at the provider may serve other shops, and a refund
/// may overtake its payment.
public struct UnresolvedNotice: Hashable, Sendable {
    public var notice: Notice
    public var facts: [OrderFact]
    public var payment: String?
}

extension Store {
    /// Keeps a verified notice whose order is not known. If its payment is known by now, it counts at once; else when it
    /// becomes known (`record`).
    /// - Returns: what it came to, when it was about an order after all.
    public func keepUnresolved(
        _ notice: Notice, facts: [OrderFact], payment: String?, now: Instant
    ) async throws(StoreError) -> Settled? {
        try await shop.write { db in
            let order = try payment.flatMap { try db.orderID(provider: notice.provider, payment: $0) }
            try db.keep(notice, facts: facts, payment: payment, of: order)
            guard let order else { return nil }
            return try db.settle(facts, of: order, payment: nil, now: now)
        }
    }

    /// Newest first.
    public func unresolvedNotices(limit: Int = 100) throws(StoreError) -> [UnresolvedNotice] {
        try shop.readOnce { db in
            try db.rows("SELECT * FROM inbox WHERE order_id IS NULL ORDER BY received_at DESC, notice LIMIT ?", [limit])
                .map(UnresolvedNotice.init(row:))
        }
    }
}

extension Database {
    /// One that was kept before stays as it was, but for its order, if that was not known.
    func keep(_ notice: Notice, facts: [OrderFact], payment: String?, of order: ID<Order>?) throws {
        try run(
            """
            INSERT INTO inbox (provider, notice, body, facts, payment, received_at, order_id) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (provider, notice) DO UPDATE SET order_id = coalesce(inbox.order_id, excluded.order_id)
            """,
            [
                notice.provider.rawValue, notice.id, try order.map(isForgotten) == true ? "" : notice.body, try encoded(facts), payment, notice.receivedAt.sql, order?.text,
            ])
    }

    /// A notice says who paid: of who is forgotten only its facts are kept.
    func isForgotten(_ order: ID<Order>) throws -> Bool {
        try row("SELECT 1 FROM order_ o JOIN learner l ON l.id = o.learner WHERE o.id = ? AND l.forgotten_at IS NOT NULL", [order.text]) != nil
    }

    /// What notices said about a payment before anybody knew whose it is.
    func matchInbox(payment: String, provider: ProviderName, to order: ID<Order>) throws -> [OrderFact] {
        try rows(
            """
            UPDATE inbox SET order_id = ?, body = CASE WHEN CAST(? AS SMALLINT) = 1 THEN '' ELSE body END
            WHERE provider = ? AND payment = ? AND order_id IS NULL RETURNING facts
            """, [order.text, try isForgotten(order) ? 1 : 0, provider.rawValue, payment]
        ).flatMap { try decodedFacts($0.text("facts")) }
    }
}

extension UnresolvedNotice {
    fileprivate init(row: Row) throws {
        self.init(
            notice: Notice(
                provider: try row.word("provider"), id: try row.text("notice"), body: try row.text("body"),
                receivedAt: try row.instant("received_at")),
            facts: try decodedFacts(row.text("facts")), payment: row.optionalText("payment"))
    }
}

private func encoded(_ facts: [OrderFact]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(facts), as: UTF8.self)
}

private func decodedFacts(_ text: String) throws -> [OrderFact] {
    do { return try JSONDecoder().decode([OrderFact].self, from: Data(text.utf8)) } catch {
        throw StoreError.broken("a kept notice cannot be read")
    }
}
