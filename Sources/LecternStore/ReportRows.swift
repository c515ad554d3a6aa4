import GRDB
import LecternCore

/// One order as a report counts it: what its row says, which is what `orders list` shows.
public struct ReportOrder: Sendable {
    public struct Item: Sendable, Hashable {
        public var course: String
        public var priceMinorUnits: Int64
        /// Whether the order's coupon was for it.
        public var isCovered = true
        /// What went back for this course alone.
        public var refundedMinorUnits: Int64 = 0
        /// It was taken out of the order.
        public var isClosed = false
    }

    public var id: String
    public var learner: String
    public var provider: String
    public var state: OrderState.Kind
    public var currency: Currency
    public var totalMinorUnits: Int64
    public var receivedMinorUnits: Int64
    public var refundedMinorUnits: Int64
    /// What the provider kept, as far as it is known; nil: nothing of it is.
    public var feesMinorUnits: Int64?
    /// Of what was received: in payments whose fee nobody told.
    public var feesUnknownMinorUnits: Int64
    /// From where it was paid: two letters; nil: nobody told, or nobody paid.
    public var country: String?
    public var createdAt: Instant
    /// When it first gave access.
    public var grantedAt: Instant?
    public var grants: Bool
    /// For how many others it was bought: who buys is enrolled by none of it then. 0: for the buyer.
    public var seats: Int
    /// Whether a dispute was ever opened about it.
    public var isDisputed: Bool
    /// The tab in which it was bought, when the buyer is counted.
    public var visit: String?
    /// Whose code made it cheaper, and by how much.
    public var coupon: String?
    public var discountMinorUnits: Int64
    /// The bundle that its courses were bought as.
    public var product: String?
    public var items: [Item]
}

/// That somebody may take a course without an order of their own.
public struct ReportEnrollment: Sendable {
    public var learner: String
    public var course: String
    public var since: Instant
}

/// What somebody answered to a question of the survey in their own words.
public struct SurveyWords: Sendable {
    public var visit: String
    public var learner: String?
    /// When it happened, by our clock, and never later than it was heard of.
    public var at: Instant
    public var question: String
    public var text: String
    public var isRobot: Bool
}

extension Store {
    /// Own words of the survey, as long as the events themselves are kept; an index finds them among all others.
    public func surveyWords() throws(StoreError) -> [SurveyWords] {
        try beacons.read { db in
            try db.rows("SELECT visit, learner, at, received_at, detail, robot FROM beacon WHERE kind = 'survey' ORDER BY seq").compactMap { row in
                let detail = try? JSON(try row.text("detail").utf8)
                guard let question = detail?["question"]?.text, let text = detail?["answer"]?.text else { return nil }
                let at = try row.instant("at"), heard = try row.instant("received_at")
                return SurveyWords(
                    visit: try row.text("visit"), learner: row.optionalText("learner"), at: min(at, heard), question: question, text: text, isRobot: try row.flag("robot"))
            }
        }
    }

