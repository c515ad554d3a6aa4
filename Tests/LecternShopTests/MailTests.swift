import LecternCore
import LecternPayments
import LecternStore
import Synchronization
import Testing

@testable import LecternShop

@Suite struct MailTests {
    private let sender = MailSender(name: "安的课 <evil>", address: EmailAddress("courses@me.example")!)

    private func mail(subject: String = "您的课程已开通", text: String = "Hello") -> Mail {
        Mail(key: "k", to: World.ann, subject: subject, text: text, html: "<p>Hello</p>", language: "zh")
    }

    private func message(_ mail: Mail) -> String {
        String(decoding: mail.message(from: sender, at: Instant(seconds: 1_764_000_000)), as: UTF8.self)
    }

    @Test func `a mail is ASCII, in short lines, with both bodies and a Message-ID of its own`() {
        let lines = message(mail(text: String(repeating: "学", count: 500))).split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        #expect(lines.contains("To: ann@example.com"))
        #expect(lines.contains("Date: Mon, 24 Nov 2025 16:00:00 +0000"))
        #expect(lines.contains("Content-Type: text/plain; charset=utf-8") && lines.contains("Content-Type: text/html; charset=utf-8"))
        #expect(lines.first { $0.hasPrefix("Message-ID:") }?.hasSuffix("@me.example>") == true)
        var other = mail()
        other.key = "another"
        func identity(_ mail: Mail) -> Substring? { message(mail).split(separator: "\r\n").first { $0.hasPrefix("Message-ID:") } }
        #expect(identity(mail()) == identity(mail(subject: "sent again")))
        #expect(identity(mail()) != identity(other))
    }

    @Test func `nothing that is typed ends a header`() {
        let head = message(mail(subject: "Hi\r\nBcc: eve@evil.example\r\n\r\nbody")).components("\r\n\r\n")[0]
        #expect(!head.contains("Bcc"))
        for text in ["ann@example.com\r\nBcc: eve@evil.example", "ann@example.com\u{0}", "ann @example.com", "a,b@example.com"] {
            #expect(EmailAddress(text) == nil)
        }
        #expect(encodedWords("a=?utf-8?B?eA==?=").hasPrefix("=?utf-8?B?"))
    }

