import COpenSSL

/// A certificate as Alipay names it: the MD5 of its issuer, the last part first, and of its serial as a decimal ("公钥证书签名").
public struct AlipayCertificate: Sendable, Equatable {
    public let name: String
    /// Whether it was signed with RSA: of Alipay's root certificates only those count.
    let isRSA: Bool

    public init?(pem: String) {
        guard let certificate = readCertificate(pem: pem) else { return nil }
        defer { X509_free(certificate) }
        self.init(certificate)
    }

    fileprivate init?(_ certificate: OpaquePointer) {
        guard let issuer = X509_get_issuer_name(certificate), let out = BIO_new(BIO_s_mem()),
            let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
        else { return nil }
        defer {
            BIO_free(out)
            BN_free(number)
        }
        guard lectern_print_name(out, issuer) >= 0, let digits = BN_bn2dec(number) else { return nil }
        defer { CRYPTO_free(digits, #fileID, #line) }
        var text = [UInt8](repeating: 0, count: 4096)
        let count = BIO_read(out, &text, Int32(text.count))
        guard count > 0 else { return nil }
        name = LegacyDigest.md5.hex(Array(text.prefix(Int(count))) + Array(String(cString: digits).utf8))
        var algorithm: Int32 = 0
        isRSA = OBJ_find_sigid_algs(X509_get_signature_nid(certificate), nil, &algorithm) == 1 && algorithm == NID_rsaEncryption
    }
}

/// The names of those root certificates of Alipay's that are RSA, joined with `_`.
/// - Returns: nil when there is none.
public func alipayRootSerial(_ pem: String) -> String? {
    let end = "-----END CERTIFICATE-----"
    let names = pem.split(separator: end).filter { $0.contains("BEGIN CERTIFICATE") }
        .compactMap { AlipayCertificate(pem: $0 + end + "\n") }.filter(\.isRSA).map(\.name)
    return names.isEmpty ? nil : names.joined(separator: "_")
}
