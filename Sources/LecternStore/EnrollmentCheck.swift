import GRDB
import LecternCore

/// Whether somebody may take a course, and as whom.
public struct CourseAccess: Hashable, Sendable {
    /// Who asks: the session's learner, or the one that the browser's orders are for. Nil: nobody that we know.
    public var learner: ID<Learner>?
    /// Known by a claim alone: this course and its progress, nothing else of the learner's.
    public var isLimited: Bool
    /// Nil: not enrolled.
    public var enrollment: Enrollment?
}

extension Store {
    /// The enrollment check: one prepared statement, on the caller's thread.
    ///
    /// A session counts before a claim. A claim counts for the courses of the granting orders that its browser made within
    /// the last 30 days, as long as nobody ever proved to have the address of their learner.
    /// - Parameter memberships: what the site's memberships open now.
    public func access(
        session: TokenDigest?, claim: TokenDigest?, course: String, memberships: [String: Membership] = [:], now: Instant
    ) throws(StoreError) -> CourseAccess {
        var bySession = CourseAccess(learner: nil, isLimited: false, enrollment: nil)
        guard session != nil || claim != nil else { return bySession }
        var byClaim = CourseAccess(learner: nil, isLimited: true, enrollment: nil)
        var periods: [(isClaim: Bool, learner: ID<Learner>, order: MemberOrder)] = []
        try shop.readOnce { db in
            let statement = try db.cachedStatement(sql: accessSQL)
            statement.setUncheckedArguments([
                session?.text, now.sql, course, course, course, now.sql, course, claim?.text, now.adding(seconds: -Claim.lifetimeSeconds).sql,
            ])
            let rows = try Row.fetchCursor(statement)
            while let row = try rows.next() {
                if let months = row[5] as Int?, let since = row[2] as Int64? {
                    let item = row[7] as Int?
                    periods.append(
                        (
                            row[0] == 1, ID(row[1]),
                            MemberOrder(
                                product: row[6], period: .init(paidAt: Instant(milliseconds: since), months: months), open: item == 0 ? [course] : [],
                                closed: item == 1 ? [course] : [])
                        ))
                } else if row[0] == 0 {
                    try bySession.add(row, course)
                } else {
                    try byClaim.add(row, course)
                }
            }
        }
        if !periods.isEmpty {
            bySession.add(periods.filter { !$0.isClaim }.map { ($0.learner, $0.order) }, course, memberships, now)
            byClaim.add(periods.filter(\.isClaim).map { ($0.learner, $0.order) }, course, memberships, now)
        }
        return bySession.enrollment == nil && byClaim.enrollment != nil ? byClaim : bySession
    }
}

/// A row for the session, then one for each reason to let it in; columns by position, which is quicker than by name. Those of memberships
/// name their months, what they are of, and whether the course stands in the order open (0) or closed (1). CROSS JOIN keeps SQLite from
/// beginning with everybody's orders of the course.
let accessSQL = """
    WITH s AS MATERIALIZED (SELECT learner FROM session WHERE digest = ? AND expires_at > ?)
    SELECT 0, learner, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS TEXT), CAST(NULL AS BIGINT), CAST(NULL AS TEXT), CAST(NULL AS BIGINT) FROM s
    UNION ALL
    SELECT 0, s.learner, o.granted_at, CAST(NULL AS BIGINT), 'order', nullif(o.months, 0), o.product, i.closed FROM s
    JOIN order_ o ON o.learner = s.learner AND o.grants = 1 AND o.seats = 0 LEFT JOIN order_item i ON i.order_id = o.id AND i.course = ?
    WHERE o.months > 0 OR i.closed = 0
    UNION ALL
    SELECT 0, s.learner, t.taken_at, CAST(NULL AS BIGINT), 'order', NULL, NULL, NULL FROM s
    CROSS JOIN seat t CROSS JOIN order_ o CROSS JOIN order_item i
    WHERE t.learner = s.learner AND o.id = t.order_id AND o.grants = 1 AND i.order_id = o.id AND i.course = ? AND i.closed = 0
    UNION ALL
    SELECT 0, s.learner, e.since, e.until, e.source, NULL, NULL, NULL FROM s JOIN enrollment e ON e.learner = s.learner
    WHERE e.course = ? AND e.revoked_at IS NULL AND (e.until IS NULL OR e.until > ?)
    UNION ALL
    SELECT 1, o.learner, o.granted_at, CAST(NULL AS BIGINT), 'order', nullif(o.months, 0), o.product, i.closed FROM order_ o
    JOIN learner l ON l.id = o.learner LEFT JOIN order_item i ON i.order_id = o.id AND i.course = ?
    WHERE o.claim = ? AND o.created_at > ? AND o.grants = 1 AND o.seats = 0 AND (o.months > 0 OR i.closed = 0)
      AND l.confirmed_at IS NULL AND l.forgotten_at IS NULL
    """

extension CourseAccess {
    fileprivate mutating func add(_ orders: [(learner: ID<Learner>, order: MemberOrder)], _ course: String, _ memberships: [String: Membership], _ now: Instant) {
        for (learner, own) in Dictionary(grouping: orders, by: \.learner).sorted(by: { $0.key.text < $1.key.text }) {
            guard self.learner == nil || self.learner == learner else { continue }
            guard let one = own.map(\.order).enrollment(learner, in: course, memberships, now: now) else { continue }
            self.learner = learner
            enrollment = enrollment?.joined(with: one) ?? one
        }
    }

    fileprivate mutating func add(_ row: Row, _ course: String) throws {
        let learner = ID<Learner>(row[1])
        // One browser may have bought for two addresses: the first that opens this course is who reads it.
        guard self.learner == nil || self.learner == learner else { return }
        self.learner = learner
        guard let since = row[2] as Int64? else { return }
        guard let source = Enrollment.Source(rawValue: row[4]) else { throw StoreError.broken("source holds an unknown word") }
        let one = Enrollment(
            learner: learner, course: course, since: Instant(milliseconds: since),
            until: (row[3] as Int64?).map(Instant.init(milliseconds:)), source: source)
        enrollment = enrollment?.joined(with: one) ?? one
    }
}
