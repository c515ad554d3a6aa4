import GRDB

/// Brings a database to the newest version of its tables. Migrations are appended, never edited; each is a script.
///
/// Before tables that hold something are changed, the database is copied beside itself: `shop.before-3.sqlite`.
/// - Throws: `.newer` for a database that a newer program changed.
func migrate(_ connection: DatabaseQueue, to migrations: [String], name: String, path: String?) throws {
    let file = path ?? name
    guard try connection.read({ try version($0, file: file, known: migrations.count) }) < migrations.count else { return }
    if let path, try connection.read({ try version($0, file: file, known: migrations.count) }) > 0 {
        let beside = path.replacing(".sqlite", with: ".before-\(migrations.count).sqlite")
        try createPrivately(beside)
        let copy = try DatabaseQueue(path: beside)
        try connection.backup(to: copy)
        try copy.close()
    }
    try connection.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
            // Counted once more inside: two programs may start at the same time.
            let reached = try version(db, file: file, known: migrations.count)
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY)")
            for (index, script) in migrations.enumerated() where index >= reached {
                try db.execute(sql: script)
                try db.execute(sql: "INSERT INTO migration (version) VALUES (?)", arguments: [index + 1])
            }
            return .commit
        }
    }
}

func version(_ db: Database, file: String, known: Int) throws -> Int {
    guard try db.tableExists("migration") else { return 0 }
    let found = try Int.fetchOne(db, sql: "SELECT max(version) FROM migration") ?? 0
    guard found <= known else { throw StoreError.newer(file: file, found: found, known: known) }
    return found
}
