import COpenSSL

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1).
/// - Parameter key: of any length; 32 random bytes are the usual.
/// - Returns: 32 bytes.
public func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    // An empty key is a valid one, and OpenSSL takes a null pointer for "the key of last time".
    let keyBytes = key.isEmpty ? [0] : key
    guard HMAC(EVP_sha256(), keyBytes, Int32(key.count), message, message.count, &out, &count) != nil, count == 32 else {
        outOfMemory("an authentication code")
    }
    return out
}

/// Whether two secrets are the same, in a time that depends on their lengths alone: never compare tokens, codes or
/// authentication codes with `==`, which tells by its time how many first bytes were right.
public func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}
