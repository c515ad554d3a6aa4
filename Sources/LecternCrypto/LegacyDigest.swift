import COpenSSL

/// Digests that protect nothing any more, where somebody else's format is made of them: WeChat Pay's bills, Alipay's names of certificates.
public enum LegacyDigest: Sendable {
    case md5, sha1

    /// Lower-case hexadecimal.
    public func hex(_ data: [UInt8]) -> String {
        let kind = self == .md5 ? EVP_md5() : EVP_sha1()
        var out = [UInt8](repeating: 0, count: 20), count: UInt32 = 0
        guard EVP_Digest(data, data.count, &out, &count, kind, nil) == 1 else { outOfMemory("a digest") }
        return out.prefix(Int(count)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
