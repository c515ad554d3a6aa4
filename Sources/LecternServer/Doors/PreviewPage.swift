import LecternCore
import LecternShop
import LecternStore

/// The few pages of a preview that are no part of the site: how the pretended money and the mails are seen. In both
/// languages at once, since only the creator sees them.
struct PreviewPage {
    enum Content {
        case payment(OrderRecord)
        case mails([MailBox.Entry])
        case mail(MailBox.Entry)
    }

    let site: String
    let base: String

    func answer(_ content: Content) -> Answer {
        let (title, body) = html(content)
        let page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(escaped(title))</title><meta name="viewport" content="width=device-width">
            <meta name="robots" content="noindex"><link rel="stylesheet" href="\(base)preview/style.css"></head>
            <body><main>
            <h1>\(escaped(title))</h1>
            \(body)
            <nav><a href="\(escaped(site))">网站 · The site</a> <a href="\(base)preview/mail">邮件 · Mails</a>
            <a href="\(base)preview/as/buyer">当买家看 · As a buyer</a> <a href="\(base)preview/as/visitor">当访客看 · As a visitor</a></nav>
            </main></body></html>

            """
        // Pressing a button leads back to the site, and browsers hold the redirect against form-action.
        let origin = SiteOrigin(site)?.text ?? ""
        return Answer(status: .ok, body: Array(page.utf8), contentType: "text/html; charset=utf-8")
            .with(.contentSecurityPolicy, "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self' \(origin); base-uri 'none'; frame-ancestors 'none'")
    }

    private func html(_ content: Content) -> (title: String, body: String) {
        switch content {
        case .payment(let record): return ("模拟支付 · Pretend payment", payment(record))
        case .mails(let entries): return ("邮件 · Mails", list(entries))
        case .mail(let entry): return (entry.mail.subject, mail(entry))
        }
    }

    private func payment(_ record: OrderRecord) -> String {
        let buttons = [
            ("pay", "付款 · Pay"), ("pay-later", "稍后到账 · Pay, the money comes later"), ("fail", "付款失败 · Fail"), ("refund", "退款 · Refund"),
        ]
        let items = record.order.items.map { "<li>\(escaped($0.title)) <b>\(escaped($0.price.text))</b></li>" }.joined()
        return """
            <p>这里没有真实的钱。 No money moves here: each button sends the notice that a provider would send.</p>
            <ul>\(items)</ul>
            <p>\(escaped(record.order.total.text)) · <code>\(escaped(record.state.kind.rawValue))</code></p>
            <form method="post" action="\(base)preview/pay/\(escaped(record.order.id.text))">
            \(buttons.map { "<button name=\"action\" value=\"\($0.0)\">\($0.1)</button>" }.joined(separator: "\n"))
            </form>
            """
    }

    private func list(_ entries: [MailBox.Entry]) -> String {
        if entries.isEmpty { return "<p>还没有邮件。 No mail yet.</p>" }
        let rows = entries.map { entry in
            "<li><a href=\"\(base)preview/mail/\(entry.number)\">\(escaped(entry.mail.subject))</a> <small>\(escaped(entry.mail.to.text)) · \(escaped(String(entry.at.text.prefix(19)))) UTC</small></li>"
        }
        return "<ul>\(rows.joined(separator: "\n"))</ul>"
    }

    private func mail(_ entry: MailBox.Entry) -> String {
        """
        <p><small>\(escaped(entry.mail.to.text)) · \(escaped(String(entry.at.text.prefix(19)))) UTC</small></p>
        <iframe title="HTML" src="\(base)preview/mail/\(entry.number)/body"></iframe>
        <h2>纯文本 · As text</h2>
        <pre>\(linked(entry.mail.text))</pre>
        """
    }

    /// The text, with the addresses of the site as links.
    private func linked(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: " ", omittingEmptySubsequences: false).map { word in
                word.hasPrefix(site) ? "<a href=\"\(escaped(String(word)))\">\(escaped(String(word)))</a>" : escaped(String(word))
            }.joined(separator: " ")
        }.joined(separator: "\n")
    }

    static let style = """
        :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
        body { margin: 0; padding: 2rem 1rem }
        main { max-width: 44rem; margin: auto }
        form { display: grid; gap: .75rem; margin: 1.5rem 0 }
        button { font: inherit; padding: .75rem 1rem; border: 1px solid currentColor; border-radius: .5rem; cursor: pointer; background: none; color: inherit }
        button:first-child { background: #1f6f43; border-color: #1f6f43; color: #fff }
        iframe { width: 100%; height: 28rem; border: 1px solid #8888; border-radius: .5rem; background: #fff }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid #8888; border-radius: .5rem }
        nav { margin-top: 2rem; display: flex; gap: 1.5rem }
        small { opacity: .8 }

        """
}

private func escaped(_ text: String) -> String {
    var out = ""
    // By scalars: a mark with an accent behind it is one character to Swift, and the mark alone to a browser.
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out
}
