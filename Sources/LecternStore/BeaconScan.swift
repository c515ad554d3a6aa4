import GRDB
import GRDBSQLite
import LecternCore

/// One event as it stands in the database. Its bytes are SQLite's own and last as long as the call that is given them: ten
/// million of these pass in a few seconds because none becomes a `String`.
public struct ToldBytes {
    public let seq: Int64
    /// Milliseconds since 1970: when it happened, and when we heard of it, both by our clock.
    public let at: Int64
    public let receivedAt: Int64
    public let visit: UnsafeRawBufferPointer
    public let event: UnsafeRawBufferPointer
    public let kind: UnsafeRawBufferPointer
    /// Empty: a visitor.
    public let learner: UnsafeRawBufferPointer
    /// Empty: none.
    public let course: UnsafeRawBufferPointer
    public let lesson: UnsafeRawBufferPointer
    /// JSON, as `Beacon.Event.detail` wrote it.
    public let detail: UnsafeRawBufferPointer
    public let isRobot: Bool
}

/// How far the numbering of events went; what was kept from earlier readings is judged by it.
public struct BeaconMark: Hashable, Sendable {
    public var lastSeq: Int64
    /// The highest number that was pruned.
    public var prunedSeq: Int64
    /// How often kept events were changed.
    public var changes: Int64
    /// Events up to this number are in the kept totals.
    public var keptSeq: Int64
}

/// One moment of the events, before any is read.
public struct BeaconMoment {
    public let mark: BeaconMark
    fileprivate let db: Database

    /// An event's names; nil when it is not there.
    public func names(_ seq: Int64) throws -> (visit: String, event: String)? {
        try db.row("SELECT visit, event FROM beacon WHERE seq = ?", [seq]).map { (try $0.text("visit"), try $0.text("event")) }
    }

    /// Totals of what was pruned, or is about to be; empty: none.
    public func keptTotals() throws -> [String] {
        try db.rows("SELECT body FROM beacon_kept ORDER BY piece").map { try $0.text("body") }
    }

    /// The last event before the first that was heard of at or after a moment.
    public func lastSeq(heardBefore moment: Instant) throws -> Int64 {
        let row = try db.row("SELECT seq FROM beacon WHERE received_at >= ? ORDER BY seq LIMIT 1", [moment.sql])
        return try row.map { try $0.number("seq") - 1 } ?? mark.lastSeq
    }
}

extension Store {
    /// Reads events in the order in which they were kept, at one moment of the database, without waiting for who writes.
    ///
    /// - Parameters:
    ///   - choose: after which number to begin, and with which to end.
    ///   - body: called for each event; what it is given is gone when it returns.
    /// - Returns: the mark.
    public func scanBeacons(
        choose: (BeaconMoment) throws -> (after: Int64, through: Int64), _ body: (borrowing ToldBytes) throws -> Void
    ) throws(StoreError) -> BeaconMark {
        do {
            let reader = try beacons.openReader()
            let mark = try reader.read { db in
                // The pages pass once: a larger cache would only be memory.
                try db.execute(sql: "PRAGMA cache_size = -16384")
                let moment = BeaconMoment(mark: try db.beaconMark(), db: db)
                let (after, through) = try choose(moment)
                if after < min(through, moment.mark.lastSeq) { try db.scan(after: after, through: through, body) }
                return moment.mark
            }
            if beacons.path != nil { try reader.close() }
            return mark
        } catch { throw StoreError(error) }
    }

    /// Keeps totals of all events up to a number in the database, so that these may be pruned. One commit: they are kept, or as before.
    /// - Parameter pieces: of the report's own form.
    /// - Returns: false when the events changed since `mark` was read, or other totals were kept: nothing was.
    public func keepBeaconTotals(_ pieces: [String], through seq: Int64, since mark: BeaconMark) async throws(StoreError) -> Bool {
        try await beacons.write { db in
            let now = try db.beaconMark()
            guard now.changes == mark.changes, now.keptSeq == mark.keptSeq else { return false }
            try db.run("DELETE FROM beacon_kept")
            for (place, body) in pieces.enumerated() { try db.run("INSERT INTO beacon_kept (piece, body) VALUES (?, ?)", [place, body]) }
            try db.run("UPDATE beacon_mark SET kept_seq = ?", [seq])
            return true
        }
    }

    /// Where a report keeps its totals between runs, beside the database; nil for a store in memory.
    public var keptTotalsPath: String? { beacons.path.map { $0.replacing("beacons.sqlite", with: "report.totals") } }

    /// Kept totals are of events that are gone now.
    func removeKeptTotals() throws(StoreError) {
        guard let path = keptTotalsPath, fileExists(path) else { return }
        try removeFile(path)
    }
}

extension Database {
    fileprivate func beaconMark() throws -> BeaconMark {
        guard let row = try row("SELECT last_seq, pruned_seq, changes, kept_seq FROM beacon_mark") else { throw StoreError.broken("beacon_mark is empty") }
        return BeaconMark(
            lastSeq: try row.number("last_seq"), prunedSeq: try row.number("pruned_seq"), changes: try row.number("changes"), keptSeq: try row.number("kept_seq"))
    }

    /// From the beginning the table is read as it lies, which is the order of its numbers; later, by the index of numbers.
    fileprivate func scan(after: Int64, through: Int64, _ body: (borrowing ToldBytes) throws -> Void) throws {
        let columns = "seq, at, received_at, visit, event, kind, learner, course, lesson, detail, robot"
        let isPart = after > 0 || through < .max
        let statement = try makeStatement(sql: "SELECT \(columns) FROM beacon" + (isPart ? " WHERE seq > ? AND seq <= ? ORDER BY seq" : ""))
        if isPart { statement.setUncheckedArguments([after, through]) }
        let rows = try Row.fetchCursor(statement)
        let step = statement.sqliteStatement
        // The cursor binds, steps and reports errors; columns are read from the statement itself.
        while try rows.next() != nil {
            func text(_ column: Int32) -> UnsafeRawBufferPointer {
                guard let bytes = sqlite3_column_text(step, column) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
                return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(step, column)))
            }
            try body(
                ToldBytes(
                    seq: sqlite3_column_int64(step, 0), at: sqlite3_column_int64(step, 1), receivedAt: sqlite3_column_int64(step, 2),
                    visit: text(3), event: text(4), kind: text(5), learner: text(6), course: text(7), lesson: text(8), detail: text(9),
                    isRobot: sqlite3_column_int(step, 10) != 0))
        }
    }
}
