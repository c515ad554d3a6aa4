import COpenSSL

/// Bytes that nobody can guess, for keys and tokens (OpenSSL's generator, seeded by the system).
/// - Throws: `NoRandomness` when the system gives none: make no key then.
public func randomBytes(_ count: Int) throws(NoRandomness) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&out, Int32(count)) == 1 else { throw NoRandomness() }
    return out
}

public struct NoRandomness: Error {}
