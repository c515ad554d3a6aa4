import LecternCore
import LecternCrypto
import LecternStore

/// What a browser made when a passkey was registered, decoded from its base64url.
public struct NewPasskey: Sendable {
    public var clientDataJSON: [UInt8]
    public var attestationObject: [UInt8]
    /// As the learner knows the device; "" takes the browser's name.
    public var name: String

    public init(clientDataJSON: [UInt8], attestationObject: [UInt8], name: String) {
        self.clientDataJSON = clientDataJSON
        self.attestationObject = attestationObject
        self.name = name
    }
}

/// What a browser made when somebody signed in with a passkey.
public struct PasskeyAnswer: Sendable {
    /// The credential's id, base64url, as the browser writes it.
    public var id: String
    public var clientDataJSON: [UInt8]
    public var authenticatorData: [UInt8]
    public var signature: [UInt8]
    /// Of the learner that the authenticator keeps it for, where it tells.
    public var userHandle: [UInt8]?

    public init(id: String, clientDataJSON: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8]?) {
        self.id = id
        self.clientDataJSON = clientDataJSON
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.userHandle = userHandle
    }
}

extension Shop {
    private static let challengeSeconds: Int64 = 300

    /// For `PublicKeyCredential.parseRequestOptionsFromJSON` (WebAuthn Level 3). It names no passkeys, and so tells nobody who
    /// has one: the authenticator knows which it keeps for this site.
    public func passkeySignInOptions() async throws(Refusal) -> JSON {
        let challenge = try await newChallenge(.signIn, of: nil)
        return [
            "challenge": .text(challenge), "rpId": .text(settings.host), "userVerification": "required",
            "timeout": .whole(Self.challengeSeconds * 1000), "allowCredentials": [],
        ]
    }

    public func signIn(_ answer: PasskeyAnswer, visitor: Visitor) async throws(Refusal) -> NewSession {
        let challenge = try await taken(.signIn, answer.clientDataJSON, or: .wrongPasskey)
        let passkey = try kept { () throws(StoreError) in try store.passkey(answer.id) }
        guard let passkey, let id = bytes(base64URL: passkey.credential), let key = bytes(base64URL: passkey.publicKey),
            answer.userHandle == nil || answer.userHandle == Array(passkey.learner.text.utf8)
        else { throw .wrongPasskey }
        let credential = PasskeyCredential(id: id, publicKey: key, counter: UInt32(clamping: passkey.counter))
        let counter: UInt32
        do throws(PasskeyRefusal) {
            counter = try checkPasskey(
                credential, authenticatorData: answer.authenticatorData, clientDataJSON: answer.clientDataJSON,
                signature: answer.signature, expected: challenge.bytes, origin: settings.origin, site: settings.host)
        } catch {
            note(ShopNote("passkey-refused", ["learner": passkey.learner.text, "why": "\(error)"]))
            throw .wrongPasskey
        }
        let isNext = try await kept { () async throws(StoreError) in
            try await store.useCounter(Int64(counter), of: passkey.credential, now: now())
        }
        guard isNext else { throw .wrongPasskey }
        return try await openSession(for: passkey.learner, proof: .passkey, visitor: visitor)
    }

    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` (WebAuthn Level 3).
    public func passkeyOptions(_ visitor: Visitor) async throws(Refusal) -> JSON {
        let who = try freshlyProved(visitor)
        let known = try kept { () throws(StoreError) in try store.passkeys(of: who.learner.id) }
        let challenge = try await newChallenge(.register, of: who.learner.id)
        let email = who.learner.email?.text ?? ""
        return [
            "rp": ["id": .text(settings.host), "name": .text(siteTitle(who.learner.language))],
            "user": [
                "id": .text(base64URL(Array(who.learner.id.text.utf8))), "name": .text(email), "displayName": .text(who.learner.name ?? email),
            ],
            "challenge": .text(challenge),
            "pubKeyCredParams": .list([-7, -8, -257].map { ["type": "public-key", "alg": .whole($0)] }),
            "timeout": .whole(Self.challengeSeconds * 1000), "attestation": "none",
            "authenticatorSelection": ["residentKey": "required", "requireResidentKey": true, "userVerification": "required"],
            "excludeCredentials": .list(known.map { ["type": "public-key", "id": .text($0.credential)] }),
        ]
    }

    /// Adds a passkey to the account of whoever is signed in, and has just shown who they are; the learner's address hears of it.
    public func addPasskey(_ new: NewPasskey, visitor: Visitor) async throws(Refusal) -> Passkey {
        let who = try freshlyProved(visitor)
        let challenge = try await taken(.register, new.clientDataJSON, or: .badPasskey("challenge"))
        guard challenge.learner == who.learner.id else { throw .badPasskey("another learner's challenge") }
        let credential: PasskeyCredential
        do throws(PasskeyRefusal) {
            credential = try registeredPasskey(
                attestationObject: new.attestationObject, clientDataJSON: new.clientDataJSON, expected: challenge.bytes,
                origin: settings.origin, site: settings.host)
        } catch { throw .badPasskey("\(error)") }
        let name = new.name.isEmpty ? visitor.device : new.name
        let passkey = Passkey(
            credential: base64URL(credential.id), learner: who.learner.id, publicKey: base64URL(credential.publicKey),
            counter: Int64(credential.counter), name: String(name.prefix(100)), createdAt: now())
        let mail = who.learner.email.map { accountMail(.newPasskey, who.learner, to: $0, name: passkey.name, now: passkey.createdAt) }
        let isAdded = try await kept { () async throws(StoreError) in try await store.addPasskey(passkey, mail: mail) }
        guard isAdded else { throw .badPasskey("known already, or too many") }
        return passkey
    }

    public func removePasskey(_ credential: String, visitor: Visitor) async throws(Refusal) {
        let who = try required(visitor)
        guard try await kept({ () async throws(StoreError) in try await store.removePasskey(credential, of: who.learner.id) })
        else { throw .notFound }
    }

    private func newChallenge(_ purpose: Challenge.Purpose, of learner: ID<Learner>?) async throws(Refusal) -> String {
        let bytes = random(32), now = now()
        let challenge = Challenge(
            digest: TokenDigest(Digest(bytes).bytes), purpose: purpose, learner: learner, expiresAt: now.adding(seconds: Self.challengeSeconds))
        try await kept { () async throws(StoreError) in try await store.putChallenge(challenge, now: now) }
        return base64URL(bytes)
    }

    /// The challenge that the browser answers, which is over with that, whatever comes of it.
    private func taken(
        _ purpose: Challenge.Purpose, _ clientDataJSON: [UInt8], or refusal: Refusal
    ) async throws(Refusal) -> (bytes: [UInt8], learner: ID<Learner>?) {
        let answered: [UInt8]
        do throws(PasskeyRefusal) {
            let kind: ClientData.Purpose = purpose == .register ? .create : .get
            answered = try ClientData(json: clientDataJSON, purpose: kind, origin: settings.origin).challenge
        } catch { throw refusal }
        let challenge = try await kept { () async throws(StoreError) in
            try await store.takeChallenge(TokenDigest(Digest(answered).bytes), purpose: purpose, now: now())
        }
        guard let challenge else { throw refusal }
        return (answered, challenge.learner)
    }
}
