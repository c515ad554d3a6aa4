import Foundation

/// Why a passkey is not taken. For the log: a learner reads one sentence for all of them.
public enum PasskeyRefusal: Error, Hashable {
    /// Not what a browser sends: no JSON, no CBOR, a field missing or too long.
    case isMalformed
    case isForAnotherPurpose
    /// Made in answer to another question than ours, or too late.
    case answersAnotherChallenge
    /// Made on another site: somebody phishes.
    case isFromAnotherOrigin
    case isForAnotherSite
    /// Nobody touched the authenticator, or it did not look who it was.
    case lacksTheUser
    case usesAnotherAlgorithm
    case isForged
    /// Its counter went back: the authenticator was copied.
    case isCopied
}

/// What a browser signs: `CollectedClientData` (Web Authentication Level 2, section 5.8.1).
public struct ClientData: Sendable, Equatable {
    public enum Purpose: String, Sendable { case create = "webauthn.create", get = "webauthn.get" }

    public let challenge: [UInt8]
    let digest: Digest

    /// - Parameters:
    ///   - json: exactly the bytes that the browser signed.
    ///   - origin: the site's: `https://me.example`, no slash at its end.
    public init(json: [UInt8], purpose: Purpose, origin: String) throws(PasskeyRefusal) {
        struct Fields: Decodable {
            var type: String
            var challenge: String
            var origin: String
            var crossOrigin: Bool?
        }
        let fields: Fields
        do {
            guard json.count <= 4096 else { throw PasskeyRefusal.isMalformed }
            fields = try JSONDecoder().decode(Fields.self, from: Data(json))
        } catch { throw .isMalformed }
        guard fields.type == purpose.rawValue else { throw .isForAnotherPurpose }
        guard fields.origin == origin, fields.crossOrigin != true else { throw .isFromAnotherOrigin }
        guard let challenge = bytes(base64URL: fields.challenge) else { throw .isMalformed }
        self.challenge = challenge
        digest = Digest(json)
    }
}

/// A passkey as it is kept.
public struct PasskeyCredential: Sendable, Equatable {
    /// The authenticator's name for it: 1 to 1023 bytes.
    public var id: [UInt8]
    /// COSE_Key (RFC 9053), in the bytes in which it came.
    public var publicKey: [UInt8]
    /// 0 for authenticators that do not count, as those that copy their keys to all of a person's devices.
    public var counter: UInt32

    public init(id: [UInt8], publicKey: [UInt8], counter: UInt32) {
        self.id = id
        self.publicKey = publicKey
        self.counter = counter
    }
}

/// Checks a registration (section 7.1), asked for with attestation `none`: the attestation's statement says who made the
/// authenticator, nothing is concluded from that here, and so it is not read.
/// - Parameters:
///   - expected: the challenge that was given out.
///   - site: the relying party's id, the site's host.
public func registeredPasskey(
    attestationObject: [UInt8], clientDataJSON: [UInt8], expected: [UInt8], origin: String, site: String
) throws(PasskeyRefusal) -> PasskeyCredential {
    let client = try ClientData(json: clientDataJSON, purpose: .create, origin: origin)
    guard constantTimeEqual(client.challenge, expected) else { throw .answersAnotherChallenge }
    guard attestationObject.count <= 16_384, let (object, end) = CBOR.read(attestationObject), end == attestationObject.count,
        case .text = object["fmt"], case .map = object["attStmt"], let bytes = object["authData"]?.bytes
    else { throw .isMalformed }
    let data = try AuthenticatorData(bytes, site: site)
    guard let credential = data.credential else { throw .isMalformed }
    _ = try publicKey(cose: credential.publicKey)
    return credential
}

/// Checks an assertion (section 7.2): a sign-in.
/// - Returns: the counter to keep from now on.
public func checkPasskey(
    _ credential: PasskeyCredential, authenticatorData: [UInt8], clientDataJSON: [UInt8], signature: [UInt8], expected: [UInt8],
    origin: String, site: String
) throws(PasskeyRefusal) -> UInt32 {
    let client = try ClientData(json: clientDataJSON, purpose: .get, origin: origin)
    guard constantTimeEqual(client.challenge, expected) else { throw .answersAnotherChallenge }
    let data = try AuthenticatorData(authenticatorData, site: site)
    let key = try publicKey(cose: credential.publicKey)
    guard key.verifies(signature, of: authenticatorData + client.digest.bytes) else { throw .isForged }
    if data.counter != 0 || credential.counter != 0, data.counter <= credential.counter { throw .isCopied }
    return data.counter
}

/// Section 6.1: digest of the site, flags, counter, then perhaps a new credential, then perhaps extensions.
private struct AuthenticatorData {
    var counter: UInt32
    var credential: PasskeyCredential?

    init(_ bytes: [UInt8], site: String) throws(PasskeyRefusal) {
        guard (37...4096).contains(bytes.count) else { throw .isMalformed }
        guard Array(bytes[0..<32]) == Digest(site).bytes else { throw .isForAnotherSite }
        let flags = bytes[32]
        // UP: somebody was there; UV: the authenticator knows that it was its owner (finger, face, PIN).
        guard flags & 0x01 != 0, flags & 0x04 != 0 else { throw .lacksTheUser }
        counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var at = 37
        if flags & 0x40 != 0 {
            guard bytes.count >= 55 else { throw .isMalformed }
            let length = Int(bytes[53]) << 8 | Int(bytes[54])
            guard (1...1023).contains(length), 55 + length < bytes.count, let (_, end) = CBOR.read(bytes, from: 55 + length)
            else { throw .isMalformed }
            credential = PasskeyCredential(
                id: Array(bytes[55..<55 + length]), publicKey: Array(bytes[55 + length..<end]), counter: counter)
            at = end
        }
        if flags & 0x80 != 0 {
            guard let (extensions, end) = CBOR.read(bytes, from: at), case .map = extensions else { throw .isMalformed }
            at = end
        }
        guard at == bytes.count else { throw .isMalformed }
    }
}

/// A key in COSE's form (RFC 9053, section 7; RFC 8230 for RSA): ES256, RS256 or EdDSA.
private func publicKey(cose bytes: [UInt8]) throws(PasskeyRefusal) -> PublicKey {
    guard let (key, end) = CBOR.read(bytes), end == bytes.count else { throw .isMalformed }
    let made: PublicKey?
    switch (key[1]?.number, key[3]?.number, key[-1]?.number) {
    case (2, -7, 1): made = PublicKey(p256X: key[-2]?.bytes ?? [], y: key[-3]?.bytes ?? [])
    case (1, -8, 6): made = PublicKey(ed25519: key[-2]?.bytes ?? [])
    case (3, -257, _): made = PublicKey(rsaModulus: key[-1]?.bytes ?? [], exponent: key[-2]?.bytes ?? [])
    default: throw .usesAnotherAlgorithm
    }
    guard let made else { throw .isMalformed }
    return made
}
