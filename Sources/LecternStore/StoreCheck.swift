import GRDB
import GRDBSQLite
import LecternCore

/// What an inspection of a store found.
public struct StoreCheck: Hashable, Sendable {
    /// In words, each naming its file. Empty: all is well.
    public var problems: [String]
    /// Rows by table, for a person to compare.
    public var counts: [String: Int]
}

extension Store {
    /// Looks through the files of a folder, a backup or a live store, and changes nothing: whether SQLite finds them whole,
    /// whether every reference leads somewhere, and whether the books agree with the facts.
    public static func check(folder: String) async throws(StoreError) -> StoreCheck {
        try await onAnotherThread { () throws(StoreError) in try checkStore(in: folder) }
    }
}

func openForReading(_ name: String, in folder: String) throws(StoreError) -> DatabaseQueue {
    let named = folder + "/" + name + ".sqlite"
    // SQLite keeps the log beside the file itself, not beside a link to it.
    guard var path = resolved(named) else { throw .broken("\(named) is not there") }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(Double(DatabaseFile.patienceMilliseconds) / 1000)
    if isAtRest(path) { path = immutable(path) }
    do { return try DatabaseQueue(path: path, configuration: configuration) } catch { throw StoreError(error) }
}

/// Nobody has it open, and nothing of it stands elsewhere: what a backup is, and no live store.
private func isAtRest(_ path: String) -> Bool { !["-wal", "-shm", "-journal"].contains { fileExists(path + $0) } }

/// Read as a file that nobody changes ("URI Filenames", `immutable`): nothing is written beside it, which WAL mode does otherwise even to
/// read, so that a backup can lie on a disk that cannot be written. A SQLite that was built without such names reads it as ever.
private func immutable(_ path: String) -> String {
    guard sqlite3_compileoption_used("USE_URI") != 0 else { return path }
    let meant: Set<Character> = ["%", "?", "#"]
    let escaped = path.reduce(into: "") { $0 += meant.contains($1) ? "%" + String($1.asciiValue ?? 0, radix: 16, uppercase: true) : String($1) }
    return "file:" + escaped + "?immutable=1"
}

