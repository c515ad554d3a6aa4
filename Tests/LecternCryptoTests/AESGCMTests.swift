import LecternCrypto
import Testing

/// Vectors: the GCM specification submitted to NIST (McGrew and Viega), test cases 13 to 16.
@Suite struct AESGCMTests {
    private let key = hex("feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308")
    private let nonce = hex("cafebabefacedbaddecaf888")
    private let text = hex(
        """
        d9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b391aafd255
        """)
    private let cipher = hex(
        """
        522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa
        8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662898015ad
        """)

    @Test func `sealing gives the published vectors`() throws {
        let zero = [UInt8](repeating: 0, count: 32)
        let zeroNonce = [UInt8](repeating: 0, count: 12)
        #expect(AESGCM.seal([], key: zero, nonce: zeroNonce) == hex("530f8afbc74536b9a963b4f1c4cb738b"))
        #expect(
            AESGCM.seal([UInt8](repeating: 0, count: 16), key: zero, nonce: zeroNonce)
                == hex("cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919"))
        #expect(AESGCM.seal(text, key: key, nonce: nonce) == cipher + hex("b094dac5d93471bdec1a502270e3cc6c"))
        #expect(
            AESGCM.seal(
                Array(text.prefix(60)), key: key, nonce: nonce, authenticated: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
                == cipher.prefix(60) + hex("76fc6ece0f4e1768cddf8853bb2d551b"))
    }

    @Test func `what was sealed opens, an empty text too`() throws {
        for text in [[], text] {
            let sealed = AESGCM.seal(text, key: key, nonce: nonce, authenticated: [1, 2])
            #expect(try AESGCM.open(sealed, key: key, nonce: nonce, authenticated: [1, 2]) == text)
        }
    }

    @Test func `nothing that was changed opens`() {
        let sealed = AESGCM.seal(text, key: key, nonce: nonce, authenticated: [1, 2])
        for place in [0, 17, sealed.count - 1] {
            var changed = sealed
            changed[place] ^= 0x10
            #expect(throws: SealBroken()) { try AESGCM.open(changed, key: key, nonce: nonce, authenticated: [1, 2]) }
        }
        #expect(throws: SealBroken()) { try AESGCM.open(sealed, key: key, nonce: nonce, authenticated: [1, 3]) }
        #expect(throws: SealBroken()) { try AESGCM.open(sealed, key: key, nonce: hex("cafebabefacedbaddecaf889"), authenticated: [1, 2]) }
        #expect(throws: SealBroken()) { try AESGCM.open(Array(sealed.dropLast()), key: key, nonce: nonce, authenticated: [1, 2]) }
        #expect(throws: SealBroken()) { try AESGCM.open([1, 2, 3], key: key, nonce: nonce, authenticated: [1, 2]) }
        #expect(throws: SealBroken()) {
            try AESGCM.open(sealed, key: [UInt8](repeating: 1, count: 32), nonce: nonce, authenticated: [1, 2])
        }
    }
}
