import LecternCore

/// Which words a mail holds; the raw value is the outbox's `kind`. `receipt`, `refund` and `alert` are put there by the store, in the
/// commit that makes them due.
enum MailKind: String, Sendable {
    case signIn = "sign-in"
    case setPassword = "set-password"
    case changeEmail = "change-email"
    case addressChanged = "address-changed"
    case newPassword = "new-password"
    case newPasskey = "new-passkey"
    case receipt
    case refund
    case renewal
    case instructions
    case alert
}

/// A mail as paragraphs, before it is text and HTML.
struct Letter: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        /// A link with words on it; as text, the words and the address below.
        case link(String, url: String)
        /// Something to be read out or typed in: a code, a reference.
        case code(String)
        /// Two columns: what, and how much.
        case rows([(String, String)])

        static func == (one: Part, other: Part) -> Bool {
            switch (one, other) {
            case (.text(let a), .text(let b)), (.code(let a), .code(let b)): a == b
            case (.link(let a, let u), .link(let b, let v)): a == b && u == v
            case (.rows(let a), .rows(let b)): a.elementsEqual(b, by: ==)
            default: false
            }
        }
    }

    var subject: String
    var parts: [Part]

    /// Lines that nobody needs to scroll sideways for are up to the reader's program; a blank line between paragraphs.
    var text: String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .link(let words, let url): "\(words)\n\(url)"
            case .code(let code): "    \(code)"
            case .rows(let rows): rows.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
            }
        }.joined(separator: "\n\n") + "\n"
    }

    func html(language: String) -> String {
        let body = parts.map { part in
            switch part {
            case .text(let text):
                "<p>" + text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }.joined(separator: "<br>") + "</p>"
            case .link(let words, let url):
                "<p><a href=\"\(escaped(url))\" style=\"display:inline-block;padding:.6em 1.2em;border-radius:.4em;background:#1f4fd8;color:#fff;text-decoration:none\">\(escaped(words))</a></p>"
                    + "<p style=\"font-size:.85em;word-break:break-all\">\(escaped(url))</p>"
            case .code(let code):
                "<p style=\"font:600 1.8em/1.4 ui-monospace,monospace;letter-spacing:.15em\">\(escaped(code))</p>"
            case .rows(let rows):
                "<table style=\"border-collapse:collapse\">"
                    + rows.map { "<tr><td style=\"padding:.2em 1.5em .2em 0\">\(escaped($0.0))</td><td style=\"padding:.2em 0\">\(escaped($0.1))</td></tr>" }
                    .joined() + "</table>"
            }
        }.joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="\(escaped(language))"><head><meta charset="utf-8"><title>\(escaped(subject))</title></head>
            <body style="font:16px/1.6 system-ui,sans-serif;color:#1a1a1a;max-width:36em">
            \(body)
            </body></html>

            """
    }

    private func escaped(_ text: String) -> String {
        // By scalars: a mark with an accent behind it is one character to Swift, and the mark alone to a browser.
        text.unicodeScalars.reduce(into: "") { out, scalar in
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A sentence in the languages that mails are written in.
struct Said: Sendable {
    var zh: String
    var en: String

    init(_ zh: String, _ en: String) {
        self.zh = zh
        self.en = en
    }

    func `in`(_ language: String) -> String { language.hasPrefix("zh") ? zh : en }
}
