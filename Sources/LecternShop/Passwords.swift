import LecternCore
import LecternCrypto
import LecternStore

extension Shop {
    /// Signs in with a password. An unknown address, one without a password and a wrong password are one answer, after the
    /// same work.
    public func signIn(_ email: EmailAddress, password: String, visitor: Visitor) async throws(Refusal) -> NewSession {
        try limits.passwords.take(email.text, now: now())
        let found = try kept { () throws(StoreError) -> (ID<Learner>, String)? in
            guard let learner = try store.learner(email: email), let hash = try store.password(of: learner.id) else { return nil }
            return (learner.id, hash)
        }
        let kept = found.flatMap { PasswordHash(text: $0.1) }
        // For nobody: the hash of a password that nobody has, so that the guess costs as much.
        let decoy = Array(secret.decoy("password", of: email.text).prefix(16))
        let matches = try await passwordWork.run { () -> Bool in
            guard let kept else {
                _ = PasswordHash(password, salt: decoy)
                return false
            }
            return kept.matches(password)
        }
        guard matches, let found, let kept else { throw .wrongPassword }
        limits.passwords.forgive(email.text)
        if kept.isOutdated { try await hashAnew(password, of: found.0, replacing: found.1) }
        return try await openSession(for: found.0, proof: .password, visitor: visitor)
    }

    /// Sets the password of whoever is signed in, and has just shown who they are. All other sessions end, and the
    /// learner's address hears of it.
    /// - Parameter password: 8 to 256 characters, of any kind.
    public func setPassword(_ password: String, visitor: Visitor) async throws(Refusal) {
        let who = try freshlyProved(visitor)
        // An old password proves too little to make a new one: it may be what somebody guessed.
        guard who.session.proof != .password else { throw .proofNeeded }
        try limits.newPasswords.take(who.learner.id.text, now: now())
        guard (8...256).contains(password.count), password.utf8.count <= 1024 else { throw .invalidField("password") }
        let hash = try await hashed(password), now = now()
        let mail = who.learner.email.map { accountMail(.newPassword, who.learner, to: $0, now: now) }
        try await kept { () async throws(StoreError) in
            try await store.setPassword(of: who.learner.id, to: hash, mail: mail, now: now)
            try await store.endAllSessions(of: who.learner.id, besides: who.session.digest)
        }
    }

    private func hashAnew(_ password: String, of learner: ID<Learner>, replacing old: String) async throws(Refusal) {
        let hash = try await hashed(password)
        try await kept { () async throws(StoreError) in
            _ = try await store.setPassword(of: learner, to: hash, replacing: old, now: now())
        }
    }

    private func hashed(_ password: String) async throws(Refusal) -> String {
        let salt = random(16)
        return try await passwordWork.run { PasswordHash(password, salt: salt).text }
    }
}
