import GRDB
import LecternCore

/// A public key with which a learner signs in (WebAuthn Level 2, a public key credential).
public struct Passkey: Hashable, Sendable {
    /// The credential's id, base64url.
    public var credential: String
    public var learner: ID<Learner>
    /// As the shop writes it: algorithm and key.
    public var publicKey: String
    /// The authenticator's count of signatures; 0 for one that does not count.
    public var counter: Int64
    public var name: String
    public var createdAt: Instant
    public var lastUsedAt: Instant?

    public init(credential: String, learner: ID<Learner>, publicKey: String, counter: Int64, name: String, createdAt: Instant) {
        self.credential = credential
        self.learner = learner
        self.publicKey = publicKey
        self.counter = counter
        self.name = name
        self.createdAt = createdAt
    }
}

/// What a random challenge was made for. Good once.
public struct Challenge: Hashable, Sendable {
    public enum Purpose: String, Sendable { case register, signIn }

    public var digest: TokenDigest
    public var purpose: Purpose
    /// Who is registering; nil when somebody signs in.
    public var learner: ID<Learner>?
    public var expiresAt: Instant

    public init(digest: TokenDigest, purpose: Purpose, learner: ID<Learner>?, expiresAt: Instant) {
        self.digest = digest
        self.purpose = purpose
        self.learner = learner
        self.expiresAt = expiresAt
    }
}

extension Store {
    /// - Returns: nil when nobody has it.
    public func passkey(_ credential: String) throws(StoreError) -> Passkey? {
        try shop.readOnce { db in try db.row("SELECT * FROM passkey WHERE credential = ?", [credential]).map(Passkey.init(row:)) }
    }

    /// Oldest first.
    public func passkeys(of learner: ID<Learner>) throws(StoreError) -> [Passkey] {
        try shop.readOnce { db in
            try db.rows("SELECT * FROM passkey WHERE learner = ? ORDER BY created_at, credential", [learner.text]).map(Passkey.init(row:))
        }
    }

    /// - Parameter mail: owed when it is added, in the same commit.
    /// - Returns: false when somebody has this credential, or the learner has `limit` passkeys: nothing was changed.
    public func addPasskey(_ passkey: Passkey, limit: Int = 20, mail: OutboxMail? = nil) async throws(StoreError) -> Bool {
        try await shop.write { db in
            let isAdded = try db.didChange(
                """
                INSERT INTO passkey (credential, learner, public_key, counter, name, created_at)
                SELECT ?, ?, ?, CAST(? AS BIGINT), ?, CAST(? AS BIGINT) WHERE (SELECT count(*) FROM passkey WHERE learner = ?) < ?
                ON CONFLICT (credential) DO NOTHING RETURNING credential
                """,
                [
                    passkey.credential, passkey.learner.text, passkey.publicKey, passkey.counter, passkey.name, passkey.createdAt.sql,
                    passkey.learner.text, limit,
                ])
            if isAdded, let mail { try db.put(mail, now: passkey.createdAt) }
            return isAdded
        }
    }

    /// Notes a use. An authenticator that counts must count up (WebAuthn Level 2, 7.2, step 21): one that does not was copied.
    /// - Returns: false when it did not; the sign-in is to be refused.
    public func useCounter(_ counter: Int64, of credential: String, now: Instant) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange(
                """
                UPDATE passkey SET counter = ?, last_used_at = ?
                WHERE credential = ? AND (counter < ? OR (counter = 0 AND CAST(? AS BIGINT) = 0)) RETURNING credential
                """, [counter, now.sql, credential, counter, counter])
        }
    }

    /// - Returns: whether the learner had it.
    public func removePasskey(_ credential: String, of learner: ID<Learner>) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange("DELETE FROM passkey WHERE credential = ? AND learner = ? RETURNING credential", [credential, learner.text])
        }
    }

    /// Keeps a challenge; those that are over are swept out on the way.
    public func putChallenge(_ challenge: Challenge, now: Instant) async throws(StoreError) {
        try await shop.write { db in
            try db.run("DELETE FROM challenge WHERE expires_at < ?", [now.sql])
            try db.run(
                "INSERT INTO challenge (digest, purpose, learner, expires_at) VALUES (?, ?, ?, ?)",
                [challenge.digest.text, challenge.purpose.rawValue, challenge.learner?.text, challenge.expiresAt.sql])
        }
    }

    /// - Returns: nil when it is unknown, was taken, or is over.
    public func takeChallenge(_ digest: TokenDigest, purpose: Challenge.Purpose, now: Instant) async throws(StoreError) -> Challenge? {
        try await shop.write { db in
            try db.row(
                "DELETE FROM challenge WHERE digest = ? AND purpose = ? AND expires_at > ? RETURNING *",
                [digest.text, purpose.rawValue, now.sql]
            ).map { row in
                Challenge(
                    digest: digest, purpose: try row.word("purpose"), learner: row.optionalID("learner"), expiresAt: try row.instant("expires_at"))
            }
        }
    }
}

extension Passkey {
    init(row: Row) throws {
        self.init(
            credential: try row.text("credential"), learner: try row.id("learner"), publicKey: try row.text("public_key"),
            counter: try row.number("counter"), name: try row.text("name"), createdAt: try row.instant("created_at"))
        lastUsedAt = row.optionalInstant("last_used_at")
    }
}
