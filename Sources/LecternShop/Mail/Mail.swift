import LecternCore
import LecternCrypto

/// A mail, ready to be sent: the same words as text and as HTML.
public struct Mail: Sendable, Equatable {
    /// The outbox's name for it. A mail that was sent twice carries the same Message-ID twice.
    public var key: String
    public var to: EmailAddress
    public var subject: String
    public var text: String
    public var html: String
    public var language: String
}

/// Who sends: `Lectern <courses@me.example>`.
public struct MailSender: Sendable, Equatable {
    public var name: String
    public var address: EmailAddress

    public init(name: String, address: EmailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads `Name <address>` or an address alone.
    public init?(_ text: String) {
        guard let open = text.lastIndex(of: "<"), text.last == ">" else {
            guard let address = EmailAddress(text) else { return nil }
            self.init(name: "", address: address)
            return
        }
        guard let address = EmailAddress(String(text[text.index(after: open)...].dropLast())) else { return nil }
        let name = text[..<open].split(separator: " ").joined(separator: " ")
        self.init(name: name.count > 1 && name.hasPrefix("\"") && name.hasSuffix("\"") ? String(name.dropFirst().dropLast()) : name, address: address)
    }
}

extension Mail {
    /// As it goes over the wire (RFC 5322, RFC 2045 to 2047): headers in ASCII but for addresses that are not (RFC 6532),
    /// bodies in base64, lines ended by CR LF. Nothing that somebody typed can end a header: texts are encoded words, and an
    /// `EmailAddress` holds no control character.
    public func message(from sender: MailSender, at date: Instant) -> [UInt8] {
        let boundary = "=_" + Digest(key + "\u{0}boundary").hex(12)
        let host = sender.address.text.drop { $0 != "@" }
        let from = sender.name.isEmpty ? sender.address.text : "\(encodedWords(sender.name)) <\(sender.address.text)>"
        let headers = [
            "From: \(from)", "To: \(to.text)", "Subject: \(encodedWords(subject))", "Date: \(mailDate(date))",
            "Message-ID: <\(Digest(key + "\u{0}" + to.text).hex(16))\(host)>", "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "Content-Language: \(language.filter(\.isLetterOrHyphen))",
            "Auto-Submitted: auto-generated",
        ]
        var lines = headers + [""]
        for (type, body) in [("text/plain", text), ("text/html", html)] {
            lines += ["--\(boundary)", "Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: base64", ""]
            lines += base64Lines(Array(body.utf8))
        }
        lines += ["--\(boundary)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

/// RFC 2047: base64 of UTF-8 in words of at most 75 letters, none of which breaks a letter in two. Plain short ASCII stays.
func encodedWords(_ text: String) -> String {
    let isPlain = text.utf8.count <= 60 && !text.isEmpty
        && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x20 || $0 == 0x2D }
    if isPlain { return text }
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
        let bytes = Array(String(scalar).utf8)
        if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
        words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?" + base64($0) + "?=" }.joined(separator: "\r\n ")
}

func base64Lines(_ bytes: [UInt8]) -> [String] {
    stride(from: 0, to: bytes.count, by: 57).map { base64(bytes[$0..<min($0 + 57, bytes.count)]) }
}

private func base64(_ bytes: some Collection<UInt8>) -> String {
    let text = base64URL(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    return String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4)
}

/// RFC 5322: `Tue, 24 Nov 2026 14:00:00 +0000`.
func mailDate(_ instant: Instant) -> String {
    let moment = Moment(seconds: instant.milliseconds / 1000)
    let (year, month, day) = moment.civil
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = moment.rfc3339.dropFirst(11).prefix(8)
    return "\(days[Int(moment.seconds / 86_400) % 7]), \(day) \(months[month - 1]) \(year) \(time) +0000"
}

extension Character {
    fileprivate var isLetterOrHyphen: Bool { isASCII && (isLetter || self == "-") }
}
