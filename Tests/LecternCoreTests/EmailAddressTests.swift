import LecternCore
import Testing

@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("Li.Lei@Example.com", "li.lei@example.com"), ("  a@b.cn  ", "a@b.cn"), ("李雷@例子.中国", "李雷@例子.中国"),
        ("o'neil+course@mail.example.co.uk", "o'neil+course@mail.example.co.uk"), ("x_1@sub-domain.example", "x_1@sub-domain.example"),
    ])
    func `what people type is read, in lower case`(typed: String, kept: String) {
        #expect(EmailAddress(typed)?.text == kept)
    }

    @Test(arguments: [
        "", "@", "a@", "@b.cn", "a@b", "a b@c.cn", "a@b@c.cn", ".a@b.cn", "a..b@c.cn", "a@.cn", "a@b..cn", "a@-b.cn", "a@b-.cn",
        "a@b.cn\r\nBcc: c@d.cn", "a\u{0}@b.cn", "a\u{202E}@b.cn", "\"a b\"@c.cn", "a@[127.0.0.1]", "a,b@c.cn", "a<b@c.cn", "a@b.cn.",
        "a@" + String(repeating: "b.", count: 130) + "cn", String(repeating: "a", count: 65) + "@b.cn",
    ])
    func `what could not be sent to is refused`(typed: String) {
        #expect(EmailAddress(typed) == nil)
    }

    @Test func `a masked address keeps its host and hides who`() {
        #expect(EmailAddress("lilei@example.com")?.masked == "l…@example.com")
    }
}
