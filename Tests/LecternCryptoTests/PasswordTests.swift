import LecternCrypto
import Testing

@Suite struct PasswordTests {
    private let cost = PasswordHash.Cost(logN: 10, blockSize: 8, parallel: 2)

    @Test func `a password is hashed as Python's scrypt hashes it`() {
        let hash = PasswordHash("pässword 密码", salt: Array(0..<16), cost: cost)
        #expect(hash.text == "$scrypt$ln=10,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$1Ph5dajQKrb6Biw4avWDApR1CRycxT3s-qsitukIqjo")
    }

    @Test func `the right password matches, any other does not`() throws {
        let kept = try #require(PasswordHash(text: PasswordHash("correct horse", salt: Array(0..<16), cost: cost).text))
        #expect(kept.matches("correct horse"))
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] { #expect(!kept.matches(wrong)) }
    }

    @Test func `what was hashed more cheaply is outdated`() {
        #expect(PasswordHash("x", salt: Array(0..<16), cost: cost).isOutdated)
        #expect(!PasswordHash("x", salt: Array(0..<16)).isOutdated)
    }

    @Test func `a damaged or planted hash is none, and takes no memory`() {
        let good = PasswordHash("x", salt: Array(0..<16), cost: cost).text
        #expect(PasswordHash(text: good) != nil)
        for (part, other) in [("ln=10", "ln=30"), ("ln=10", "ln=0"), ("r=8", "r=99"), ("p=2", "p=0"), ("p=2", "p=-1"), ("$scrypt", "$argon2"), ("ln=10,r=8", "r=8,ln=10")] {
            #expect(PasswordHash(text: good.replacing(part, with: other)) == nil)
        }
        for broken in ["", "$", "$$$$", String(good.dropLast()), good + "$"] { #expect(PasswordHash(text: broken) == nil) }
        #expect(!"\(PasswordHash("x", salt: Array(0..<16), cost: cost))".contains("$"))
    }
}
