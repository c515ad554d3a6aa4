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
    public func access(session: TokenDigest?, claim: TokenDigest?, course: String, now: Instant) throws(StoreError) -> CourseAccess {
        var bySession = CourseAccess(learner: nil, isLimited: false, enrollment: nil)
        guard session != nil || claim != nil else { return bySession }
        var byClaim = CourseAccess(learner: nil, isLimited: true, enrollment: nil)
        try shop.readOnce { db in
            let statement = try db.cachedStatement(sql: accessSQL)
            statement.setUncheckedArguments([
                session?.text, now.sql, session?.text, now.sql, course, session?.text, now.sql, course, session?.text, now.sql, course, now.sql, claim?.text,
                now.adding(seconds: -Claim.lifetimeSeconds).sql, course,
            ])
            let rows = try Row.fetchCursor(statement)
            while let row = try rows.next() {
                if row[0] == 0 { try bySession.add(row, course) } else { try byClaim.add(row, course) }
            }
        }
        return bySession.enrollment == nil && byClaim.enrollment != nil ? byClaim : bySession
    }
}

/// A row for the session, then one for each reason to let it in; columns by position, which is quicker than by name.
private let accessSQL = """
    SELECT 0, learner, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS TEXT) FROM session WHERE digest = ? AND expires_at > ?
    UNION ALL
    SELECT 0, s.learner, o.granted_at, CAST(NULL AS BIGINT), 'order' FROM session s
    JOIN order_ o ON o.learner = s.learner AND o.grants = 1 AND o.seats = 0 JOIN order_item i ON i.order_id = o.id
    WHERE s.digest = ? AND s.expires_at > ? AND i.course = ? AND i.closed = 0
    UNION ALL
    SELECT 0, s.learner, t.taken_at, CAST(NULL AS BIGINT), 'order' FROM session s
    JOIN seat t ON t.learner = s.learner JOIN order_ o ON o.id = t.order_id AND o.grants = 1 JOIN order_item i ON i.order_id = o.id
    WHERE s.digest = ? AND s.expires_at > ? AND i.course = ? AND i.closed = 0
    UNION ALL
    SELECT 0, s.learner, e.since, e.until, e.source FROM session s JOIN enrollment e ON e.learner = s.learner
    WHERE s.digest = ? AND s.expires_at > ? AND e.course = ? AND e.revoked_at IS NULL AND (e.until IS NULL OR e.until > ?)
    UNION ALL
    SELECT 1, o.learner, o.granted_at, CAST(NULL AS BIGINT), 'order' FROM order_ o
    JOIN order_item i ON i.order_id = o.id JOIN learner l ON l.id = o.learner
    WHERE o.claim = ? AND o.created_at > ? AND o.grants = 1 AND o.seats = 0 AND i.course = ? AND i.closed = 0 AND l.confirmed_at IS NULL AND l.forgotten_at IS NULL
    """

extension CourseAccess {
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
