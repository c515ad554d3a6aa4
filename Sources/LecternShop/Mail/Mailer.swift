import CCurl
import LecternCore
import LecternPayments
import Synchronization

/// Hands mails on.
public struct Mailer: Sendable {
    public var send: @Sendable (Mail, Instant) async -> MailOutcome

    public init(send: @escaping @Sendable (Mail, Instant) async -> MailOutcome) { self.send = send }
}

/// `words` hold no address: servers like to quote it, so their sentences are left out.
public enum MailOutcome: Sendable, Equatable {
    case delivered
    /// Worth another try later.
    case temporary(words: String)
    /// Another try would end the same: no such mailbox, not allowed.
    case permanent(words: String)
}

public struct SMTPSettings: Sendable {
    public var sender: MailSender
    /// `smtp://host:587` with STARTTLS, or `smtps://host:465`.
    public var server: String
    public var user: String?
    public var password: String?
    /// Without TLS: to this machine alone.
    public var isInsecure: Bool
    /// A file of certificates (PEM) that are trusted instead of the system's: for a server with one of its own.
    public var trusted: String?

    public init(
        sender: MailSender, server: String, user: String? = nil, password: String? = nil, isInsecure: Bool = false, trusted: String? = nil
    ) {
        self.sender = sender
        self.server = server
        self.user = user
        self.password = password
        self.isInsecure = isInsecure
        self.trusted = trusted
    }

    /// What is wrong with it, in words for who configures it.
    public var flaws: [String] {
        var flaws: [String] = []
        let isTLS = server.hasPrefix("smtps://")
        if !isTLS, !server.hasPrefix("smtp://") { flaws.append("mail: smtp is neither smtp://host:port nor smtps://host:port") }
        if server.contains("@") { flaws.append("mail: user and password stand in lines of their own, not in smtp") }
        if server.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { flaws.append("mail: smtp holds a space") }
        if isInsecure, !isTLS, !isLoopback("http" + server.dropFirst(4)) {
            flaws.append("mail: insecure is for a server on this machine; elsewhere passwords and codes would be readable on the way")
        }
        if (user == nil) != (password == nil) { flaws.append("mail: user and password belong together") }
        return flaws
    }
}

extension Mailer {
    /// Over SMTP (RFC 5321) through libcurl; TLS is required and verified unless the settings say otherwise.
    public static func smtp(_ settings: SMTPSettings, patienceSeconds: Int = 60) -> Mailer {
        Mailer { mail, now in
            guard settings.flaws.isEmpty else { return .permanent(words: settings.flaws[0]) }
            let message = mail.message(from: settings.sender, at: now)
            let outcome = await CurlTransfer.run { transfer in
                transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
                transfer.set(CURLOPT_URL, settings.server)
                if !settings.isInsecure { transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
                if let trusted = settings.trusted { transfer.set(CURLOPT_CAINFO, trusted) }
                if let user = settings.user, let password = settings.password {
                    transfer.set(CURLOPT_USERNAME, user)
                    transfer.set(CURLOPT_PASSWORD, password)
                }
                transfer.set(CURLOPT_CONNECTTIMEOUT, min(20, patienceSeconds))
                transfer.set(CURLOPT_TIMEOUT, patienceSeconds)
                transfer.set(CURLOPT_MAIL_FROM, "<\(settings.sender.address.text)>")
                transfer.set(CURLOPT_MAIL_RCPT, list: ["<\(mail.to.text)>"])
                transfer.set(CURLOPT_UPLOAD, 1)
                transfer.send(message)
                transfer.receive(limitBytes: 64 << 10)
            }
            guard let outcome else { return .temporary(words: "too many transfers are under way") }
            if outcome.curlCode == 0 { return .delivered }
            let words = "the mail server answered \(outcome.status): \(outcome.words)"
            // What is said of the address alone (RFC 5321, section 4.2.3; RFC 7504). Everything else, a wrong password, a limit that
            // is reached, a server in trouble, somebody may mend: the mail is not to blame.
            let isAboutAddress = [501, 510, 511, 513, 550, 551, 553, 556].contains(outcome.status)
            return isAboutAddress ? .permanent(words: words) : .temporary(words: words)
        }
    }

    /// Keeps mails instead of sending them: for `lectern preview`, which shows them on a page, and for tests.
    public static func kept(in box: MailBox) -> Mailer {
        Mailer { mail, now in
            box.add(mail, at: now)
            return .delivered
        }
    }
}

/// Mails that went nowhere, the newest first; the oldest are forgotten.
public final class MailBox: Sendable {
    public struct Entry: Sendable, Equatable {
        /// 1, 2, 3 …
        public var number: Int
        public var mail: Mail
        public var at: Instant
    }

    private let entries = Mutex<(last: Int, list: [Entry])>((0, []))
    private let limit: Int

    public init(limit: Int = 200) { self.limit = limit }

    public var mails: [Entry] { entries.withLock { $0.list } }

    public subscript(number: Int) -> Entry? { mails.first { $0.number == number } }

    func add(_ mail: Mail, at now: Instant) {
        entries.withLock { entries in
            entries.last += 1
            entries.list.insert(Entry(number: entries.last, mail: mail, at: now), at: 0)
            if entries.list.count > limit { entries.list.removeLast() }
        }
    }
}
