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
