import GRDB
import LecternCore

// Refunds that take one course out of an order of several.
extension Store {
    /// Takes a course out of an order for which nothing was paid: there is no money to give back, and nobody to ask.
    /// - Returns: nil when there is no such order.
    public func close(_ courses: [CourseRefund], of order: ID<Order>, now: Instant) async throws(StoreError) -> Settled? {
        guard courses.allSatisfy({ $0.money.minorUnits == 0 }) else { throw .conflict("a course that was paid for is closed by its refund") }
        return try await shop.write { db in
            guard try db.row("SELECT 1 FROM order_ WHERE id = ?", [order.text]) != nil else { return nil }
            return try db.settle([], courses: courses, of: order, payment: nil, now: now)
        }
    }
}

extension Database {
    /// What became of refunds, of those that were asked for to take a course out.
    /// - Parameter told: by our own keys.
    func courseRefunds(_ told: [String: RefundStatus], of order: ID<Order>) throws -> [CourseRefund] {
        try told.sorted { $0.key < $1.key }.compactMap { key, status in
            try row("SELECT * FROM asked_refund WHERE key = ? AND order_id = ? AND course IS NOT NULL", [key, order.text]).map { row in
                CourseRefund(
                    key: key, course: try row.text("course"), payment: try row.text("payment"), money: try row.money("amount"), status: status)
            }
        }
    }

    func courseRefunds(of order: ID<Order>) throws -> [CourseRefund] {
        // A backup of before there were any is looked at as it is.
        guard try tableExists("course_refund") else { return [] }
        return try rows("SELECT * FROM course_refund WHERE order_id = ? ORDER BY key, status", [order.text]).map { row in
            guard let status = RefundStatus(rawValue: try row.int("status")) else { throw StoreError.broken("a course's refund has an unknown status") }
            return CourseRefund(
                key: try row.text("key"), course: try row.text("course"), payment: try row.text("payment"), money: try row.money("amount"), status: status)
        }
    }

    /// - Returns: whether it was not known before.
    func insert(_ refund: CourseRefund, of order: ID<Order>, now: Instant) throws -> Bool {
        try didChange(
            """
            INSERT INTO course_refund (order_id, key, course, payment, amount, currency, status, recorded_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key
            """,
            [
                order.text, refund.key, refund.course, refund.payment, refund.money.minorUnits, refund.money.currency.code,
                refund.status.rawValue, now.sql,
            ])
    }
}
