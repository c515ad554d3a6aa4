import GRDB
import LecternCore

/// An order with everything that is known about it.
public struct OrderRecord: Hashable, Sendable {
    public var order: Order
    public var facts: [OrderFact]
    /// Refunds that were to take a course out of it.
    public var courseRefunds: [CourseRefund]
    public var state: OrderState
    /// Nil where it is the buyer's own.
    public var seating: Seating?
    /// The claim of the browser that made it, when nobody was signed in there.
    public var claim: TokenDigest?
    /// The provider's name for what it was asked: Stripe's session.
    public var reference: String?
    /// What the buyer was told to do next, as the shop wrote it.
    public var next: String?
    /// When it first granted.
    public var grantedAt: Instant?
    /// When its provider was last asked about it.
    public var askedAt: Instant?
}

public enum OpenedOrder: Hashable, Sendable {
    case opened(OrderRecord)
    /// The same attempt by the same buyer was written before; this is that order, and nothing was changed.
    case repeated(OrderRecord)

    public var record: OrderRecord {
        switch self {
        case .opened(let record), .repeated(let record): record
        }
    }
}

/// Which orders to list. Nil asks for nothing.
public struct OrderFilter: Hashable, Sendable {
    public var states: Set<OrderState.Kind>?
    /// A part of the learner's address.
    public var email: String?
    public var course: String?
    public var provider: ProviderName?
    public var from: Instant?
    /// Excluded.
    public var to: Instant?
    public var limit: Int
    /// The last order of the page before.
    public var after: ID<Order>?

    public init(
        states: Set<OrderState.Kind>? = nil, email: String? = nil, course: String? = nil, provider: ProviderName? = nil,
        from: Instant? = nil, to: Instant? = nil, limit: Int = 100, after: ID<Order>? = nil
    ) {
        self.states = states
        self.email = email
        self.course = course
        self.provider = provider
        self.from = from
        self.to = to
        self.limit = limit
        self.after = after
    }
}

extension Store {
    /// Writes an order, before its provider is called. The same attempt by the same buyer gives the same order.
    /// - Parameters:
    ///   - claim: of the browser, when nobody is signed in there; else the order's learner is the buyer.
    ///   - invitation: what its seats are taken with; of an order that has some.
    ///   - facts: known already: that a free order is paid.
    /// - Throws: `couponIsUsedUp` when its coupon is: nothing was written.
    public func openOrder(
        _ order: Order, claim: TokenDigest?, invitation: TokenDigest? = nil, facts: [OrderFact] = [], mail: [OutboxMail] = []
    ) async throws(StoreError) -> OpenedOrder {
        try await shop.write { db in
            let buyer = Self.buyer(claim: claim, learner: order.learner)
            guard try db.insert(order, buyer: buyer, claim: claim, invitation: invitation) else {
                let earlier = try db.row("SELECT id FROM order_ WHERE buyer = ? AND attempt = ?", [buyer, order.attempt])
                guard let earlier, let record = try db.order(earlier.id("id")) else { throw StoreError.conflict("order id") }
                return .repeated(record)
            }
            for (position, item) in order.items.enumerated() {
                try db.run(
                    "INSERT INTO order_item (order_id, position, course, title, price) VALUES (?, ?, ?, ?, ?)",
                    [order.id.text, position, item.course, item.title, item.price.minorUnits])
            }
            if let discount = order.discount { try db.reserve(discount.coupon, for: order) }
            for mail in mail { try db.put(mail, now: order.createdAt) }
            let settled = try db.settle(facts, of: order.id, payment: nil, now: order.createdAt)
            return .opened(settled.record)
        }
    }

    public func order(_ id: ID<Order>) throws(StoreError) -> OrderRecord? { try shop.read { db in try db.order(id) } }

    /// The order that a buyer's attempt became, if it did.
    public func order(attempt: String, claim: TokenDigest?, learner: ID<Learner>?) throws(StoreError) -> OrderRecord? {
        guard claim != nil || learner != nil else { return nil }
        return try shop.read { db in
            let buyer = Self.buyer(claim: claim, learner: learner)
            return try db.row("SELECT id FROM order_ WHERE buyer = ? AND attempt = ?", [buyer, attempt]).flatMap { try db.order($0.id("id")) }
        }
    }

    private static func buyer(claim: TokenDigest?, learner: ID<Learner>?) -> String {
        claim.map { "claim:" + $0.text } ?? "learner:" + (learner?.text ?? "")
    }

    /// A learner's orders, newest first.
    public func orders(of learner: ID<Learner>) throws(StoreError) -> [OrderRecord] {
        try shop.read { db in
            try db.orders(ids: db.rows("SELECT id FROM order_ WHERE learner = ? ORDER BY created_at DESC, id DESC", [learner.text]))
        }
    }

