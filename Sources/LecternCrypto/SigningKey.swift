import COpenSSL
import Foundation

/// An RSA key that signs: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), as WeChat Pay and Alipay want it.
///
/// What it holds is freed with its last user, and never printed.
public final class SigningKey: Sendable {
    /// `EVP_PKEY`, which nobody changes after it is made; OpenSSL counts its users with atomics, and signing takes a context of its
    /// own for each signature.
    private nonisolated(unsafe) let key: OpaquePointer

    /// - Parameter text: PEM (PKCS #8 or PKCS #1), or only its base64, as Alipay's tools write it.
    /// - Returns: nil for anything else, for a key that is no RSA key, or one below 2048 bits.
    public init?(_ text: String) {
        guard let der = derBytes(of: text, pem: ["PRIVATE KEY", "RSA PRIVATE KEY"]) else { return nil }
        let read = der.withUnsafeBufferPointer { der in
            var start = der.baseAddress
            return d2i_AutoPrivateKey(nil, &start, der.count)
        }
        guard let read else { return nil }
        guard EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA, EVP_PKEY_get_bits(read) >= 2048 else {
            EVP_PKEY_free(read)
            return nil
        }
        key = read
    }

    deinit { EVP_PKEY_free(key) }

    public func signature(of message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { outOfMemory("a signature") }
        defer { EVP_MD_CTX_free(context) }
        var count = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        else { outOfMemory("a signature") }
        return Array(signature.prefix(count))
    }

    /// What its signatures are checked with.
    public var publicKey: PublicKey? { PublicKey(key) }
}

/// An X.509 certificate, of which the chain is not looked at: it came from the operator, or authenticated.
public struct Certificate: Sendable, Equatable {
    public let publicKey: PublicKey
    /// Hexadecimal digits in capitals, as WeChat Pay names it.
    public let serial: String

    /// - Parameter pem: the first certificate in it counts.
    /// - Returns: nil for anything else, and for one whose key is no RSA key of 2048 bits at least.
    public init?(pem: String) {
        guard let certificate = readCertificate(pem: pem) else { return nil }
        defer { X509_free(certificate) }
        guard let key = X509_get0_pubkey(certificate), let publicKey = PublicKey(key),
            let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
        else { return nil }
        defer { BN_free(number) }
        guard let digits = BN_bn2hex(number) else { outOfMemory("a certificate's number") }
        defer { CRYPTO_free(digits, #fileID, #line) }
        self.publicKey = publicKey
        serial = String(cString: digits)
    }
}

extension PublicKey {
    /// - Parameter text: PEM ("PUBLIC KEY"), or only its base64, as Alipay shows it.
    /// - Returns: nil for anything else, and for a key that is no RSA key of 2048 bits at least.
    public init?(rsa text: String) {
        guard let der = derBytes(of: text, pem: ["PUBLIC KEY"]) else { return nil }
        let read = der.withUnsafeBufferPointer { der in
            var start = der.baseAddress
            return d2i_PUBKEY(nil, &start, der.count)
        }
        guard let read else { return nil }
        defer { EVP_PKEY_free(read) }
        self.init(read)
    }

    fileprivate init?(_ key: OpaquePointer) {
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, EVP_PKEY_get_bits(key) >= 2048 else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &bytes)
        guard count > 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, #fileID, #line) }
        self.init(rsaDER: Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
    }
}

/// The first certificate in a PEM; the caller frees it.
func readCertificate(pem: String) -> OpaquePointer? {
    guard pem.contains("-----BEGIN "), let der = derBytes(of: pem, pem: ["CERTIFICATE"]) else { return nil }
    return der.withUnsafeBufferPointer { der in
        var start = der.baseAddress
        return d2i_X509(nil, &start, der.count)
    }
}

/// What stands between a PEM's marks (RFC 7468), or the whole text where it has none.
private func derBytes(of text: String, pem names: [String]) -> [UInt8]? {
    var base64 = Substring(text)
    if text.contains("-----BEGIN ") {
        let marks = names.lazy.map { ("-----BEGIN \($0)-----", "-----END \($0)-----") }
        guard let (open, close) = marks.first(where: { text.contains($0.0) }), let start = text.firstRange(of: open)?.upperBound,
            let end = text[start...].firstRange(of: close)?.lowerBound
        else { return nil }
        base64 = text[start..<end]
    }
    let compact = base64.filter { !$0.isWhitespace }
    guard let data = Data(base64Encoded: String(compact)), !data.isEmpty, data.count <= 64 << 10 else { return nil }
    return Array(data)
}
