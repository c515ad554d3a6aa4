import LecternCrypto
import Testing

@Suite struct TokenTests {
    @Test func `base64url is RFC 4648's, and each value has one text`() {
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy")] {
            #expect(base64URL(Array(bytes.utf8)) == text)
            #expect(LecternCrypto.bytes(base64URL: text) == Array(bytes.utf8))
        }
        #expect(base64URL([0xFB, 0xFF, 0xBF]) == "-_-_")
        for wrong in ["Z", "Zh", "Zm9", "Zg==", "Zm9v+", "Z g", "Zm9vYg\u{0}", "Zé"] { #expect(LecternCrypto.bytes(base64URL: wrong) == nil) }
    }

    @Test func `a token is found again by its digest, and shows itself nowhere`() {
        let token = Token(random: Array(0..<32))
        #expect(token.text.utf8.count == 43)
        #expect(Token(text: token.text)?.digest == Digest(Array(0..<32)))
        #expect(!"\(token)".contains(token.text) && !String(reflecting: token).contains(token.text))
        for wrong in ["", "A", String(token.text.dropLast()), token.text + "A", token.text.dropLast() + "!"] { #expect(Token(text: wrong) == nil) }
    }

    @Test func `an id has 26 letters, none of which is taken for another`() {
        #expect(identifierText(random: [UInt8](repeating: 0, count: 16)) == String(repeating: "0", count: 26))
        #expect(identifierText(random: [UInt8](repeating: 0xFF, count: 16)) == String(repeating: "z", count: 25) + "w")
        #expect(identifierText(random: Array(0..<16)) == "000g40r40m30e209185gr38e1w")
        #expect(!identifierText(random: Array(16..<32)).contains { "ilou".contains($0) })
    }

    @Test func `a code has six digits, and the bytes that would favour small ones are thrown away`() {
        var rolls: [[UInt8]] = [[0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xF1, 0x3D, 0x80], [0, 0, 0, 42]]
        #expect(sixDigits { _ in rolls.removeFirst() } == "000042")
        #expect(rolls.isEmpty)
    }

    @Test func `the same digits of another learner are kept as other bytes, and another site's as well`() {
        let secret = SiteSecret(bytes: Array(0..<32))!, other = SiteSecret(bytes: Array(1...32))!
        #expect(secret.codeDigest("123456", of: "a") == secret.codeDigest("123456", of: "a"))
        #expect(secret.codeDigest("123456", of: "a") != secret.codeDigest("123456", of: "b"))
        #expect(secret.codeDigest("123456", of: "a") != other.codeDigest("123456", of: "a"))
    }

    @Test func `what waits to be mailed opens with the site's secret alone`() {
        let secret = SiteSecret(bytes: Array(0..<32))!
        let sealed = secret.sealed(mail: Array("123456".utf8), nonce: Array(0..<12))
        #expect(secret.opened(mail: sealed) == Array("123456".utf8))
        #expect(SiteSecret(bytes: Array(1...32))!.opened(mail: sealed) == nil)
        #expect(secret.opened(mail: "AAAA") == nil && secret.opened(mail: "?") == nil)
    }
}
