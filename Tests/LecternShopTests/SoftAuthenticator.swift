import COpenSSL
import LecternCrypto

@testable import LecternShop

/// An authenticator in software, as WebAuthn Level 2 describes one: it keeps one key, and signs what a browser tells it.
final class SoftAuthenticator {
    enum Kind: CaseIterable { case es256, rs256, edDSA }

    let kind: Kind
    let credential: [UInt8]
    var counter: UInt32
    var origin = "http://localhost:4000"
    var site = "localhost"
    /// User present, user verified.
    var flags: UInt8 = 0x05
    private let key: OpaquePointer

    init(_ kind: Kind = .es256, counter: UInt32 = 1) {
        self.kind = kind
        self.counter = counter
        credential = Array("credential of \(kind)".utf8)
        let id = switch kind {
        case .es256: EVP_PKEY_EC
        case .rs256: EVP_PKEY_RSA
        case .edDSA: EVP_PKEY_ED25519
        }
        let context = EVP_PKEY_CTX_new_id(Int32(id), nil)!
        defer { EVP_PKEY_CTX_free(context) }
        precondition(EVP_PKEY_keygen_init(context) == 1)
        if kind == .es256 { precondition(EVP_PKEY_CTX_set_group_name(context, "prime256v1") == 1) }
        var made: OpaquePointer?
        precondition(EVP_PKEY_keygen(context, &made) == 1)
        key = made!
    }

    deinit { EVP_PKEY_free(key) }

    private var der: [UInt8] {
        var out: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &out)
        defer { CRYPTO_free(out, #file, #line) }
        return Array(UnsafeBufferPointer(start: out, count: Int(count)))
    }

    var cose: [UInt8] {
        var out: [UInt8]
        switch kind {
        case .es256:
            out = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]
            out += Array(der.suffix(64).prefix(32))
            out += [0x22, 0x58, 0x20]
            out += Array(der.suffix(32))
        case .edDSA:
            out = [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]
            out += Array(der.suffix(32))
        case .rs256:
            // The modulus is followed by the head of an integer of three bytes, and that integer.
            out = [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00]
            out += Array(der.dropLast(5).suffix(256))
            out += [0x21, 0x43, 0x01, 0x00, 0x01]
        }
        return out
    }

    func clientData(_ type: String, _ challenge: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)","crossOrigin":false}"#.utf8)
    }

    private func data(attested: Bool) -> [UInt8] {
        var out = Digest(site).bytes + [attested ? flags | 0x40 : flags]
        withUnsafeBytes(of: counter.bigEndian) { out += $0 }
        if attested { out += [UInt8](repeating: 0, count: 16) + [0, UInt8(credential.count)] + credential + cose }
        return out
    }

    func register(_ challenge: String, name: String = "My phone") -> NewPasskey {
        let data = data(attested: true)
        var object: [UInt8] = [0xA3, 0x63]
        object += Array("fmt".utf8)
        object.append(0x64)
        object += Array("none".utf8)
        object.append(0x67)
        object += Array("attStmt".utf8)
        object += [0xA0, 0x68]
        object += Array("authData".utf8)
        object += data.count < 256 ? [0x58, UInt8(data.count)] : [0x59, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
        return NewPasskey(clientDataJSON: clientData("webauthn.create", challenge), attestationObject: object + data, name: name)
    }

    func answer(_ challenge: String) -> PasskeyAnswer {
        let client = clientData("webauthn.get", challenge), data = data(attested: false)
        let message = data + Digest(client).bytes
        let context = EVP_MD_CTX_new()!
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 1024), count = signature.count
        precondition(EVP_DigestSignInit(context, nil, kind == .edDSA ? nil : EVP_sha256(), nil, key) == 1)
        precondition(EVP_DigestSign(context, &signature, &count, message, message.count) == 1)
        return PasskeyAnswer(
            id: base64URL(credential), clientDataJSON: client, authenticatorData: data, signature: Array(signature.prefix(count)), userHandle: nil)
    }
}
