import COpenSSL

/// HKDF with SHA-256 (RFC 5869): a key for one purpose out of a secret.
/// - Parameters:
///   - secret: the input keying material, as random as the result has to be; never a password.
///   - salt: may be empty.
///   - info: what the key is for; put the parts of it together with `keyInfo`.
///   - count: bytes wanted, 1 to 8160.
public func hkdfSHA256(_ secret: [UInt8], salt: [UInt8] = [], info: [UInt8], count: Int = 32) -> [UInt8] {
    precondition((1...8160).contains(count), "HKDF gives 1 to 8160 bytes")
    // Two steps of HMAC, as the RFC writes them: OpenSSL's own HKDF takes its arguments as a list of untyped parameters,
    // longer to write and to check than this.
    let extracted = hmacSHA256(secret, key: salt)
    var out: [UInt8] = []
    var block: [UInt8] = []
    var counter: UInt8 = 1
    while out.count < count {
        block = hmacSHA256(block + info + [counter], key: extracted)
        out += block
        counter &+= 1
    }
    return Array(out.prefix(count))
}

/// The parts of an `info`, each with its length before it (4 bytes, big-endian), so that no two lists of parts give the
/// same bytes: `["a/b", "c"]` and `["a", "b/c"]` name different keys.
public func keyInfo(_ parts: [String]) -> [UInt8] {
    var out: [UInt8] = []
    for part in parts {
        let bytes = Array(part.utf8)
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { out += $0 }
        out += bytes
    }
    return out
}
