import GRDB
import Synchronization

/// One writer for all: whatever is asked while a commit is under way goes into the next one, and each caller is answered
/// after the commit that holds its part. Under load one fdatasync serves many; alone, a caller waits for nobody.
///
/// A caller's part that fails is rolled back alone. When SQLite gives up the whole transaction (a full
/// disk, an error of the disk), or the commit itself fails, nobody of that commit is told that something was saved.
final class GroupCommit: Sendable {
    /// One caller's part: `run` inside the transaction, then `answer` once it is known what became of it.
    private struct Part: Sendable {
        var run: @Sendable (Database) -> StoreError?
        var answer: @Sendable (StoreError?) -> Void
    }

    private struct Waiting: Sendable {
        var parts: [Part] = []
        var isDraining = false
        var isFinished = false
        var onIdle: [CheckedContinuation<Void, Never>] = []
    }

    private let connection: DatabaseQueue
    private let waiting = Mutex(Waiting())
    private let checkpoint: Checkpoint?

    /// So many parts in one transaction at most, so that none waits for a crowd.
    private static let limitParts = 500

    init(_ connection: DatabaseQueue, checkpointing: Bool) {
        self.connection = connection
        checkpoint = checkpointing ? Checkpoint(connection) : nil
    }

    /// - Parameter work: may run twice: what it returns is all that it does besides writing.
    /// - Returns: what `work` returned, once it is on disk.
    func commit<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            let value = Mutex<T?>(nil)
            let part = Part(
                run: { db in
                    do {
                        let made = try work(db)
                        value.withLock { $0 = made }
                        return nil
                    } catch {
                        return StoreError(error)
                    }
                },
                answer: { error in
                    if let error { return continuation.resume(returning: .failure(error)) }
                    guard let made = value.withLock(\.self) else { preconditionFailure("a part without a failure has a value") }
                    continuation.resume(returning: .success(made))
                })
            add(part)
        }
        return try result.get()
    }

    /// Waits for everything that was asked; what is asked from now on is refused.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isIdle = waiting.withLock { waiting in
                waiting.isFinished = true
                if waiting.isDraining { waiting.onIdle.append(continuation) }
                return !waiting.isDraining
            }
            if isIdle { continuation.resume() }
        }
    }

    private func add(_ part: Part) {
        enum Next { case refuse, wait, start }
        let next = waiting.withLock { waiting in
            if waiting.isFinished { return Next.refuse }
            waiting.parts.append(part)
            if waiting.isDraining { return .wait }
            waiting.isDraining = true
            return .start
        }
        switch next {
        case .refuse: part.answer(.closed)
        case .wait: break
        case .start: connection.asyncWriteWithoutTransaction { db in self.drain(db) }
        }
    }

    private func drain(_ db: Database) {
        while let parts = takeParts() {
            let errors = commitTogether(parts, db)
            for (part, error) in zip(parts, errors) { part.answer(error) }
            if errors.contains(.full) { checkpoint?.giveBack(db) } else { checkpoint?.runIfDue(db) }
        }
    }

    /// - Returns: nil when there is nothing left to do: the next to ask starts anew.
    private func takeParts() -> [Part]? {
        let (parts, idle): ([Part]?, [CheckedContinuation<Void, Never>]) = waiting.withLock { waiting in
            if waiting.parts.isEmpty {
                waiting.isDraining = false
                defer { waiting.onIdle = [] }
                return (nil, waiting.onIdle)
            }
            let count = min(waiting.parts.count, Self.limitParts)
            defer { waiting.parts.removeFirst(count) }
            return (Array(waiting.parts.prefix(count)), [])
        }
        for continuation in idle { continuation.resume() }
        return parts
    }

    /// - Returns: for each part what kept it from being saved, or nil.
    private func commitTogether(_ parts: [Part], _ db: Database) -> [StoreError?] {
        do {
            try run("BEGIN IMMEDIATE", db)
            if try !runAll(parts, db) {
                try run("ROLLBACK", db)
                try run("BEGIN IMMEDIATE", db)
                return try runEach(parts, db)
            }
            try run("COMMIT", db)
            return parts.map { _ in nil }
        } catch {
            let failure = rolledBack(after: StoreError(error), db)
            return parts.map { _ in failure }
        }
    }

    /// Nearly always all parts succeed, and then savepoints would be a third of the work.
    /// - Returns: false when a part failed; the transaction is to be rolled back, and each part to be run anew.
    private func runAll(_ parts: [Part], _ db: Database) throws -> Bool {
        for part in parts {
            guard let error = part.run(db) else { continue }
            // SQLite ends a transaction by itself when it cannot go on.
            guard db.isInsideTransaction else { throw error }
            return false
        }
        return true
    }

    private func runEach(_ parts: [Part], _ db: Database) throws -> [StoreError?] {
        let errors = try parts.map { part in
            try run("SAVEPOINT part", db)
            let error = part.run(db)
            guard db.isInsideTransaction else { throw error ?? .broken("a part ended the transaction") }
            if error != nil { try run("ROLLBACK TO SAVEPOINT part", db) }
            try run("RELEASE SAVEPOINT part", db)
            return error
        }
        try run("COMMIT", db)
        return errors
    }

    private func rolledBack(after error: StoreError, _ db: Database) -> StoreError {
        guard db.isInsideTransaction else { return error }
        do { try run("ROLLBACK", db) } catch { return .broken("cannot roll back: \(StoreError(error))") }
        return error
    }

    private func run(_ sql: String, _ db: Database) throws { try db.cachedStatement(sql: sql).execute() }
}