    /// Newest first; the next page begins after the last one's id.
    public func orders(_ filter: OrderFilter) throws(StoreError) -> [OrderRecord] {
        try shop.read { db in
            var conditions: [String] = [], values: [(any DatabaseValueConvertible)?] = []
            func ask(_ condition: String, _ value: [(any DatabaseValueConvertible)?]) {
                conditions.append(condition)
                values += value
            }
            if let states = filter.states {
                let names = states.map(\.rawValue).sorted()
                ask("state IN (\(names.map { _ in "?" }.joined(separator: ", ")))", names)
            }
            if let email = filter.email {
                ask("learner IN (SELECT id FROM learner WHERE email LIKE ? ESCAPE '\\')", [containing(email.lowercased())])
            }
            if let course = filter.course { ask("id IN (SELECT order_id FROM order_item WHERE course = ?)", [course]) }
            if let provider = filter.provider { ask("provider = ?", [provider.rawValue]) }
            if let from = filter.from { ask("created_at >= ?", [from.sql]) }
            if let to = filter.to { ask("created_at < ?", [to.sql]) }
            if let after = filter.after { ask("(created_at, id) < (SELECT created_at, id FROM order_ WHERE id = ?)", [after.text]) }
            let sql = "SELECT id FROM order_" + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
                + " ORDER BY created_at DESC, id DESC LIMIT ?"
            return try db.orders(ids: db.rows(sql, StatementArguments(values + [filter.limit])))
        }
    }

    /// The order that a provider speaks of by the name that it gave: Stripe's session.
    public func orderID(provider: ProviderName, reference: String) throws(StoreError) -> ID<Order>? {
        try shop.readOnce { db in
            try db.row("SELECT id FROM order_ WHERE provider = ? AND reference = ?", [provider.rawValue, reference])?.id("id")
        }
    }

    /// The order that a payment was made for.
    public func orderID(provider: ProviderName, payment: String) throws(StoreError) -> ID<Order>? {
        try shop.readOnce { db in try db.orderID(provider: provider, payment: payment) }
    }

    /// Keeps what the provider answered when it was asked to take the money, and the mail that tells how to pay, in one commit.
    /// The first answer stays.
    /// - Parameter stale: an answer of before that leads nowhere any more, and gives way to this one.
    /// - Returns: false when the order has another reference already, or the reference another order: nothing was changed.
    @discardableResult
    public func linkProvider(
        _ order: ID<Order>, reference: String, next: String?, replacing stale: String? = nil, mail: OutboxMail? = nil, now: Instant
    ) async throws(StoreError) -> Bool {
        try await shop.write { db in
            let isLinked = try db.didChange(
                """
                UPDATE order_ SET reference = ?,
                  next = CASE WHEN next IS NULL OR next = CAST(? AS TEXT) THEN CAST(? AS TEXT) ELSE next END
                WHERE id = ? AND (reference IS NULL OR reference = ?)
                  AND NOT EXISTS (SELECT 1 FROM order_ other WHERE other.provider = order_.provider AND other.reference = ? AND other.id <> order_.id)
                RETURNING id
                """, [reference, stale, next, order.text, reference, reference])
            if isLinked, let mail { try db.put(mail, now: now) }
            return isLinked
        }
    }

