import GRDB
import LecternCore
import Synchronization

/// One SQLite database: a connection that writes, and as many that read as there are reads under way.
///
/// Each reading connection is used by one caller at a time, on the caller's own thread: it is taken off a stack and put back.
/// So a read costs no hop to another thread, waits for no writer (WAL), and never for another read; the lock around the
/// stack is held for a few instructions. There are never more connections than threads that read at once.
final class DatabaseFile: Sendable {
    /// "shop", "beacons".
    let name: String
    /// Nil in memory.
    let path: String?
    private let connection: DatabaseQueue
    private let readers = Mutex<[DatabaseQueue]>([])
    private let isClosed = Mutex(false)
    let commits: GroupCommit

    /// - Parameter folder: nil: in memory, where the writer reads as well.
    init(name: String, folder: String?, migrations: [String]) throws {
        self.name = name
        path = folder.map { $0 + "/" + name + ".sqlite" }
        do {
            if let path {
                try createPrivately(path)
                connection = try DatabaseQueue(path: path, configuration: Self.configuration(name: name, readonly: false))
            } else {
                connection = try DatabaseQueue(configuration: Self.configuration(name: name, readonly: false))
            }
            try Self.prepareWriter(connection, isFile: path != nil)
            try migrate(connection, to: migrations, name: name, path: path)
        } catch {
            throw StoreError(error)
        }
        commits = GroupCommit(connection, checkpointing: path != nil)
    }

    /// Waits for the next group commit and answers after it.
    func write<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        try await commits.commit(work)
    }

    /// Reads on the caller's thread, at one moment of the database.
    func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        try withReader { queue in try queue.read(body) }
    }

    /// As `read`, for one statement alone: that is a moment by itself, and goes without a transaction around it.
    func readOnce<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        try withReader { queue in try queue.unsafeRead(body) }
    }

    private func withReader<T>(_ body: (DatabaseQueue) throws -> T) throws(StoreError) -> T {
        do {
            guard !isClosed.withLock(\.self) else { throw StoreError.closed }
            guard let path else { return try body(connection) }
            let reader = try readers.withLock { $0.popLast() }
                ?? DatabaseQueue(path: path, configuration: Self.configuration(name: name, readonly: true))
            defer { readers.withLock { $0.append(reader) } }
            return try body(reader)
        } catch {
            throw StoreError(error)
        }
    }

    /// A connection of its own, for work that takes long, such as a backup.
    func openReader() throws -> DatabaseQueue {
        guard let path else { return connection }
        return try DatabaseQueue(path: path, configuration: Self.configuration(name: name, readonly: true))
    }

    /// Carries everything over from the write-ahead log and empties it, as far as readers let it. A log that stays loses nothing.
    func truncateLog() async throws(StoreError) {
        guard path != nil else { return }
        do {
            try await connection.writeWithoutTransaction { db in _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        } catch {
            throw StoreError(error)
        }
    }

    /// Waits for what was asked before, then lets go of the files.
    func close() async throws(StoreError) {
        guard !isClosed.withLock({ was in defer { was = true }; return was }) else { return }
        await commits.finish()
        do {
            for reader in readers.withLock({ readers in defer { readers = [] }; return readers }) { try reader.close() }
            try connection.close()
        } catch {
            throw StoreError(error)
        }
    }

    /// What PRAGMA synchronous says on the writing connection: 2 is FULL.
    func synchronous() throws(StoreError) -> Int {
        do { return try connection.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 } } catch { throw StoreError(error) }
    }

    /// The command line writes from a process of its own: we wait for it this long.
    static let patienceMilliseconds: Int32 = 5000


    private static func configuration(name: String, readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "lectern." + name
        configuration.readonly = readonly
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(Double(patienceMilliseconds) / 1000)
        return configuration
    }

    private static func prepareWriter(_ connection: DatabaseQueue, isFile: Bool) throws {
        try connection.writeWithoutTransaction { db in
            // What a learner asked us to forget is overwritten, not only unlinked.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            guard isFile else { return }
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else { throw StoreError.broken("no write-ahead log on this file system") }
            // After GRDB's own settings: it lowers this one whenever it sets up WAL.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { throw StoreError.broken("synchronous is not FULL") }
            // GroupCommit checkpoints, after the callers have their answers.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try db.execute(sql: "PRAGMA journal_size_limit = 16777216")
        }
    }
}
