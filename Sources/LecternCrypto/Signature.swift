import COpenSSL

/// A key that signatures are checked with. What signs is a `SigningKey`.
public struct PublicKey: Sendable, Equatable {
    public enum Algorithm: Sendable, Equatable {
        /// ECDSA on P-256 with SHA-256; signatures in DER.
        case es256
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        case rs256
        /// Ed25519.
        case edDSA
    }

    public let algorithm: Algorithm
    /// SubjectPublicKeyInfo (RFC 5280) in DER: what OpenSSL reads.
    let der: [UInt8]

    /// A point on P-256.
    /// - Returns: nil when there is no such point.
    public init?(p256X x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32 else { return nil }
        // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 4, x, y } }
        self.init(
            .es256,
            der: [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE,
                0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04] + x + y)
    }

    public init?(ed25519 point: [UInt8]) {
        guard point.count == 32 else { return nil }
        self.init(.edDSA, der: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + point)
    }

    /// - Parameters:
    ///   - modulus: big-endian; 2048 to 8192 bits are taken.
    ///   - exponent: big-endian; odd, 3 to 4 bytes' worth.
    public init?(rsaModulus modulus: [UInt8], exponent: [UInt8]) {
        let modulus = Array(modulus.drop { $0 == 0 }), exponent = Array(exponent.drop { $0 == 0 })
        guard (256...1024).contains(modulus.count), (1...4).contains(exponent.count), let last = exponent.last, last & 1 == 1,
            exponent != [1]
        else { return nil }
        let key = DER.sequence(DER.unsigned(modulus) + DER.unsigned(exponent))
        let algorithm: [UInt8] = [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00]
        self.init(.rs256, der: DER.sequence(algorithm + DER.element(0x03, [0] + key)))
    }

    /// - Parameter der: that OpenSSL wrote.
    init?(rsaDER der: [UInt8]) { self.init(.rs256, der: der) }

    private init?(_ algorithm: Algorithm, der: [UInt8]) {
        self.algorithm = algorithm
        self.der = der
        // OpenSSL looks whether the point lies on its curve.
        guard withKey({ _ in true }) == true else { return nil }
    }

    /// - Returns: false for a signature by another key, of another message, or that is none.
    public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard !signature.isEmpty, signature.count <= 2048 else { return false }
        return withKey { key in
            guard let context = EVP_MD_CTX_new() else { outOfMemory("a signature") }
            defer { EVP_MD_CTX_free(context) }
            let digest = algorithm == .edDSA ? nil : EVP_sha256()
            guard EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1 else { return false }
            return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        } ?? false
    }

    private func withKey<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
        der.withUnsafeBufferPointer { der in
            var start = der.baseAddress
            guard let key = d2i_PUBKEY(nil, &start, der.count) else { return nil }
            defer { EVP_PKEY_free(key) }
            return body(key)
        }
    }
}

/// As much of DER (X.690) as a public key takes.
private enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 128 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 0xFF), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { element(0x30, content) }

    static func unsigned(_ bigEndian: [UInt8]) -> [UInt8] {
        element(0x02, (bigEndian.first ?? 0) >= 0x80 ? [0] + bigEndian : bigEndian)
    }
}
