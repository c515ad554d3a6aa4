import GRDB
import LecternCore

/// Why somebody is not enrolled any more.
public enum EnrollmentEnd: String, Hashable, Sendable {
    /// The creator took it back.
    case revoked
    /// What was paid for it went back.
    case refunded
    /// What was paid for it is disputed: the bank has not decided yet.
    case disputed
    /// The bank took back what was paid for it.
    case chargedBack
    /// The membership is over.
    case lapsed
}

extension Store {
    /// Enrolls a learner without an order. Repeating it changes nothing; a revoked enrollment comes back, by hand. A table that is
    /// imported again opens nothing that was closed since.
    /// - Parameter until: nil: for good.
    /// - Returns: what keeps a course closed that is imported: nothing was changed then.
    @discardableResult
    public func enroll(
        _ learner: ID<Learner>, in course: String, source: Enrollment.Source, since: Instant, until: Instant? = nil
    ) async throws(StoreError) -> EnrollmentEnd? {
        guard source != .order else { throw .conflict("an order enrolls by itself") }
        return try await shop.write { db in
            // A membership that ran out keeps nobody from being given the course.
            if source == .imported, let end = try db.enrollmentEnd(of: learner, in: course), end != .lapsed { return end }
            try db.run(
                """
                INSERT INTO enrollment (learner, course, source, since, until) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (learner, course) DO UPDATE SET source = excluded.source, until = excluded.until, revoked_at = NULL,
                  since = CASE WHEN enrollment.revoked_at IS NULL AND enrollment.since < excluded.since
                               THEN enrollment.since ELSE excluded.since END
                """, [learner.text, course, source.rawValue, since.sql, until?.sql])
            return nil
        }
    }

    /// What closed a course to a learner; nil when they are enrolled, or never were.
    public func enrollmentEnd(of learner: ID<Learner>, in course: String) throws(StoreError) -> EnrollmentEnd? {
        try shop.readOnce { db in try db.enrollmentEnd(of: learner, in: course) }
    }

    /// What somebody was given without an order and was not taken back, over or not.
    public func givenEnrollment(of learner: ID<Learner>, in course: String) throws(StoreError) -> Enrollment? {
        try shop.readOnce { db in
            try db.row("SELECT * FROM enrollment WHERE learner = ? AND course = ? AND revoked_at IS NULL", [learner.text, course]).map { row in
                Enrollment(
                    learner: learner, course: course, since: try row.instant("since"), until: row.optionalInstant("until"), source: try row.word("source"))
            }
        }
    }

    /// Takes back what `enroll` gave. What an order gives stays until it is refunded.
    /// - Returns: whether there was something to take back.
    public func revoke(_ learner: ID<Learner>, from course: String, now: Instant) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange(
                "UPDATE enrollment SET revoked_at = ? WHERE learner = ? AND course = ? AND revoked_at IS NULL RETURNING course",
                [now.sql, learner.text, course])
        }
    }

    public func enrollment(
        _ learner: ID<Learner>, in course: String, memberships: [String: Membership] = [:], now: Instant
    ) throws(StoreError) -> Enrollment? {
        try enrollments(of: learner, memberships: memberships, now: now).first { $0.course == course }
    }

    /// What a learner may take now, by course.
    /// - Parameter memberships: what the site's memberships open now.
    public func enrollments(of learner: ID<Learner>, memberships: [String: Membership] = [:], now: Instant) throws(StoreError) -> [Enrollment] {
        try shop.readOnce { db in try db.enrollments(of: learner, memberships: memberships, now: now) }
    }

    /// What a browser without a session may take now, by its claim: see `access`.
    public func enrollments(claim: TokenDigest, memberships: [String: Membership] = [:], now: Instant) throws(StoreError) -> [Enrollment] {
        try shop.readOnce { db in
            let since = now.adding(seconds: -Claim.lifetimeSeconds).sql
            let orders = try db.memberOrders(
                "o.claim = ? AND o.created_at > ? AND l.confirmed_at IS NULL AND l.forgotten_at IS NULL", [claim.text, since])
            let rows = try db.rows(
                """
                SELECT i.course, o.granted_at AS since, CAST(NULL AS BIGINT) AS until, 'order' AS source, o.learner
                FROM order_ o JOIN order_item i ON i.order_id = o.id JOIN learner l ON l.id = o.learner
                WHERE o.claim = ? AND o.created_at > ? AND o.grants = 1 AND o.seats = 0 AND o.months = 0 AND i.closed = 0 AND l.confirmed_at IS NULL AND l.forgotten_at IS NULL
                ORDER BY 1, 2
                """, [claim.text, since])
            return try Enrollment.merged(rows, learner: nil).joined(with: orders, memberships, now: now)
        }
    }

    /// Everybody who may take a course now, by learner.
    public func enrollments(in course: String, memberships: [String: Membership] = [:], now: Instant, limit: Int = 1000) throws(StoreError) -> [Enrollment] {
        try shop.read { db in
            let learners = try db.rows(
                """
                SELECT o.learner FROM order_ o JOIN order_item i ON i.order_id = o.id WHERE i.course = ? AND i.closed = 0 AND o.grants = 1 AND o.seats = 0
                UNION
                SELECT t.learner FROM seat t JOIN order_ o ON o.id = t.order_id JOIN order_item i ON i.order_id = o.id
                WHERE i.course = ? AND i.closed = 0 AND o.grants = 1
                UNION
                SELECT learner FROM order_ WHERE months > 0 AND grants = 1
                UNION
                SELECT learner FROM enrollment WHERE course = ? AND revoked_at IS NULL AND (until IS NULL OR until > ?)
                ORDER BY 1 LIMIT ?
                """, [course, course, course, now.sql, limit])
            return try learners.flatMap { try db.enrollments(of: $0.id("learner"), memberships: memberships, now: now) }.filter { $0.course == course }
        }
    }
}

