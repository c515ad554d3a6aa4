import LecternCore
import LecternCrypto
import Testing

@Suite struct SealedFileTests {
    private let secret = SiteSecret(bytes: Array(0..<32))!
    private var key: LessonKey { lessonKey(secret: secret, course: "python", lesson: "python/lists", epoch: 1) }
    private let path = "courses/python/lists/text"

    private func seal(_ text: [UInt8], _ path: String? = nil, chunkBytes: Int = 10) -> [UInt8] {
        sealFile(text, path: path ?? self.path, key: key, secret: secret, epoch: 1, chunkBytes: chunkBytes)
    }

    @Test(arguments: [0, 1, 9, 10, 11, 20, 35])
    func `what is sealed opens again, whatever its length`(count: Int) throws {
        let text = (0..<count).map { UInt8($0) }
        let sealed = seal(text)
        #expect(sealed.count == 40 + count + 16 * max(1, (count + 9) / 10))
        #expect(try openSealedFile(sealed, path: path, key: key) == text)
    }

    @Test func `the same bytes at the same place give the same file, others another key`() {
        let text = Array("abc".utf8)
        #expect(seal(text) == seal(text))
        let salts = [seal(text), seal(text, "courses/python/lists/other"), seal(Array("abd".utf8))].map { Array($0[12..<28]) }
        #expect(Set(salts).count == 3)
    }

    @Test func `a changed bit anywhere is refused`() {
        let sealed = seal((0..<25).map { UInt8($0) })
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: SealBroken()) { try openSealedFile(changed, path: path, key: key) }
        }
    }

    @Test func `a file cut short, lengthened or with its chunks in another order is refused`() {
        let sealed = seal((0..<30).map { UInt8($0) })
        for count in [0, 7, 39, 40, 66, 92, sealed.count - 1] {
            #expect(throws: SealBroken()) { try openSealedFile(Array(sealed.prefix(count)), path: path, key: key) }
        }
        #expect(throws: SealBroken()) { try openSealedFile(sealed + [0], path: path, key: key) }
        let (head, first, second, last) = (sealed[..<40], sealed[40..<66], sealed[66..<92], sealed[92...])
        #expect(throws: SealBroken()) { try openSealedFile(Array(head + second + first + last), path: path, key: key) }
        // Cut at the end of a chunk, with a header that says so.
        var shorter = Array(head + first + second)
        shorter[39] = 20
        #expect(throws: SealBroken()) { try openSealedFile(shorter, path: path, key: key) }
    }

    @Test func `another path, lesson, course or epoch does not open it`() {
        let sealed = seal([1, 2, 3])
        #expect(throws: SealBroken()) { try openSealedFile(sealed, path: "courses/python/lists/plan.pdf", key: key) }
        for other in [
            lessonKey(secret: secret, course: "python", lesson: "python/loops", epoch: 1),
            lessonKey(secret: secret, course: "go", lesson: "python/lists", epoch: 1),
            lessonKey(secret: secret, course: "python", lesson: "python/lists", epoch: 2),
            lessonKey(secret: SiteSecret(bytes: Array(1...32))!, course: "python", lesson: "python/lists", epoch: 1),
        ] { #expect(throws: SealBroken()) { try openSealedFile(sealed, path: path, key: other) } }
    }

    @Test func `the example in docs/sealed.md is what this program makes`() {
        // Made by another program (Tests/Browser/sealed_file.py), too.
        #expect(key.base64URL == "Uwsyi81S5MAcaEmFrLF7Td4cPO2-cGlgSJuzFF2xHNE")
        #expect(
            seal(Array("hello\n".utf8), chunkBytes: 1 << 20)
                == hex(
                    """
                    6c65637465726e01 00000001 3310b6d45d32eba2010f33bb72ea785f 00100000 0000000000000006
                    201fb39758d2 2bbdd2e394ef3740e4d827c4dea1ca4a
                    """))
    }

    @Test func `a secret is 64 hexadecimal digits, and shows itself to nobody`() throws {
        let text = secret.fileText
        #expect(text == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n")
        #expect(SiteSecret(hexadecimal: text.utf8) == secret)
        #expect(SiteSecret(hexadecimal: (" " + text.uppercased() + "\r\n").utf8) == secret)
        for wrong in ["", "00", text + "00", String(text.dropLast(3)), "x" + text.dropFirst(2)] {
            #expect(SiteSecret(hexadecimal: wrong.utf8) == nil, "\(wrong)")
        }
        var shown = ""
        dump(secret, to: &shown)
        dump(key, to: &shown)
        #expect(!"\(secret) \(key) \(String(reflecting: key)) \(shown)".contains("1a"))
        #expect(try SiteSecret.random() != SiteSecret.random())
    }
}