func checkStore(in folder: String) throws(StoreError) -> StoreCheck {
    var check = StoreCheck(problems: [], counts: [:])
    for (name, known, look) in [("shop", shopMigrations.count, checkBooks), ("beacons", beaconMigrations.count, checkProgress)] {
        var findings = Findings()
        try findings.gather { findings in
            let file = try openForReading(name, in: folder)
            try file.read { db in
                guard try checkFile(db, known: known, &findings) else { return }
                try findings.gather { findings in try look(db, &findings) }
                try findings.gather { _ in
                    for table in try db.tables() { check.counts[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
                }
            }
            try file.close()
        }
        check.problems += findings.problems.map { name + ".sqlite: " + $0 }
    }
    return check
}

/// What is wrong with one file. One fault does not hide the next.
private struct Findings {
    private(set) var problems: [String] = []

    mutating func add(_ problem: String) { problems.append(problem) }

    /// What cannot be read is a finding, and what comes after it is looked at all the same.
    /// - Parameter what: begins the finding.
    /// - Throws: what says nothing about the file: somebody holds it, the disk is full.
    mutating func gather(_ what: String? = nil, _ body: (inout Findings) throws -> Void) throws(StoreError) {
        do { try body(&self) } catch {
            let error = StoreError(error)
            guard case .broken(let why) = error else { throw error }
            add(what.map { "\($0): \(why)" } ?? why)
        }
    }
}

/// - Returns: whether its tables can be looked through. An older version's can: what is asked of them stands in each, and
///   `open` brings them up to date.
private func checkFile(_ db: Database, known: Int, _ findings: inout Findings) throws -> Bool {
    try findings.gather { findings in
        for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(1000)") where line != "ok" { findings.add(line) }
    }
    guard try db.tableExists("migration") else {
        findings.add("this is no store of Lectern's")
        return false
    }
    let version = try Int.fetchOne(db, sql: "SELECT max(version) FROM migration") ?? 0
    guard version <= known else {
        findings.add("written by a newer Lectern (version \(version) of its tables; this one knows \(known))")
        return false
    }
    try findings.gather { findings in
        let sql = "SELECT \"table\" AS name, parent, count(*) AS count FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2"
        for row in try Row.fetchAll(db, sql: sql) {
            let count = try row.int("count"), name = row.optionalText("name") ?? "?", parent = row.optionalText("parent") ?? "?"
            findings.add(count == 1 ? "a row of \(name) names a \(parent) that is not there" : "\(count) rows of \(name) name a \(parent) that is not there")
        }
    }
    return true
}

/// The books: what each order's row says is computed once more from its facts.
private func checkBooks(_ db: Database, _ findings: inout Findings) throws {
    let ids = try Row.fetchCursor(db, sql: "SELECT id, state, grants, granted_at, received, refunded FROM order_ ORDER BY id")
    while let row = try ids.next() {
        let id: ID<Order> = try row.id("id")
        try findings.gather("order \(id)") { findings in try checkOrder(id, row, db, &findings) }
    }
}

private func checkOrder(_ id: ID<Order>, _ row: Row, _ db: Database, _ findings: inout Findings) throws {
    guard let record = try db.order(id) else { return }
    let state = record.state
    if try row.text("state") != state.kind.rawValue || row.flag("grants") != state.grants
        || row.number("received") != state.receivedMoney.minorUnits || row.number("refunded") != state.refundedMoney.minorUnits
    {
        let says = try row.text("state")
        findings.add(
            says != state.kind.rawValue
                ? "order \(id) says \(says), its facts say \(state.kind.rawValue)" : "the sums of order \(id) are not those of its facts")
    }
    let items = try db.rows("SELECT * FROM order_item WHERE order_id = ?", [id.text])
    // A backup of an older version has no such column yet.
    for item in items where try item.hasColumn("closed") && item.flag("closed") != state.closed.contains(item.text("course")) {
        findings.add("whether \(try item.text("course")) of order \(id) is closed is not what its refunds say")
    }
    if record.order.items.isEmpty { findings.add("order \(id) is of nothing") }
    let cost = record.order.items.reduce(0) { $0 + $1.price.minorUnits }
    if record.order.total.minorUnits > cost { findings.add("order \(id) asks for more than its courses cost") }
    if record.order.total.minorUnits < cost - (record.order.discount?.off.minorUnits ?? 0) {
        findings.add("order \(id) asks for less than its courses cost")
    }
    if let seating = record.seating, seating.taken > record.order.seats { findings.add("order \(id) has \(record.order.seats) seats, and \(seating.taken) sit there") }
    for case .paid(let payment, _) in record.facts where try db.orderID(provider: record.order.provider, payment: payment) != id {
        findings.add("payment \(payment) of order \(id) is not in the list of payments")
    }
    if row.optionalInstant("granted_at") != nil,
        try db.row("SELECT 1 FROM outbox WHERE order_id = ? AND kind = 'receipt' LIMIT 1", [id.text]) == nil
    {
        findings.add("order \(id) gave access, and no receipt was ever owed")
    }
}

private func checkProgress(_ db: Database, _ findings: inout Findings) throws {
    // A backup of an older version has no numbers yet.
    if try db.tableExists("beacon_mark"), let row = try Row.fetchOne(db, sql: "SELECT last_seq, (SELECT coalesce(max(seq), 0) FROM beacon) AS highest FROM beacon_mark"),
        try row.number("highest") > row.number("last_seq")
    {
        findings.add("events are numbered higher than their mark says")
    }
    let rows = try Row.fetchCursor(db, sql: "SELECT course, lesson, watched, watched_seconds FROM progress")
    while let row = try rows.next() {
        let name = row.optionalText("lesson") ?? "?"
        try findings.gather("progress in \(name)") { findings in
            let watched = WatchedRanges(text: try row.text("watched"))
            if try watched?.seconds != row.int("watched_seconds") { findings.add("progress in \(name) does not add up") }
        }
    }
}

extension Database {
    fileprivate func tables() throws -> [String] {
        try String.fetchAll(self, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    }
}
