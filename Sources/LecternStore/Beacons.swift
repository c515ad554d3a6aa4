import GRDB
import LecternCore

extension Store {
    /// Keeps what a page told, and brings the learner's progress up to it, in one commit. Telling it again changes nothing.
    /// - Parameters:
    ///   - learner: who is signed in; nil: a visitor, of whom there is no progress.
    ///   - progressOnly: the reader asked not to be counted: what they did is not kept, only how far they are, and what they
    ///     wrote to be read: a question, an answer to the survey.
    ///   - isRobot: the sender calls itself a robot: kept, and told apart.
    public func append(
        _ events: [Beacon], visit: String, learner: ID<Learner>?, progressOnly: Bool, isRobot: Bool = false, now: Instant
    ) async throws(StoreError) {
        let told = learner == nil ? [:] : ToldProgress.byLesson(events)
        let kept = progressOnly ? events.filter(\.event.isMeantToBeRead) : events
        guard !told.isEmpty || !kept.isEmpty else { return }
        // Before the commit that others wait for.
        let details = kept.map { String(decoding: $0.event.detail.bytes, as: UTF8.self) }
        try await beacons.write { db in
            var number = kept.isEmpty ? 0 : try db.takeNumbers(kept.count)
            for (event, detail) in zip(kept, details) {
                number += 1
                try db.run(
                    """
                    INSERT INTO beacon (seq, visit, event, kind, at, received_at, learner, course, lesson, detail, robot)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit, event) DO NOTHING
                    """,
                    [
                        number, visit, event.id, event.event.kind, event.at.sql, now.sql, learner?.text, event.course, event.lesson, detail,
                        isRobot ? 1 : 0,
                    ])
            }
            guard let learner else { return }
            for (name, told) in told { try db.add(told, to: name, of: learner, now: now) }
        }
    }

    /// Removes what was told before a moment. Progress stays; and where totals were ever kept (`keepBeaconTotals`), nothing goes that
    /// is not in them.
    /// - Returns: how many events; at most `limit`, so that nobody waits for long: call again until it is 0.
    public func pruneBeacons(before: Instant, limit: Int = 5000) async throws(StoreError) -> Int {
        try await beacons.write { db in
            let numbers = try db.rows(
                """
                DELETE FROM beacon WHERE (visit, event) IN (
                  SELECT visit, event FROM beacon
                  WHERE received_at < ? AND seq <= (SELECT CASE WHEN kept_seq > 0 THEN kept_seq ELSE last_seq END FROM beacon_mark) LIMIT ?)
                RETURNING seq
                """, [before.sql, limit]
            ).map { try $0.number("seq") }
            if let last = numbers.max() {
                try db.run("UPDATE beacon_mark SET pruned_seq = ? WHERE pruned_seq < ?", [last, last])
            }
            return numbers.count
        }
    }
}

extension Database {
    /// Numbers for so many events; those that were told before leave theirs unused.
    /// - Returns: the number before the first of them.
    fileprivate func takeNumbers(_ count: Int) throws -> Int64 {
        guard let row = try row("UPDATE beacon_mark SET last_seq = last_seq + ? RETURNING last_seq", [count]) else {
            throw StoreError.broken("beacon_mark is empty")
        }
        return try row.number("last_seq") - Int64(count)
    }
}

extension Beacon.Event {
    fileprivate var isMeantToBeRead: Bool {
        switch self {
        case .ask, .survey: true
        default: false
        }
    }
}
