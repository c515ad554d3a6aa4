import LecternCrypto
import Testing

@Suite struct KeyDerivationTests {
    @Test func `HKDF gives what RFC 5869 prints for SHA-256`() {
        // Appendix A.1
        #expect(
            hkdfSHA256(
                [UInt8](repeating: 0x0b, count: 22), salt: hex("000102030405060708090a0b0c"),
                info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
                == hex("3cb25f25faacd57a90434f64d0362f2a 2d2d0a90cf1a5a4c5db02d56ecc4c5bf 34007208d5b887185865"))
        // Appendix A.2
        #expect(
            hkdfSHA256(Array(0x00...0x4f), salt: Array(0x60...0xaf), info: Array(0xb0...0xff), count: 82)
                == hex(
                    """
                    b11e398dc80327a1c8e7f78c596a4934 4f012eda2d4efad8a050cc4c19afa97c 59045a99cac7827271cb41c65e590e09
                    da3275600c2f09b8367793a9aca3db71 cc30c58179ec3e87c14c01d5c1f3434f 1d87
                    """))
        // Appendix A.3: neither salt nor info
        #expect(
            hkdfSHA256([UInt8](repeating: 0x0b, count: 22), info: [], count: 42)
                == hex("8da4e775a563c18f715f802a063c5a31 b8a11f5c5ee1879ec3454e5f3c738d2d 9d201395faa4b61a96c8"))
    }

    @Test func `HMAC gives what RFC 4231 prints`() {
        #expect(
            hmacSHA256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == hex("5bdcc146bf60754e6a042426089575c7 5a003f089d2739839dec58b964ec3843"))
        // Test case 6: a key longer than a block
        #expect(
            hmacSHA256(
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: [UInt8](repeating: 0xaa, count: 131))
                == hex("60e431591ee0b67f0d8a26aacbf5b77f 8e0bc6213728c5140546040f0ee37f54"))
    }

    @Test func `parts of a key's name cannot run into each other`() {
        #expect(keyInfo(["a/b", "c"]) != keyInfo(["a", "b/c"]))
        #expect(keyInfo(["ab"]) != keyInfo(["a", "b"]))
        #expect(keyInfo(["a", ""]) != keyInfo(["a"]))
        #expect(keyInfo(["课", "x"]) == hex("00000003 e8afbe 00000001 78"))
    }

    @Test func `secrets are compared whole`() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual([], []))
    }

    @Test func `random bytes are as many as asked for, and never the same`() throws {
        let a = try randomBytes(32)
        #expect(a.count == 32)
        #expect(try randomBytes(32) != a)
        #expect(try randomBytes(0) == [])
    }
}
