import GRDB
import LecternCore

extension Store {
    public func learner(_ id: ID<Learner>) throws(StoreError) -> Learner? {
        try shop.readOnce { db in try db.row("SELECT * FROM learner WHERE id = ?", [id.text]).map(Learner.init(row:)) }
    }

    public func learner(email: EmailAddress) throws(StoreError) -> Learner? {
        try shop.readOnce { db in try db.row("SELECT * FROM learner WHERE email = ?", [email.text]).map(Learner.init(row:)) }
    }

    /// The learner of an address; a new one when nobody has it yet, who proved nothing.
    /// - Parameter newID: taken by a new learner alone.
    public func findOrMakeLearner(
        email: EmailAddress, language: String, newID: ID<Learner>, now: Instant
    ) async throws(StoreError) -> Learner {
        try await shop.write { db in try db.findOrMakeLearner(email: email, language: language, newID: newID, now: now) }
    }

    /// Somebody proved that the learner's address is theirs. The first time counts.
    public func confirm(_ learner: ID<Learner>, now: Instant) async throws(StoreError) {
        try await shop.write { db in try db.confirm(learner, now: now) }
    }

    /// - Parameter mail: owed when it is changed, in the same commit.
    /// - Returns: nil when another learner has the address, or this one is unknown: nothing was changed.
    public func changeEmail(
        of learner: ID<Learner>, to email: EmailAddress, mail: OutboxMail? = nil, now: Instant
    ) async throws(StoreError) -> Learner? {
        try await shop.write { db in
            let changed = try db.row(
                """
                UPDATE learner SET email = ?, confirmed_at = coalesce(confirmed_at, ?)
                WHERE id = ? AND forgotten_at IS NULL AND NOT EXISTS (SELECT 1 FROM learner WHERE email = ? AND id <> ?)
                RETURNING *
                """, [email.text, now.sql, learner.text, email.text, learner.text]
            ).map(Learner.init(row:))
            if changed != nil, let mail { try db.put(mail, now: now) }
            return changed
        }
    }

    public func setName(of learner: ID<Learner>, to name: String?) async throws(StoreError) {
        try await shop.write { db in
            try db.run("UPDATE learner SET name = ? WHERE id = ? AND forgotten_at IS NULL", [name, learner.text])
        }
    }

    public func setLanguage(of learner: ID<Learner>, to language: String) async throws(StoreError) {
        try await shop.write { db in try db.run("UPDATE learner SET language = ? WHERE id = ?", [language, learner.text]) }
    }

    /// Who is not forgotten, newest first.
    /// - Parameter email: a part of the address.
    public func learners(email: String? = nil, limit: Int = 100) throws(StoreError) -> [Learner] {
        try shop.readOnce { db in
            let sql = """
                SELECT * FROM learner WHERE email IS NOT NULL AND (CAST(? AS TEXT) IS NULL OR email LIKE ? ESCAPE '\\')
                ORDER BY created_at DESC, id LIMIT ?
                """
            return try db.rows(sql, [email, email.map(containing), limit]).map(Learner.init(row:))
        }
    }
}

extension Database {
    func findOrMakeLearner(email: EmailAddress, language: String, newID: ID<Learner>, now: Instant) throws -> Learner {
        try run(
            "INSERT INTO learner (id, email, language, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (email) DO NOTHING",
            [newID.text, email.text, language, now.sql])
        guard let row = try row("SELECT * FROM learner WHERE email = ?", [email.text]) else { throw StoreError.conflict("learner id") }
        return try Learner(row: row)
    }

    func confirm(_ learner: ID<Learner>, now: Instant) throws {
        try run("UPDATE learner SET confirmed_at = ? WHERE id = ? AND confirmed_at IS NULL", [now.sql, learner.text])
    }
}

extension Learner {
    init(row: Row) throws {
        let email = row.optionalText("email")
        self.init(
            id: try row.id("id"), email: email.flatMap { EmailAddress($0) }, name: row.optionalText("name"),
            language: try row.text("language"), createdAt: try row.instant("created_at"), confirmedAt: row.optionalInstant("confirmed_at"))
        if email != nil, self.email == nil { throw StoreError.broken("an address that is none") }
    }
}

/// A LIKE pattern for whatever contains a text, its own wildcards taken literally.
func containing(_ text: String) -> String {
    "%" + text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
}
