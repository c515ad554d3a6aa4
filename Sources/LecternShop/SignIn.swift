import LecternCore
import LecternCrypto
import LecternStore

/// A session that was just opened: the cookie's content, once.
public struct NewSession: Sendable {
    public var token: Token
    public var learner: ID<Learner>
    public var expiresAt: Instant
    /// Where the learner was going when they asked to sign in.
    public var next: String?
}

/// Who is signed in on a device.
public struct SignedIn: Sendable {
    public var session: Session
    public var learner: Learner
    public var isCreator: Bool
}

/// What a learner gives back from a mail.
public enum MailProof: Sendable {
    case code(EmailAddress, String)
    case token(Token)
}

extension Shop {
    static let codeLifetimeSeconds: Int64 = 900
    /// From the last use on.
    static let sessionLifetimeSeconds: Int64 = 180 * 86_400
    static let freshProofSeconds: Int64 = 900

    /// Sends a code and a link. What is done, and how long it takes, does not depend on whether the address is known: a
    /// learner is made only once the address was proved.
    /// - Parameter toSetPassword: the words of the mail are then about that; the code is the same.
    public func requestSignIn(
        _ email: EmailAddress, next: String?, visitor: Visitor, toSetPassword: Bool = false
    ) async throws(Refusal) {
        try limits.codes.take(email.text, now: now())
        let learner = try kept { () throws(StoreError) in try store.learner(email: email) }
        try await sendCode(
            .signIn, to: email, about: nil, forgetWith: learner?.id, next: next.flatMap(ownPath), language: visitor.language,
            kind: toSetPassword ? .setPassword : .signIn)
    }

    /// Opens a session for who read the mail. The session that the device had before ends.
    public func confirmSignIn(_ proof: MailProof, visitor: Visitor) async throws(Refusal) -> NewSession {
        let now = now()
        let used = try await use(proof, .signIn, of: nil)
        limits.codes.forgive(used.email.text)
        let learner = try await kept { () async throws(StoreError) in
            try await store.findOrMakeLearner(email: used.email, language: used.language, newID: newID(), now: now)
        }
        return try await openSession(for: learner.id, proof: .mail, next: used.next, visitor: visitor)
    }

    /// Who is signed in; nil for nobody. A session lives on for 180 days from here.
    public func signedIn(_ visitor: Visitor) async throws(Refusal) -> SignedIn? {
        guard let who = try whoIs(visitor) else { return nil }
        let now = now()
        try await kept { () async throws(StoreError) in
            try await store.touch(who.session, expiresAt: now.adding(seconds: Self.sessionLifetimeSeconds), now: now)
        }
        return who
    }

    public func signOut(_ visitor: Visitor) async throws(Refusal) {
        guard let session = visitor.session else { return }
        _ = try await kept { () async throws(StoreError) in try await store.endSession(session.kept) }
    }

    /// Without writing anything.
    func whoIs(_ visitor: Visitor) throws(Refusal) -> SignedIn? {
        guard let token = visitor.session else { return nil }
        return try kept { () throws(StoreError) in
            guard let session = try store.session(token.kept, now: now()), let learner = try store.learner(session.learner),
                let email = learner.email
            else { return nil }
            return SignedIn(session: session, learner: learner, isCreator: settings.creators.contains(email))
        }
    }

    func required(_ visitor: Visitor) throws(Refusal) -> SignedIn {
        guard let who = try whoIs(visitor) else { throw .signInNeeded }
        return who
    }

    /// For what would let somebody keep an account that they only found open: whoever asks has just shown who they are.
    func freshlyProved(_ visitor: Visitor) throws(Refusal) -> SignedIn {
        let who = try required(visitor)
        let since = now().milliseconds - who.session.provedAt.milliseconds
        guard (0...Self.freshProofSeconds * 1000).contains(since) else { throw .proofNeeded }
        return who
    }

    func openSession(
        for learner: ID<Learner>, proof: Session.Proof, next: String? = nil, visitor: Visitor
    ) async throws(Refusal) -> NewSession {
        let now = now(), token = newToken()
        let session = Session(
            id: newID(), digest: token.kept, learner: learner, createdAt: now,
            expiresAt: now.adding(seconds: Self.sessionLifetimeSeconds), device: String(visitor.device.prefix(100)), proof: proof)
        try await kept { () async throws(StoreError) in try await store.openSession(session, replacing: visitor.session?.kept) }
        return NewSession(token: token, learner: learner, expiresAt: session.expiresAt, next: next)
    }

