import LecternCore
import LecternCrypto
import LecternStore

extension Shop {
    /// The learner's devices, the one last seen first, and which of them asks.
    public func devices(_ visitor: Visitor) throws(Refusal) -> [(device: Session, isCurrent: Bool)] {
        let who = try required(visitor)
        return try kept { () throws(StoreError) in try store.sessions(of: who.learner.id, now: now()) }
            .map { ($0, $0.id == who.session.id) }
    }

    /// Signs a device of the learner's out; another's is `not-found`.
    public func endDevice(_ id: ID<Session>, visitor: Visitor) async throws(Refusal) {
        let who = try required(visitor)
        guard try await kept({ () async throws(StoreError) in try await store.endSession(id, of: who.learner.id) }) else { throw .notFound }
    }

    public func endOtherDevices(_ visitor: Visitor) async throws(Refusal) {
        let who = try required(visitor)
        _ = try await kept { () async throws(StoreError) in
            try await store.endAllSessions(of: who.learner.id, besides: who.session.digest)
        }
    }

    /// Everything that is kept about the learner.
    public func export(_ visitor: Visitor) throws(Refusal) -> JSON {
        let who = try required(visitor)
        guard let json = try kept({ () throws(StoreError) in try store.export(who.learner.id, now: now()) }) else { throw .signInNeeded }
        return json
    }

    /// Sends a code to the new address. Whether it is another learner's shows only to who proves to have it.
    public func requestEmailChange(to email: EmailAddress, visitor: Visitor) async throws(Refusal) {
        let who = try freshlyProved(visitor)
        try limits.codes.take(email.text, now: now())
        try await sendCode(
            .changeEmail, to: email, about: who.learner.id, forgetWith: who.learner.id, next: nil, language: visitor.language,
            kind: .changeEmail)
    }

    /// - Parameter proof: a code alone is enough: whose it is is known.
    public func confirmEmailChange(code: String, visitor: Visitor) async throws(Refusal) {
        let who = try required(visitor)
        let now = now(), text = codeText(code, of: who.learner.id.text)
        let used = try await kept { () async throws(StoreError) in
            try await store.useCode(email: nil, purpose: .changeEmail, learner: who.learner.id, code: text, now: now)
        }
        guard let used else {
            throw refusal(of: try kept { () throws(StoreError) in
                try store.spentCode(purpose: .changeEmail, learner: who.learner.id, code: text, now: now)
            })
        }
        try await changeEmail(of: who.learner, to: used.email)
    }

    public func confirmEmailChange(token: Token, visitor: Visitor) async throws(Refusal) {
        let who = try required(visitor)
        let used = try await use(.token(token), .changeEmail, of: who.learner.id)
        try await changeEmail(of: who.learner, to: used.email)
    }

    private func changeEmail(of learner: Learner, to email: EmailAddress) async throws(Refusal) {
        guard let old = learner.email, old != email else { return }
        let now = now()
        let mail = accountMail(.addressChanged, learner, to: old, name: email.masked, now: now)
        let changed = try await kept { () async throws(StoreError) in
            try await store.changeEmail(of: learner.id, to: email, mail: mail, now: now)
        }
        guard changed != nil else { throw .addressTaken }
    }

    /// What is done to an account is told to the address that it has before that, in case it was not its owner who did it.
    /// - Parameter name: the new address, masked, or a passkey's name.
    func accountMail(_ kind: MailKind, _ learner: Learner, to email: EmailAddress, name: String = "", now: Instant) -> OutboxMail {
        let contents: JSON = ["to": .text(email.text), "name": .text(name), "language": .text(catalogue().language(learner.language))]
        return OutboxMail(
            key: "\(kind.rawValue):\(learner.id):\((newID() as ID<OutboxMail>).text)", kind: kind.rawValue, learner: learner.id,
            payload: String(decoding: (["sealed": .text(secret.sealed(mail: contents.bytes, nonce: random(12)))] as JSON).bytes, as: UTF8.self))
    }
}
