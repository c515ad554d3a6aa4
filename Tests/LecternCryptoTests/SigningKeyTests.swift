import LecternCrypto
import Testing

/// Signatures themselves are held to the providers' own libraries, in Tests/Companion.
@Suite struct SigningKeyTests {
    @Test func `what is no key, or too short a one, is none`() {
        for text in ["", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "AAAA", "not base64!", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"] {
            #expect(SigningKey(text) == nil)
            #expect(PublicKey(rsa: text) == nil)
            #expect(Certificate(pem: text) == nil)
            #expect(AlipayCertificate(pem: text) == nil)
            #expect(alipayRootSerial(text) == nil)
        }
        // Ed25519 (RFC 8410, section 10.3): a key, and not RSA.
        #expect(SigningKey("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC") == nil)
        #expect(PublicKey(rsa: "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=") == nil)
    }

    /// RFC 1321, appendix A.5, and FIPS 180-4's example.
    @Test func `old digests agree with their standards`() {
        #expect(LegacyDigest.md5.hex(Array("abc".utf8)) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(LegacyDigest.sha1.hex(Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(LegacyDigest.md5.hex([]) == "d41d8cd98f00b204e9800998ecf8427e")
    }
}
