import GRDB
import LecternCore

/// One mailed proof of an address: six digits to type, or a link to follow. Good once.
public struct SignInCode: Hashable, Sendable {
    public enum Purpose: String, Sendable { case signIn, changeEmail, resetPassword }

    public var id: ID<SignInCode>
    public var purpose: Purpose
    public var email: EmailAddress
    /// Whose address is to be changed; nil when signing in.
    public var learner: ID<Learner>?
    /// Keyed with the site's secret; see the caller.
    public var code: String
    public var token: TokenDigest
    /// Where to go afterwards.
    public var next: String?
    public var language: String
    public var createdAt: Instant
    public var expiresAt: Instant

    public init(
        id: ID<SignInCode>, purpose: Purpose, email: EmailAddress, learner: ID<Learner>? = nil, code: String, token: TokenDigest,
        next: String?, language: String, createdAt: Instant, expiresAt: Instant
    ) {
        self.id = id
        self.purpose = purpose
        self.email = email
        self.learner = learner
        self.code = code
        self.token = token
        self.next = next
        self.language = language
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// So many wrong guesses end a code; its link stays good.
    public static let guesses = 6
}

extension Store {
    /// Keeps a code, and the mail that carries it, in one commit. Codes that are long over are swept out on the way.
    public func putCode(_ code: SignInCode, mail: [OutboxMail] = []) async throws(StoreError) {
        try await shop.write { db in
            try db.run("DELETE FROM sign_in_code WHERE expires_at < ?", [code.createdAt.adding(seconds: -86_400).sql])
            try db.run(
                """
                INSERT INTO sign_in_code
                  (id, purpose, email, learner, code, token, next, language, created_at, expires_at, guesses_left)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    code.id.text, code.purpose.rawValue, code.email.text, code.learner?.text, code.code, code.token.text, code.next,
                    code.language, code.createdAt.sql, code.expiresAt.sql, SignInCode.guesses,
                ])
            for mail in mail { try db.put(mail, now: code.createdAt) }
        }
    }

    /// Tries a typed code against every live one of the address, or of the learner: each loses a guess, right or wrong.
    /// - Parameters:
    ///   - email: nil where the learner alone says which codes are meant.
    ///   - learner: whose the code must be, where it is about an account; nil asks for none.
    /// - Returns: nil when none fits, or none is live. Used codes end all others of the same purpose and address.
    public func useCode(
        email: EmailAddress?, purpose: SignInCode.Purpose = .signIn, learner: ID<Learner>? = nil, code: String, now: Instant
    ) async throws(StoreError) -> SignInCode? {
        guard email != nil || learner != nil else { return nil }
        return try await shop.write { db in
            let tried = try db.rows(
                """
                UPDATE sign_in_code
                SET guesses_left = guesses_left - 1, used_at = CASE WHEN code = ? THEN CAST(? AS BIGINT) ELSE NULL END
                WHERE purpose = ? AND used_at IS NULL AND expires_at > ? AND guesses_left > 0
                  AND (CAST(? AS TEXT) IS NULL OR email = ?) AND (CAST(? AS TEXT) IS NULL OR learner = ?)
                RETURNING *
                """, [code, now.sql, purpose.rawValue, now.sql, email?.text, email?.text, learner?.text, learner?.text])
            guard let used = try tried.first(where: { $0.optionalInstant("used_at") != nil }).map(SignInCode.init(row:)) else { return nil }
            try db.endCodes(besides: used, now: now)
            return used
        }
    }

    /// - Returns: nil when the link is unknown, used or over.
    public func useToken(
        _ token: TokenDigest, purpose: SignInCode.Purpose = .signIn, learner: ID<Learner>? = nil, now: Instant
    ) async throws(StoreError) -> SignInCode? {
        try await shop.write { db in
            let used = try db.row(
                """
                UPDATE sign_in_code SET used_at = ?
                WHERE token = ? AND purpose = ? AND used_at IS NULL AND expires_at > ? AND (CAST(? AS TEXT) IS NULL OR learner = ?)
                RETURNING *
                """, [now.sql, token.text, purpose.rawValue, now.sql, learner?.text, learner?.text]
            ).map(SignInCode.init(row:))
            if let used { try db.endCodes(besides: used, now: now) }
            return used
        }
    }
}

/// Why a proof that was mailed opens nothing any more.
public enum SpentCode: Sendable { case used, expired }

extension Store {
    /// What became of a proof that did not open anything; nil for one that never was, or was guessed at too often.
    ///
    /// Only who has the proof hears it, and it is worth nothing any more: a guess that meets it gives nothing away.
    /// - Parameters:
    ///   - code: of the address or the learner, as in `useCode`; nil where `token` is meant.
    ///   - token: nil where `code` is meant.
    public func spentCode(
        email: EmailAddress? = nil, purpose: SignInCode.Purpose = .signIn, learner: ID<Learner>? = nil, code: String? = nil,
        token: TokenDigest? = nil, now: Instant
    ) throws(StoreError) -> SpentCode? {
        guard token != nil || email != nil || learner != nil else { return nil }
        return try shop.readOnce { db in
            let row = try db.row(
                """
                SELECT used_at FROM sign_in_code
                WHERE purpose = ? AND (used_at IS NOT NULL OR expires_at <= ?) AND (token = ? OR code = ?)
                  AND (CAST(? AS TEXT) IS NULL OR email = ?) AND (CAST(? AS TEXT) IS NULL OR learner = ?)
                ORDER BY created_at DESC LIMIT 1
                """,
                [purpose.rawValue, now.sql, token?.text, code, email?.text, email?.text, learner?.text, learner?.text])
            return row.map { $0.optionalInstant("used_at") == nil ? .expired : .used }
        }
    }
}

extension Database {
    fileprivate func endCodes(besides used: SignInCode, now: Instant) throws {
        try run(
            "UPDATE sign_in_code SET used_at = ? WHERE email = ? AND purpose = ? AND used_at IS NULL",
            [now.sql, used.email.text, used.purpose.rawValue])
    }
}

extension SignInCode {
    init(row: Row) throws {
        guard let email = EmailAddress(try row.text("email")) else { throw StoreError.broken("an address that is none") }
        self.init(
            id: try row.id("id"), purpose: try row.word("purpose"), email: email, learner: row.optionalID("learner"),
            code: try row.text("code"), token: TokenDigest(text: try row.text("token")), next: row.optionalText("next"),
            language: try row.text("language"), createdAt: try row.instant("created_at"), expiresAt: try row.instant("expires_at"))
    }
}
