import COpenSSL

/// A SHA-256 digest (FIPS 180-4).
public struct Digest: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    public init(_ data: UnsafeRawBufferPointer) {
        var out = [UInt8](repeating: 0, count: 32)
        // EVP_Digest fails only when memory is exhausted; there is nothing sensible left to do then.
        guard EVP_Digest(data.baseAddress, data.count, &out, nil, EVP_sha256(), nil) == 1 else {
            fatalError("OpenSSL has no memory for a digest")
        }
        bytes = out
    }

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    public init(_ data: [UInt8]) {
        self = data.withUnsafeBytes { Digest($0) }
    }

    public init(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// Lower-case hexadecimal, the first `count` bytes of the digest.
    public func hex(_ count: Int = 32) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.prefix(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// The SHA-256 digest of bytes that come piece by piece. For one thread.
public final class StreamDigest {
    private let context: OpaquePointer

    public init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { outOfMemory("a digest") }
        self.context = context
    }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { outOfMemory("a digest") }
    }

    /// Of everything that `update` was given. Called once.
    public func digest() -> Digest {
        var out = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &out, nil) == 1, let digest = Digest(bytes: out) else { outOfMemory("a digest") }
        return digest
    }

    deinit { EVP_MD_CTX_free(context) }
}
