import GRDB
import LecternCore

/// A device on which a learner is signed in.
public struct Session: Hashable, Sendable {
    public enum Proof: String, Sendable { case mail, password, passkey }

    public var id: ID<Session>
    /// Of the cookie's token.
    public var digest: TokenDigest
    public var learner: ID<Learner>
    public var createdAt: Instant
    public var lastSeenAt: Instant
    public var expiresAt: Instant
    /// Coarse: "Chrome on Android".
    public var device: String
    public var proof: Proof
    /// When the learner last proved who they are on this device.
    public var provedAt: Instant

    public init(
        id: ID<Session>, digest: TokenDigest, learner: ID<Learner>, createdAt: Instant, expiresAt: Instant, device: String, proof: Proof
    ) {
        self.id = id
        self.digest = digest
        self.learner = learner
        self.createdAt = createdAt
        self.lastSeenAt = createdAt
        self.expiresAt = expiresAt
        self.device = device
        self.proof = proof
        self.provedAt = createdAt
    }
}

extension Store {
    /// Opens a session; a mailed proof confirms the learner's address in the same commit.
    /// - Parameter replacing: the session that the device had before, which ends: its token could have been planted there.
    public func openSession(_ session: Session, replacing old: TokenDigest? = nil) async throws(StoreError) {
        try await shop.write { db in
            if let old { try db.run("DELETE FROM session WHERE digest = ?", [old.text]) }
            try db.run("DELETE FROM session WHERE expires_at < ?", [session.createdAt.sql])
            if session.proof == .mail { try db.confirm(session.learner, now: session.createdAt) }
            try db.run(
                """
                INSERT INTO session (id, digest, learner, created_at, last_seen_at, expires_at, device, proof, proved_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    session.id.text, session.digest.text, session.learner.text, session.createdAt.sql, session.lastSeenAt.sql,
                    session.expiresAt.sql, session.device, session.proof.rawValue, session.provedAt.sql,
                ])
        }
    }

    /// - Returns: nil when there is none, or it is over.
    public func session(_ digest: TokenDigest, now: Instant) throws(StoreError) -> Session? {
        try shop.readOnce { db in
            try db.row("SELECT * FROM session WHERE digest = ? AND expires_at > ?", [digest.text, now.sql]).map(Session.init(row:))
        }
    }

    /// Notes that a device was seen, and moves the end of its session. Within an hour of the last time nothing is written.
    public func touch(_ session: Session, expiresAt: Instant, now: Instant) async throws(StoreError) {
        guard now >= session.lastSeenAt.adding(seconds: 3600) else { return }
        try await shop.write { db in
            try db.run(
                "UPDATE session SET last_seen_at = ?, expires_at = ? WHERE digest = ? AND last_seen_at < ? AND expires_at > ?",
                [now.sql, expiresAt.sql, session.digest.text, now.sql, now.sql])
        }
    }

    /// The learner's devices, last seen first.
    public func sessions(of learner: ID<Learner>, now: Instant) throws(StoreError) -> [Session] {
        try shop.readOnce { db in
            try db.rows(
                "SELECT * FROM session WHERE learner = ? AND expires_at > ? ORDER BY last_seen_at DESC, id", [learner.text, now.sql]
            ).map(Session.init(row:))
        }
    }

    /// - Returns: whether there was one.
    @discardableResult
    public func endSession(_ digest: TokenDigest) async throws(StoreError) -> Bool {
        try await shop.write { db in try db.didChange("DELETE FROM session WHERE digest = ? RETURNING id", [digest.text]) }
    }

    /// Ends a session of this learner; another's is left alone.
    /// - Returns: whether there was one.
    public func endSession(_ id: ID<Session>, of learner: ID<Learner>) async throws(StoreError) -> Bool {
        try await shop.write { db in
            try db.didChange("DELETE FROM session WHERE id = ? AND learner = ? RETURNING id", [id.text, learner.text])
        }
    }

    /// - Parameter besides: the session that stays, if any.
    /// - Returns: how many ended.
    @discardableResult
    public func endAllSessions(of learner: ID<Learner>, besides: TokenDigest? = nil) async throws(StoreError) -> Int {
        try await shop.write { db in
            try db.rows("DELETE FROM session WHERE learner = ? AND digest <> ? RETURNING id", [learner.text, besides?.text ?? ""]).count
        }
    }
}

extension Session {
    init(row: Row) throws {
        self.init(
            id: try row.id("id"), digest: TokenDigest(text: try row.text("digest")), learner: try row.id("learner"),
            createdAt: try row.instant("created_at"), expiresAt: try row.instant("expires_at"), device: try row.text("device"),
            proof: try row.word("proof"))
        lastSeenAt = try row.instant("last_seen_at")
        provedAt = try row.instant("proved_at")
    }
}
