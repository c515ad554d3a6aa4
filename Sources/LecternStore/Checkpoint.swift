import GRDB
import GRDBSQLite
import Synchronization

/// Carries the write-ahead log over into the database, after the callers of a commit have their answers.
///
/// From `duePages` on it does what can be done without waiting for anybody (PASSIVE). Under readers without a pause that
/// may never get to the log's end, so from `overduePages` on it waits a moment for them to leave (RESTART): that holds up
/// this writer alone, since a reader that comes meanwhile reads the database file. A reader that stays, such as a backup, is
/// left alone, and tried again when the log has grown as much once more.
final class Checkpoint: Sendable {
    private static let duePages = 1000, overduePages = 8000
    private static let waitMilliseconds: Int32 = 50

    private let pages = PageCount()
    private let tryAgainAt = Mutex(overduePages)

    init(_ connection: DatabaseQueue) {
        _ = connection.writeWithoutTransaction { db in
            // The count outlives the connection: GroupCommit holds both.
            sqlite3_wal_hook(
                db.sqliteConnection,
                { context, _, _, pages in
                    if let context { Unmanaged<PageCount>.fromOpaque(context).takeUnretainedValue().value.store(Int(pages), ordering: .relaxed) }
                    return SQLITE_OK
                }, Unmanaged.passUnretained(pages).toOpaque())
        }
    }

    func runIfDue(_ db: Database) {
        let pages = pages.value.load(ordering: .relaxed)
        guard pages >= Self.duePages else { return }
        var (log, done): (Int32, Int32) = (0, 0)
        // A checkpoint that cannot be made loses nothing: the log keeps everything, and the next commit tries again.
        _ = sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, &log, &done)
        if log == done { tryAgainAt.withLock { $0 = Self.overduePages } }
        guard log != done, pages >= tryAgainAt.withLock(\.self) else { return }
        let isDone = wait(for: SQLITE_CHECKPOINT_RESTART, db)
        tryAgainAt.withLock { $0 = isDone ? Self.overduePages : pages + Self.overduePages }
    }

    /// The disk is full: what the log holds twice is given back to it, if the database need not grow for that.
    func giveBack(_ db: Database) { _ = wait(for: SQLITE_CHECKPOINT_TRUNCATE, db) }

    private func wait(for mode: Int32, _ db: Database) -> Bool {
        sqlite3_busy_timeout(db.sqliteConnection, Self.waitMilliseconds)
        defer { sqlite3_busy_timeout(db.sqliteConnection, DatabaseFile.patienceMilliseconds) }
        return sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, mode, nil, nil) == SQLITE_OK
    }

    private final class PageCount: Sendable {
        let value = Atomic<Int>(0)
    }
}