    func sendCode(
        _ purpose: SignInCode.Purpose, to email: EmailAddress, about learner: ID<Learner>?, forgetWith owner: ID<Learner>?, next: String?,
        language: String, kind: MailKind
    ) async throws(Refusal) {
        let now = now(), digits = sixDigits(random: random), token = newToken()
        let language = catalogue().language(language)
        let code = SignInCode(
            id: newID(), purpose: purpose, email: email, learner: learner, code: codeText(digits, of: learner?.text ?? email.text), token: token.kept, next: next,
            language: language, createdAt: now, expiresAt: now.adding(seconds: Self.codeLifetimeSeconds))
        let contents = CodeContents(email: email, code: digits, token: token.text, next: next, language: language, expiresAt: code.expiresAt)
        let mail = OutboxMail(
            key: "\(kind.rawValue):\(code.id)", kind: kind.rawValue, learner: owner,
            payload: String(decoding: (["sealed": .text(secret.sealed(mail: contents.json.bytes, nonce: random(12)))] as JSON).bytes, as: UTF8.self))
        try await kept { () async throws(StoreError) in try await store.putCode(code, mail: [mail]) }
    }

    func use(_ proof: MailProof, _ purpose: SignInCode.Purpose, of learner: ID<Learner>?) async throws(Refusal) -> SignInCode {
        let now = now()
        let used = try await kept { () async throws(StoreError) in
            switch proof {
            case .code(let email, let digits):
                try await store.useCode(email: email, purpose: purpose, learner: learner, code: codeText(digits, of: email.text), now: now)
            case .token(let token): try await store.useToken(token.kept, purpose: purpose, learner: learner, now: now)
            }
        }
        guard let used else {
            throw refusal(of: try kept { () throws(StoreError) in
                switch proof {
                case .code(let email, let digits):
                    try store.spentCode(email: email, purpose: purpose, learner: learner, code: codeText(digits, of: email.text), now: now)
                case .token(let token): try store.spentCode(purpose: purpose, learner: learner, token: token.kept, now: now)
                }
            })
        }
        return used
    }

    func refusal(of code: SpentCode?) -> Refusal {
        switch code {
        case .used: .usedCode
        case .expired: .expiredCode
        case nil: .wrongCode
        }
    }

    /// - Parameter subject: the address that signs in, or the learner whose address is changed.
    func codeText(_ digits: String, of subject: String) -> String { base64URL(secret.codeDigest(digits, of: subject)) }

    /// A path on the site, to be led to after signing in; nil for anything that a browser could take for another host's.
    func ownPath(_ next: String) -> String? {
        let bytes = Array(next.utf8)
        guard bytes.count <= 2000, bytes.first == UInt8(ascii: "/"), bytes.count < 2 || bytes[1] != UInt8(ascii: "/"),
            bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return next
    }
}

/// What a mail with a code says: sealed while it waits, since the database keeps no codes.
struct CodeContents: Sendable, Equatable {
    var email: EmailAddress
    var code: String
    var token: String
    var next: String?
    var language: String
    var expiresAt: Instant

    init(email: EmailAddress, code: String, token: String, next: String?, language: String, expiresAt: Instant) {
        self.email = email
        self.code = code
        self.token = token
        self.next = next
        self.language = language
        self.expiresAt = expiresAt
    }

    var json: JSON {
        [
            "email": .text(email.text), "code": .text(code), "token": .text(token), "next": next.map { .text($0) } ?? .null,
            "language": .text(language), "expiresAt": .whole(expiresAt.milliseconds),
        ]
    }

    init?(_ json: JSON?) {
        guard let json, let email = json["email"]?.text.flatMap({ EmailAddress($0) }), let code = json["code"]?.text,
            let token = json["token"]?.text, let language = json["language"]?.text, let expiresAt = json["expiresAt"]?.whole
        else { return nil }
        self.init(
            email: email, code: code, token: token, next: json["next"]?.text, language: language,
            expiresAt: Instant(milliseconds: expiresAt))
    }
}
