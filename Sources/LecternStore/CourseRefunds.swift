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

extension Store {
    /// Says which course a refund was for that was made elsewhere, in a provider's own console. No money moves.
    /// - Parameter known: what was known of the order's courses when it was looked at what fits.
    /// - Returns: nil when there is no such order, or something else became known meanwhile: nothing was written.
    public func attribute(_ refund: CourseRefund, of order: ID<Order>, knowing known: [CourseRefund], now: Instant) async throws(StoreError) -> Settled? {
        try await shop.write { db in
            guard try db.row("SELECT 1 FROM order_ WHERE id = ?", [order.text]) != nil, try db.courseRefunds(of: order) == known else { return nil }
            return try db.settle([], courses: [refund], of: order, payment: nil, now: now)
        }
    }
}

extension Database {
    /// What became of refunds, of those that were asked for to take a course out.
    /// - Parameter told: by our own keys. A key that we do not know, and that tells which course it was for, is one that was forgotten: its
    ///   row was written after the backup from which this database came. It is known again then.
    func courseRefunds(_ told: [String: KeyedRefund], of order: Order, now: Instant) throws -> [CourseRefund] {
        try told.sorted { $0.key < $1.key }.compactMap { key, told in
            if let row = try row("SELECT * FROM asked_refund WHERE key = ? AND order_id = ?", [key, order.id.text]) {
                guard let course = row.optionalText("course") else { return nil }
                return CourseRefund(
                    key: key, course: course, payment: try row.text("payment"), money: try row.money("amount"), status: told.status,
                    reference: told.reference)
            }
            if let course = RefundKey.course(key, in: order), let payment = told.payment {
                let refund = CourseRefund(
                    key: key, course: course, payment: payment, money: try told.money ?? paidPart(of: course, in: order), status: told.status,
                    reference: told.reference)
                try remember(refund, of: order.id, now: now)
                return refund
            }
            if told.status != .failed, RefundKey.looksOwn(key, of: order.id) {
                try raiseAndTell(Alert(key: "order:\(order.id):refund:\(key)", kind: .refundForgotten, order: order.id, detail: key, raisedAt: now))
            }
            return nil
        }
    }

    private func paidPart(of course: String, in order: Order) throws -> Money {
        let covered = try order.discount.map { try rows("SELECT course FROM coupon_course WHERE coupon = ?", [$0.coupon]).map { try $0.text("course") } }
        return order.paidParts(coupon: covered ?? []).first { $0.course == course }?.money ?? Money(minorUnits: 0, currency: order.total.currency)
    }

    /// So that it is asked about from now on, and its key is not taken for another.
    private func remember(_ refund: CourseRefund, of order: ID<Order>, now: Instant) throws {
        guard refund.money.minorUnits > 0 else { return }
        try run(
            """
            INSERT INTO asked_refund (key, order_id, payment, amount, currency, course, asked_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [refund.key, order.text, refund.payment, refund.money.minorUnits, refund.money.currency.code, refund.course, now.sql, now.sql])
    }

    /// What a refund became by the provider's own name for it becomes of the courses that it was for.
    func follow(_ fact: OrderFact, of order: ID<Order>, now: Instant) throws {
        guard case .refunded(let reference, _, _, let status) = fact else { return }
        let courses = try courseRefunds(of: order).filter { $0.reference == reference && $0.status < status }
        for var course in courses.latest {
            course.status = status
            _ = try insert(course, of: order, now: now)
        }
    }

    func courseRefunds(of order: ID<Order>) throws -> [CourseRefund] {
        // A backup of before there were any is looked at as it is.
        guard try tableExists("course_refund") else { return [] }
        return try rows("SELECT * FROM course_refund WHERE order_id = ? ORDER BY key, status", [order.text]).map { row in
            guard let status = RefundStatus(rawValue: try row.int("status")) else { throw StoreError.broken("a course's refund has an unknown status") }
            return CourseRefund(
                key: try row.text("key"), course: try row.text("course"), payment: try row.text("payment"), money: try row.money("amount"), status: status,
                reference: row.hasColumn("reference") ? row.optionalText("reference") : nil)
        }
    }

    /// - Returns: whether it was not known before.
    func insert(_ refund: CourseRefund, of order: ID<Order>, now: Instant) throws -> Bool {
        try didChange(
            """
            INSERT INTO course_refund (order_id, key, course, payment, amount, currency, status, reference, recorded_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key
            """,
            [
                order.text, refund.key, refund.course, refund.payment, refund.money.minorUnits, refund.money.currency.code,
                refund.status.rawValue, refund.reference, now.sql,
            ])
    }
}
