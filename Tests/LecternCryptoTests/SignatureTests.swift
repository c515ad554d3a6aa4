import LecternCrypto
import Testing

@Suite struct SignatureTests {
    /// RFC 6979, appendix A.2.5: P-256 with SHA-256, message "sample"; r and s put into DER.
    private let x = hex("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6")
    private let y = hex("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")
    private let signature = hex(
        "3046 022100 EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716 022100 F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")

    @Test func `ECDSA agrees with RFC 6979`() throws {
        let key = try #require(PublicKey(p256X: x, y: y))
        #expect(key.verifies(signature, of: Array("sample".utf8)))
        #expect(!key.verifies(signature, of: Array("Sample".utf8)))
        var changed = signature
        changed[20] ^= 1
        #expect(!key.verifies(changed, of: Array("sample".utf8)))
        #expect(!key.verifies([], of: Array("sample".utf8)))
        #expect(!key.verifies(Array(signature.dropLast()), of: Array("sample".utf8)))
    }

    /// RFC 8032, section 7.1, test 2.
    @Test func `Ed25519 agrees with RFC 8032`() throws {
        let key = try #require(PublicKey(ed25519: hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")))
        let signature = hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.verifies(signature, of: [0x72]))
        #expect(!key.verifies(signature, of: [0x73]))
    }

    @Test func `what is no key is none`() {
        var off = y
        off[31] ^= 1
        #expect(PublicKey(p256X: x, y: off) == nil)
        #expect(PublicKey(p256X: Array(x.dropLast()), y: y) == nil)
        #expect(PublicKey(p256X: [UInt8](repeating: 0, count: 32), y: [UInt8](repeating: 0, count: 32)) == nil)
        #expect(PublicKey(ed25519: [1, 2, 3]) == nil)
        let modulus = [UInt8](repeating: 0xAB, count: 255) + [0xAB]
        #expect(PublicKey(rsaModulus: modulus, exponent: [1, 0, 1]) != nil)
        for (modulus, exponent) in [(Array(modulus.dropLast()), [1, 0, 1]), (modulus, [1]), (modulus, [2]), (modulus, []), (modulus, [1, 0, 0, 0, 1])] as [([UInt8], [UInt8])] {
            #expect(PublicKey(rsaModulus: modulus, exponent: exponent) == nil)
        }
    }
}
