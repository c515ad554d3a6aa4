import GRDB
import LecternCore

extension Store {
    /// - Returns: the hash with its parameters, as `setPassword` got it; nil for who has none.
    public func password(of learner: ID<Learner>) throws(StoreError) -> String? {
        try shop.readOnce { db in try db.row("SELECT hash FROM password WHERE learner = ?", [learner.text])?.text("hash") }
    }

    /// - Parameters:
    ///   - hash: salted, with its parameters.
    ///   - replacing: the hash that was read before, when the same password is only hashed anew: had the learner changed it
    ///     meanwhile, that one stays.
    ///   - mail: owed when it is set, in the same commit.
    /// - Returns: whether it was set.
    @discardableResult
    public func setPassword(
        of learner: ID<Learner>, to hash: String, replacing old: String? = nil, mail: OutboxMail? = nil, now: Instant
    ) async throws(StoreError) -> Bool {
        try await shop.write { db in
            if let old {
                return try db.didChange(
                    "UPDATE password SET hash = ? WHERE learner = ? AND hash = ? RETURNING learner", [hash, learner.text, old])
            }
            try db.run(
                """
                INSERT INTO password (learner, hash, changed_at) VALUES (?, ?, ?)
                ON CONFLICT (learner) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
                """, [learner.text, hash, now.sql])
            if let mail { try db.put(mail, now: now) }
            return true
        }
    }

    public func removePassword(of learner: ID<Learner>) async throws(StoreError) {
        try await shop.write { db in try db.run("DELETE FROM password WHERE learner = ?", [learner.text]) }
    }
}
