import Testing

@testable import LecternBuild

@Suite struct AddressTests {
    private let address = Address(origin: "https://me.example", root: "/learn/")

    @Test func `paths are escaped as UTF-8, below the site's root`() {
        #expect(address.url("courses/变量 #1/") == "/learn/courses/%E5%8F%98%E9%87%8F%20%231/")
        #expect(address.url("it's (50%)?.txt") == "/learn/it's%20(50%25)%3F.txt".replacing("'", with: "%27"))
        #expect(address.absolute("") == "https://me.example/learn/")
    }

    @Test func `what a creator wrote is left alone where it leads elsewhere, and not escaped twice`() {
        #expect(address.url(written: "https://x.example/?a=1#b") == "https://x.example/?a=1#b")
        #expect(address.url(written: "//x.example/") == "//x.example/")
        #expect(address.url(written: "/about/?a=1#团") == "/learn/about/?a=1#%E5%9B%A2")
        #expect(address.url(written: "/a%20b/") == "/learn/a%20b/")
    }

    @Test(arguments: [("a%20b", "a b"), ("%E5%8F%98", "变"), ("a", "a"), ("%", nil), ("%2", nil), ("%zz", nil), ("%FF", nil)] as [(String, String?)])
    func `escapes are undone, or refused`(text: String, expected: String?) {
        #expect(percentDecoded(text[...]) == expected)
    }

    @Test(arguments: [
        ("b", "a", "a/b"), ("../b", "a/c", "a/b"), ("./b/./c", "a", "a/b/c"), ("../../x", "a", nil), ("..", "a", ""), ("a//b", "", "a/b"),
    ] as [(String, String, String?)])
    func `a relative path never leads out`(path: String, folder: String, expected: String?) {
        #expect(resolvedPath(path[...], in: folder) == expected)
    }

    @Test(arguments: [("mailto:a@b", true), ("https://x", true), ("a/b:c", false), (":x", false), ("2a:b", false), ("tel:1", true), ("a", false)])
    func `a scheme is told from a file's name`(text: String, expected: Bool) { #expect(hasScheme(text) == expected) }
}

@Suite struct JSONTests {
    @Test func `no text can end the script that it stands in, and keys keep their order`() {
        var out: [UInt8] = []
        JSON.object([("b", .text("</script>&\"\\\n\u{1}\u{2028}é")), ("a", .list([1, true, .list([])]))]).write(to: &out)
        #expect(
            String(decoding: out, as: UTF8.self)
                == "{\"b\":\"\\u003c/script\\u003e\\u0026\\\"\\\\\\n\\u0001\u{2028}é\",\"a\":[1,true,[]]}")
    }
}