    /// Calls `body` for every order, the oldest first.
    public func eachOrder(_ body: (ReportOrder) throws -> Void) throws(StoreError) {
        try shop.read { db in
            let sql = """
                SELECT o.id, o.learner, o.provider, o.state, o.currency, o.total, o.received, o.refunded, o.created_at, o.granted_at, o.grants, o.seats,
                  (SELECT sum(f.amount) FROM payment p JOIN payment_fee f ON f.provider = p.provider AND f.payment = p.payment
                   WHERE p.order_id = o.id AND f.currency = o.currency) AS fees,
                  (SELECT sum(t.amount) FROM
                    (SELECT max(a.amount) AS amount FROM fact a WHERE a.order_id = o.id AND a.kind = 'paid' AND a.currency = o.currency
                     AND NOT EXISTS (SELECT 1 FROM payment_fee f WHERE f.provider = o.provider AND f.payment = a.key AND f.about = 'payment' AND f.currency = o.currency)
                     GROUP BY a.key) t) AS fees_unknown,
                  (SELECT min(p.country) FROM payment p WHERE p.order_id = o.id) AS country,
                  o.visit, o.coupon, o.product, coalesce(o.discount, 0) AS discount, EXISTS (SELECT 1 FROM fact f WHERE f.order_id = o.id AND f.kind = 'dispute') AS disputed, i.course, i.price, i.closed,
                  CASE WHEN o.coupon IS NULL OR NOT EXISTS (SELECT 1 FROM coupon_course k WHERE k.coupon = o.coupon) THEN 1
                    WHEN EXISTS (SELECT 1 FROM coupon_course k WHERE k.coupon = o.coupon AND k.course = i.course) THEN 1 ELSE 0 END AS covered,
                  (SELECT coalesce(sum(c.amount), 0) FROM course_refund c WHERE c.order_id = o.id AND c.course = i.course AND c.currency = o.currency AND c.status = 1
                   AND NOT EXISTS (SELECT 1 FROM course_refund f WHERE f.order_id = c.order_id AND f.key = c.key AND f.status = 2)) AS course_refunded
                FROM order_ o LEFT JOIN order_item i ON i.order_id = o.id
                ORDER BY o.created_at, o.id, i.position
                """
            let rows = try Row.fetchCursor(db, sql: sql)
            var open: ReportOrder?
            while let row = try rows.next() {
                let id = try row.text("id")
                if open?.id != id {
                    if let open { try body(open) }
                    open = try ReportOrder(row, id: id)
                }
                if let course = row.optionalText("course") {
                    open?.items.append(.init(
                            course: course, priceMinorUnits: try row.number("price"), isCovered: try row.flag("covered"), refundedMinorUnits: try row.number("course_refunded"),
                            isClosed: try row.flag("closed")))
                }
            }
            if let open { try body(open) }
        }
    }

    /// Those that somebody gave by hand, imported or bought for others, and that were not taken back.
    public func eachEnrollment(_ body: (ReportEnrollment) throws -> Void) throws(StoreError) {
        try shop.read { db in
            let rows = try Row.fetchCursor(
                db, sql: """
                    SELECT learner, course, since FROM enrollment WHERE revoked_at IS NULL
                    UNION ALL
                    SELECT t.learner, i.course, t.taken_at AS since FROM seat t JOIN order_ o ON o.id = t.order_id JOIN order_item i ON i.order_id = o.id
                    WHERE o.grants = 1 AND i.closed = 0
                    ORDER BY 1, 2
                    """)
            while let row = try rows.next() {
                try body(ReportEnrollment(learner: try row.text("learner"), course: try row.text("course"), since: try row.instant("since")))
            }
        }
    }

    /// Ids and addresses of all who are not forgotten.
    public func eachAddress(_ body: (_ learner: String, _ address: String) throws -> Void) throws(StoreError) {
        try shop.read { db in
            let rows = try Row.fetchCursor(db, sql: "SELECT id, email FROM learner WHERE email IS NOT NULL ORDER BY id")
            while let row = try rows.next() { try body(try row.text("id"), try row.text("email")) }
        }
    }
}

extension ReportOrder {
    fileprivate init(_ row: Row, id: String) throws {
        let total = try row.money("total")
        self.init(
            id: id, learner: try row.text("learner"), provider: try row.text("provider"), state: try row.word("state"), currency: total.currency,
            totalMinorUnits: total.minorUnits, receivedMinorUnits: try row.number("received"), refundedMinorUnits: try row.number("refunded"),
            feesMinorUnits: row["fees"], feesUnknownMinorUnits: row["fees_unknown"] ?? 0, country: row.optionalText("country"),
            createdAt: try row.instant("created_at"), grantedAt: row.optionalInstant("granted_at"), grants: try row.flag("grants"), seats: try row.int("seats"),
            isDisputed: try row.flag("disputed"), visit: row.optionalText("visit"), coupon: row.optionalText("coupon"), discountMinorUnits: try row.number("discount"), product: row.optionalText("product"), items: [])
    }
}
