import GRDB
import LecternCore

/// A coupon with how often it is used.
public struct CouponRecord: Hashable, Sendable {
    public var coupon: Coupon
    /// Orders that hold it: paid ones, and open ones that may be paid yet.
    public var uses: Int
    /// Those of them that were paid.
    public var granted: Int

    public init(coupon: Coupon, uses: Int, granted: Int) {
        self.coupon = coupon
        self.uses = uses
        self.granted = granted
    }
}

extension Store {
    /// - Returns: false when there is one of this code, ended or not: a code means one thing for ever.
    public func addCoupon(_ coupon: Coupon) async throws(StoreError) -> Bool {
        try await shop.write { db in
            var percent: Int?, amount: Money?
            switch coupon.discount {
            case .percent(let number): percent = number
            case .amount(let money): amount = money
            }
            let isNew = try db.didChange(
                """
                INSERT INTO coupon (code, percent, amount, currency, use_limit, learner_limit, starts_at, ends_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO NOTHING RETURNING code
                """,
                [
                    coupon.code, percent, amount?.minorUnits, amount?.currency.code, coupon.limit, coupon.limitPerLearner, coupon.from?.sql,
                    coupon.until?.sql, coupon.createdAt.sql,
                ])
            guard isNew else { return false }
            for course in coupon.courses { try db.run("INSERT INTO coupon_course (coupon, course) VALUES (?, ?)", [coupon.code, course]) }
            return true
        }
    }

    /// Ends a coupon for new orders; those that hold it keep it.
    /// - Returns: false when there is none, or it ended before.
    public func endCoupon(_ code: String, now: Instant) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange("UPDATE coupon SET ended_at = ? WHERE code = ? AND ended_at IS NULL RETURNING code", [now.sql, code])
        }
    }

    public func coupon(_ code: String) throws(StoreError) -> CouponRecord? {
        try shop.readOnce { db in try db.row(couponSQL + " WHERE c.code = ?", [code]).map { try db.coupon($0) } }
    }

    /// Newest first.
    public func coupons() throws(StoreError) -> [CouponRecord] {
        try shop.read { db in try db.rows(couponSQL + " ORDER BY c.created_at DESC, c.code").map { try db.coupon($0) } }
    }

    /// What keeps an order that wants a coupon from being made.
    public static let couponIsUsedUp = StoreError.conflict("coupon")
}

private let couponSQL = """
    SELECT c.*, (SELECT count(*) FROM coupon_use u WHERE u.coupon = c.code AND u.released_at IS NULL) AS uses,
      (SELECT count(*) FROM coupon_use u JOIN order_ o ON o.id = u.order_id
       WHERE u.coupon = c.code AND u.released_at IS NULL AND o.granted_at IS NOT NULL) AS granted
    FROM coupon c
    """

extension Database {
    fileprivate func coupon(_ row: Row) throws -> CouponRecord {
        let code = try row.text("code")
        let discount: Coupon.Discount
        if let percent = row["percent"] as Int? { discount = .percent(percent) } else { discount = .amount(try row.money("amount")) }
        let courses = try rows("SELECT course FROM coupon_course WHERE coupon = ? ORDER BY course", [code]).map { try $0.text("course") }
        return CouponRecord(
            coupon: Coupon(
                code: code, discount: discount, courses: courses, limit: row["use_limit"], limitPerLearner: row["learner_limit"],
                from: row.optionalInstant("starts_at"), until: row.optionalInstant("ends_at"), createdAt: try row.instant("created_at"),
                endedAt: row.optionalInstant("ended_at")),
            uses: try row.int("uses"), granted: try row.int("granted"))
    }

    /// Takes one use of a coupon for an order, in the order's own transaction: of all who want the last one, one gets it.
    func reserve(_ coupon: String, for order: Order) throws {
        let isReserved = try didChange(
            """
            INSERT INTO coupon_use (coupon, order_id, learner, reserved_at)
            SELECT c.code, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT) FROM coupon c
            WHERE c.code = ? AND c.ended_at IS NULL AND (c.starts_at IS NULL OR c.starts_at <= ?) AND (c.ends_at IS NULL OR c.ends_at > ?)
              AND (c.use_limit IS NULL
                   OR c.use_limit > (SELECT count(*) FROM coupon_use u WHERE u.coupon = c.code AND u.released_at IS NULL))
              AND (c.learner_limit IS NULL
                   OR c.learner_limit > (SELECT count(*) FROM coupon_use u WHERE u.coupon = c.code AND u.learner = ? AND u.released_at IS NULL))
            RETURNING coupon
            """,
            [
                order.id.text, order.learner.text, order.createdAt.sql, coupon, order.createdAt.sql, order.createdAt.sql, order.learner.text,
            ])
        guard isReserved else { throw Store.couponIsUsedUp }
    }

    /// An order that nobody will pay gives its coupon back; one that is paid late takes it again.
    func keepCouponUse(of order: ID<Order>, state: OrderState.Kind, now: Instant) throws {
        if state == .expired || state == .failed {
            try run("UPDATE coupon_use SET released_at = ? WHERE order_id = ? AND released_at IS NULL", [now.sql, order.text])
        } else {
            try run("UPDATE coupon_use SET released_at = NULL WHERE order_id = ? AND released_at IS NOT NULL", [order.text])
        }
    }
}