    /// Says that the provider is being asked about an order, unless it was within the last `seconds`.
    /// - Returns: whether to ask.
    public func shouldAsk(_ order: ID<Order>, everySeconds seconds: Int64, now: Instant) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange(
                "UPDATE order_ SET asked_at = ? WHERE id = ? AND (asked_at IS NULL OR asked_at <= ? OR asked_at > ?) RETURNING id",
                // A clock that was set back must not silence us.
                [now.sql, order.text, now.adding(seconds: -seconds).sql, now.adding(seconds: seconds).sql])
        }
    }

    /// Moves an order to the learner of another address, as long as it grants nothing or nobody proved to have the address that
    /// it has, and the claim is the order's own. What was mailed about it, or waits, goes to the new address. The address that it has
    /// already is typed by who misses the mail: receipt, or how to pay, goes out again.
    /// - Returns: nil when that may not be: nothing was changed.
    public func correctAddress(
        of order: ID<Order>, claim: TokenDigest, to learner: ID<Learner>, now: Instant
    ) async throws(StoreError) -> OrderRecord? {
        try await shop.write { db in
            guard let before = try db.row("SELECT learner FROM order_ WHERE id = ?", [order.text])?.text("learner") else { return nil }
            let moved = try db.didChange(
                """
                UPDATE order_ SET learner = ?
                WHERE id = ? AND claim = ? AND created_at > ?
                  AND learner IN (SELECT id FROM learner WHERE (confirmed_at IS NULL OR order_.grants = 0) AND forgotten_at IS NULL)
                RETURNING id
                """, [learner.text, order.text, claim.text, now.adding(seconds: -Claim.lifetimeSeconds).sql])
            guard moved, let record = try db.order(order) else { return nil }
            // How to pay is of no use any more to who has paid.
            let isOpen = [.pending, .processing].contains(record.state.kind)
            guard before != learner.text else {
                try db.mailAgain(record, isOpen: isOpen, now: now)
                return record
            }
            try db.run(
                """
                INSERT INTO outbox (key, kind, learner, order_id, payload, created_at, attempts, next_try_at)
                SELECT key || ':' || ?, kind, CAST(? AS TEXT), order_id, payload, CAST(? AS BIGINT), 0, CAST(? AS BIGINT) FROM outbox
                WHERE order_id = ? AND learner = ? AND (kind = 'refund' OR (kind = 'instructions' AND CAST(? AS SMALLINT) = 1))
                ON CONFLICT (key) DO NOTHING
                """, [learner.text, learner.text, now.sql, now.sql, order.text, before, isOpen ? 1 : 0])
            // What is still waiting for the mistyped address would tell a stranger.
            try db.run(
                """
                UPDATE outbox SET dropped_at = ?, next_try_at = NULL, last_error = 'address corrected'
                WHERE order_id = ? AND learner <> ? AND sent_at IS NULL AND dropped_at IS NULL
                """, [now.sql, order.text, learner.text])
            if record.state.grants {
                // The address may be one that it had before: its receipt was dropped then, and is owed again.
                try db.run(
                    """
                    UPDATE outbox SET dropped_at = NULL, next_try_at = ?, last_error = NULL
                    WHERE key = ? AND sent_at IS NULL AND dropped_at IS NOT NULL
                    """, [now.sql, OutboxMail.receipt(for: record.order).key])
                try db.put(.receipt(for: record.order), now: now)
            }
            return record
        }
    }
}

extension Database {
    /// What was sent, or given up; what waits goes out by itself.
    fileprivate func mailAgain(_ record: OrderRecord, isOpen: Bool, now: Instant) throws {
        try run(
            """
            UPDATE outbox SET sent_at = NULL, next_try_at = ?, attempts = 0, last_error = NULL
            WHERE order_id = ? AND learner = ? AND dropped_at IS NULL AND next_try_at IS NULL
              AND ((kind = 'receipt' AND CAST(? AS SMALLINT) = 1) OR (kind = 'instructions' AND CAST(? AS SMALLINT) = 1))
            """, [now.sql, record.order.id.text, record.order.learner.text, record.state.grants ? 1 : 0, isOpen ? 1 : 0])
    }
}

/// What a browser holds that ordered without being signed in.
public enum Claim {
    /// It opens its orders, and the courses in them, for 30 days.
    public static let lifetimeSeconds: Int64 = 30 * 86_400
}

extension OutboxMail {
    /// - Parameters:
    ///   - money: minor units that went back just now; another refund may follow before this is mailed.
    ///   - sum: all that went back so far.
    ///   - failed: how many refunds failed: after one of them the same sum is reached again by another refund, of which another mail tells.
    ///   - closed: courses that it took out of the order.
    static func refund(of order: Order, money: Int64, sum: Money, failed: Int, closed: [String]) -> OutboxMail {
        let payload: JSON = ["money": .whole(money), "refunded": .whole(sum.minorUnits), "closed": .list(closed.map { .text($0) })]
        return OutboxMail(
            key: "refund:\(order.id):\(sum.minorUnits)" + (failed > 0 ? ":\(failed)" : ""), kind: "refund", learner: order.learner, order: order.id,
            payload: String(decoding: payload.bytes, as: UTF8.self))
    }

    /// Courses that closed by a refund of which was mailed before.
    /// - Parameter told: how much was known of the order's courses: another closing of the same ones is another mail.
    static func closed(_ courses: [String], of order: Order, sum: Money, told: Int) -> OutboxMail {
        let payload: JSON = ["money": 0, "refunded": .whole(sum.minorUnits), "closed": .list(courses.map { .text($0) })]
        return OutboxMail(
            key: "closed:\(order.id):\(told)", kind: "refund", learner: order.learner, order: order.id, payload: String(decoding: payload.bytes, as: UTF8.self))
    }

    static func receipt(for order: Order) -> OutboxMail {
        OutboxMail(key: "receipt:\(order.id):\(order.learner)", kind: "receipt", learner: order.learner, order: order.id)
    }
}