extension Database {
    fileprivate func enrollmentEnd(of learner: ID<Learner>, in course: String) throws -> EnrollmentEnd? {
        if let row = try row("SELECT revoked_at FROM enrollment WHERE learner = ? AND course = ?", [learner.text, course]) {
            return row.optionalInstant("revoked_at").map { _ in .revoked }
        }
        let orders = try rows(
            """
            SELECT o.grants * (1 - i.closed) AS gives, o.state, o.months FROM order_ o JOIN order_item i ON i.order_id = o.id
            WHERE o.learner = ? AND o.seats = 0 AND i.course = ? AND o.granted_at IS NOT NULL
            UNION ALL
            SELECT o.grants * (1 - i.closed) AS gives, o.state, o.months FROM seat t CROSS JOIN order_ o CROSS JOIN order_item i
            WHERE t.learner = ? AND o.id = t.order_id AND i.order_id = o.id AND i.course = ?
            """, [learner.text, course, learner.text, course])
        // Whoever asks was not let in: what still gives is over.
        if try orders.contains(where: { try $0.int("months") > 0 && $0.flag("gives") }) { return .lapsed }
        guard try !orders.isEmpty && orders.allSatisfy({ try !$0.flag("gives") }) else { return nil }
        let states: Set<OrderState.Kind> = Set(try orders.map { try $0.word("state") })
        return states.contains(.disputed) ? .disputed : states.contains(.chargedBack) ? .chargedBack : .refunded
    }

    func enrollments(of learner: ID<Learner>, memberships: [String: Membership] = [:], now: Instant) throws -> [Enrollment] {
        let rows = try rows(
            """
            SELECT i.course, o.granted_at AS since, CAST(NULL AS BIGINT) AS until, 'order' AS source
            FROM order_ o JOIN order_item i ON i.order_id = o.id WHERE o.learner = ? AND o.grants = 1 AND o.seats = 0 AND o.months = 0 AND i.closed = 0
            UNION ALL
            SELECT i.course, t.taken_at AS since, CAST(NULL AS BIGINT) AS until, 'order' AS source
            FROM seat t JOIN order_ o ON o.id = t.order_id JOIN order_item i ON i.order_id = o.id WHERE t.learner = ? AND o.grants = 1 AND i.closed = 0
            UNION ALL
            SELECT course, since, until, source FROM enrollment
            WHERE learner = ? AND revoked_at IS NULL AND (until IS NULL OR until > ?)
            ORDER BY 1, 2
            """, [learner.text, learner.text, learner.text, now.sql])
        return try Enrollment.merged(rows, learner: learner).joined(with: memberOrders("o.learner = ?", [learner.text]), memberships, now: now)
    }
}

extension [Enrollment] {
    /// With what memberships give beside.
    fileprivate func joined(
        with orders: [(learner: ID<Learner>, order: MemberOrder)], _ memberships: [String: Membership], now: Instant
    ) -> [Enrollment] {
        guard !orders.isEmpty else { return self }
        var joined = self
        for (learner, own) in Dictionary(grouping: orders, by: \.learner) {
            let periods = own.map(\.order)
            for course in periods.courses(memberships) {
                guard let one = periods.enrollment(learner, in: course, memberships, now: now) else { continue }
                if let place = joined.firstIndex(where: { $0.course == course && $0.learner == learner }) {
                    joined[place] = joined[place].joined(with: one)
                } else {
                    joined.append(one)
                }
            }
        }
        return joined.sorted { ($0.course, $0.learner.text) < ($1.course, $1.learner.text) }
    }
}

extension Enrollment {
    /// Several reasons for one course are one enrollment: from the earliest on, and for as long as the longest lasts.
    fileprivate static func merged(_ rows: [Row], learner: ID<Learner>?) throws -> [Enrollment] {
        var merged: [Enrollment] = []
        for row in rows {
            let one = Enrollment(
                learner: try learner ?? row.id("learner"), course: try row.text("course"), since: try row.instant("since"),
                until: row.optionalInstant("until"), source: try row.word("source"))
            if let last = merged.last, last.course == one.course {
                merged[merged.count - 1] = last.joined(with: one)
            } else {
                merged.append(one)
            }
        }
        return merged
    }

    func joined(with other: Enrollment) -> Enrollment {
        var joined = self
        joined.since = min(since, other.since)
        joined.until = until.flatMap { mine in other.until.map { max(mine, $0) } }
        if other.source == .order { joined.source = .order }
        return joined
    }
}