    @Test func `an encoded word never breaks a letter in two`() {
        let text = "课程" + String(repeating: "é🎓", count: 60)
        let words = encodedWords(text).split(separator: "\r\n ").map { $0.dropFirst(10).dropLast(2) }
        #expect(words.count > 5)
        for word in words { #expect(word.utf8.count + 12 <= 75) }
    }

    @Test func `html shows texts as they are`() {
        let letter = Letter(subject: "<b>", parts: [.text("1 < 2 & \"3\""), .link("x", url: "https://a/?b=\"><script>")])
        let html = letter.html(language: "en")
        #expect(html.contains("1 &lt; 2 &amp; &quot;3&quot;") && !html.contains("<script>") && html.contains("<title>&lt;b&gt;</title>"))
        // With an accent behind it a quotation mark is one letter to Swift, and to a browser still the end of the attribute.
        let accented = Letter(subject: "", parts: [.link("x", url: "https://a/\"\u{301}/onclick=x")]).html(language: "en")
        #expect(accented.contains("href=\"https://a/&quot;\u{301}/onclick=x\""))
    }

    @Test func `a mail that cannot be sent now is sent later, and once`() async throws {
        let server = FlakyServer([.temporary(words: "busy"), .temporary(words: "busy"), .delivered])
        let world = try World(mailer: server.mailer)
        let bought = try await world.order()
        try await world.press(.pay, bought.order.order)
        #expect(try await world.shop.sendDueMail() == 0)
        #expect(try await world.shop.sendDueMail() == 0)
        #expect(server.tries == 1)
        world.clock.pass(seconds: 60)
        #expect(try await world.shop.sendDueMail() == 0)
        world.clock.pass(seconds: 300)
        #expect(try await world.shop.sendDueMail() == 1)
        world.clock.pass(days: 1)
        #expect(try await world.shop.sendDueMail() == 0)
        #expect(server.tries == 3)
        #expect(try await world.shop.order(bought.order.order.id, visitor: world.visitor(claim: bought.newClaim)).receiptSent)
    }

    @Test func `a mail that can never be sent is given up, and the creator sees it`() async throws {
        let world = try World(mailer: FlakyServer([.permanent(words: "no such mailbox")]).mailer)
        let bought = try await world.order()
        try await world.press(.pay, bought.order.order)
        #expect(try await world.shop.sendDueMail() == 0)
        #expect(try world.store.alerts().map(\.kind) == [.mailFailed])
        #expect(try world.store.mails(of: bought.order.order.id).map { [$0.mail.kind, "\($0.isGivenUp)"] } == [["alert", "false"], ["receipt", "true"]])
        #expect(world.notes.events == ["mail-failed"])
        #expect(world.notes.all.first?.fields["id"] == "receipt:\(bought.order.order.id):\(bought.order.order.learner)")
        #expect(try await !world.shop.order(bought.order.order.id, visitor: world.visitor(claim: bought.newClaim)).receiptSent)
    }

    @Test func `a code that is over is mailed to nobody, and counts as a mail that failed`() async throws {
        let world = try World()
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
        world.clock.pass(seconds: 901)
        #expect(try await world.mails().isEmpty)
        #expect(try world.store.unsentMail().map(\.isGivenUp) == [true])
        #expect(try world.store.alerts().map(\.kind) == [.mailFailed])
    }

    @Test func `a sign-in mail that failed is told by an id and its try, and by nothing of whom it was for`() async throws {
        let world = try World(mailer: FlakyServer([.temporary(words: "451 not now"), .temporary(words: "451 not now")]).mailer)
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
        try await world.shop.sendDueMail()
        world.clock.pass(seconds: 61)
        try await world.shop.sendDueMail()
        let id = try #require(try world.store.unsentMail().first).mail.key
        #expect(world.notes.all.map { $0.fields["id"] } == [id, id] && id.hasPrefix("sign-in:"))
        #expect(world.notes.all.map { $0.fields["try"] } == ["1", "2"])
        #expect(!world.notes.all.contains { $0.fields.values.contains { $0.contains("@") || $0.contains("ann") } })
    }

    @Test func `a mail that nobody waits for any more is neither sent nor a failure`() async throws {
        let world = try World(), bought = try await world.order(), id = bought.order.order.id
        try await world.press(.pay, bought.order.order)
        _ = try await world.shop.refund(id.text)
        #expect(try await world.mails(to: World.ann).count == 1)
        #expect(try world.store.unsentMail().isEmpty && world.store.alerts().isEmpty)
        #expect(try await !world.shop.order(id, visitor: world.visitor(claim: bought.newClaim)).receiptSent)
        let receipt = try #require(try world.store.mails(of: id).first { $0.mail.kind == "receipt" })
        #expect(receipt.sentAt == nil && receipt.droppedAt == world.clock.now && receipt.lastError != nil)
        #expect(try await !world.store.retry(receipt.mail.key, now: world.clock.now))
    }

    @Test func `each language has its own words`() async throws {
        let world = try World()
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor(language: "zh"))
        let mail = try #require(try await world.mails().first)
        #expect(mail.subject.contains("安的课") && mail.text.contains("http://localhost:4000/sign-in/#token="))
        #expect(mail.html.contains("<html lang=\"zh\">"))
    }

    @Test func `settings that would send in the open are told`() {
        func flaws(_ server: String, insecure: Bool = false, user: String? = nil) -> Int {
            SMTPSettings(sender: sender, server: server, user: user, password: nil, isInsecure: insecure).flaws.count
        }
        #expect(flaws("smtp://mail.example:587") == 0)
        #expect(flaws("smtps://mail.example") == 0)
        #expect(flaws("smtp://127.0.0.1:1025", insecure: true) == 0)
        #expect(flaws("smtp://mail.example:25", insecure: true) == 1)
        #expect(flaws("http://mail.example") == 1)
        #expect(flaws("smtp://u:p@mail.example") == 1)
        #expect(flaws("smtps://mail.example", user: "u") == 1)
    }

    @Test func `a sender is read with its name`() {
        #expect(MailSender("Ann's courses <courses@me.example>") == MailSender(name: "Ann's courses", address: sender.address))
        #expect(MailSender("\"Ann, Ltd\" <courses@me.example>")?.name == "Ann, Ltd")
        #expect(MailSender("courses@me.example")?.name == "")
        #expect(MailSender("Ann <nowhere>") == nil)
    }
}

/// Answers as it is told to, then delivers.
private final class FlakyServer: Sendable {
    private let state: Mutex<(answers: [MailOutcome], tries: Int)>

    init(_ answers: [MailOutcome]) { state = Mutex((answers, 0)) }

    var tries: Int { state.withLock { $0.tries } }

    var mailer: Mailer {
        Mailer { _, _ in
            self.state.withLock { state in
                state.tries += 1
                return state.answers.isEmpty ? .delivered : state.answers.removeFirst()
            }
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] { split(separator: separator, omittingEmptySubsequences: false) }
}
