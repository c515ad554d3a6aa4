import GRDB
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
    let path = folder + "/" + name + ".sqlite"
    guard fileExists(path) else { throw .broken("\(path) is not there") }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(Double(DatabaseFile.patienceMilliseconds) / 1000)
    do { return try DatabaseQueue(path: path, configuration: configuration) } catch { throw StoreError(error) }
}

func checkStore(in folder: String) throws(StoreError) -> StoreCheck {
    var check = StoreCheck(problems: [], counts: [:])
    for (name, known, look) in [("shop", shopMigrations.count, checkBooks), ("beacons", beaconMigrations.count, checkProgress)] {
        let file = try openForReading(name, in: folder)
        do {
            try file.read { db in
                check.problems += try checkFile(db, known: known).map { name + ".sqlite: " + $0 }
                guard check.problems.isEmpty else { return }
                check.problems += try look(db).map { name + ".sqlite: " + $0 }
                for table in try db.tables() { check.counts[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
            }
            try file.close()
        } catch {
            let error = StoreError(error)
            if case .broken(let why) = error { check.problems.append(name + ".sqlite: " + why) } else { throw error }
        }
    }
    return check
}

private func checkFile(_ db: Database, known: Int) throws -> [String] {
    let found = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
    guard found.isEmpty else { return found }
    guard try db.tableExists("migration") else { return ["this is no store of Lectern's"] }
    let version = try Int.fetchOne(db, sql: "SELECT max(version) FROM migration") ?? 0
    if version > known { return ["written by a newer Lectern (version \(version) of its tables; this one knows \(known))"] }
    if version < known { return ["written by an older Lectern (version \(version) of its tables): start that store once, then check it"] }
    return try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { "a row of \($0[0] as String? ?? "?") names a \($0[2] as String? ?? "?") that is not there" }
}

/// The books: what each order's row says is computed once more from its facts.
private func checkBooks(_ db: Database) throws -> [String] {
    var problems: [String] = []
    let ids = try Row.fetchCursor(db, sql: "SELECT id, state, grants, granted_at, received, refunded FROM order_ ORDER BY id")
    while let row = try ids.next() {
        let id: ID<Order> = try row.id("id")
        guard let record = try db.order(id) else { continue }
        let state = record.state
        if try row.text("state") != state.kind.rawValue || row.flag("grants") != state.grants
            || row.number("received") != state.receivedMoney.minorUnits || row.number("refunded") != state.refundedMoney.minorUnits
        {
            problems.append("order \(id) says \(try row.text("state")), its facts say \(state.kind.rawValue)")
        }
        if record.order.items.isEmpty { problems.append("order \(id) is of nothing") }
        if record.order.total.minorUnits > record.order.items.reduce(0, { $0 + $1.price.minorUnits }) {
            problems.append("order \(id) asks for more than its courses cost")
        }
        for case .paid(let payment, _) in record.facts where try db.orderID(provider: record.order.provider, payment: payment) != id {
            problems.append("payment \(payment) of order \(id) is not in the list of payments")
        }
        if row.optionalInstant("granted_at") != nil,
            try db.row("SELECT 1 FROM outbox WHERE order_id = ? AND kind = 'receipt' LIMIT 1", [id.text]) == nil
        {
            problems.append("order \(id) gave access, and no receipt was ever owed")
        }
    }
    return problems
}

private func checkProgress(_ db: Database) throws -> [String] {
    var problems: [String] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT course, lesson, watched, watched_seconds FROM progress")
    while let row = try rows.next() {
        let watched = WatchedRanges(text: try row.text("watched"))
        if try watched?.seconds != row.int("watched_seconds") {
            problems.append("progress in \(try row.text("course"))/\(try row.text("lesson")) does not add up")
        }
    }
    return problems
}

extension Database {
    fileprivate func tables() throws -> [String] {
        try String.fetchAll(self, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    }
}
