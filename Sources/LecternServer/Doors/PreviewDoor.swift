import HTTPTypes
import LecternCore
import LecternCrypto
import LecternPayments
import LecternShop
import LecternStore

/// What stands behind a preview's checkout and mails: buttons instead of money, pages instead of a mailbox, and a switch
/// between visitor and buyer. It exists in `serve --preview` alone.
public struct PreviewDoor: Sendable {
    let shop: Shop
    let pretend: PretendPayments
    let mails: MailBox
    let catalogue: @Sendable () -> CatalogueIndex
    /// Of the pages: `http://localhost:8080/`.
    let site: String
    let random: @Sendable (Int) -> [UInt8]
    /// `/api/`
    let base: String
    let cookies: CookieNames

    public init(
        shop: Shop, pretend: PretendPayments, mails: MailBox, catalogue: @escaping @Sendable () -> CatalogueIndex, site: String, base: String,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.shop = shop
        self.pretend = pretend
        self.mails = mails
        self.catalogue = catalogue
        self.site = site
        self.base = base
        self.random = random
        cookies = CookieNames(isSecure: false)
    }

    var routes: [Route] {
        [
            Route(.get, "preview/pay/{}", "previewPayment", payment),
            Route(.post, "preview/pay/{}", "previewPress", takes: .form, press),
            Route(.get, "preview/mail", "previewMails", list),
            Route(.get, "preview/mail/{}", "previewMail", mail),
            Route(.get, "preview/mail/{}/body", "previewMailBody", body),
            Route(.get, "preview/as/{}", "previewAs", become),
            Route(.get, "preview/style.css", "previewStyle") { _ in
                Answer(status: .ok, body: Array(PreviewPage.style.utf8), contentType: "text/css; charset=utf-8")
            },
        ]
    }

    // MARK: Money

    private func payment(_ asked: Asked) throws -> Answer {
        guard let record = try shop.store.order(ID(asked.parameters[0])) else { throw Refused.notFound }
        return page.answer(.payment(record))
    }

    /// Sends what a provider would: a signed notice, through the door of all notices.
    private func press(_ asked: Asked) async throws -> Answer {
        guard let record = try shop.store.order(ID(asked.parameters[0])) else { throw Refused.notFound }
        let form = try RequestQuery(Substring(String(decoding: asked.body, as: UTF8.self)))
        guard let button = form["action"].flatMap(PretendPayments.Button.init(rawValue:)) else { throw Refused.invalidField("action") }
        try await shop.takeNotice(.pretend, pretend.notice(button, order: record.order, now: asked.now))
        let back = site + catalogue().folder(record.order.language) + "orders/?order=" + record.order.id.text
        return Answer(status: .seeOther).with(.location, back)
    }

    // MARK: Mail

    private func list(_ asked: Asked) -> Answer { page.answer(.mails(mails.mails)) }

    private func mail(_ asked: Asked) throws -> Answer { page.answer(.mail(try entry(asked))) }

    /// The mail's own page, framed by the one above, where it can do nothing but look as it does in a mail program.
    private func body(_ asked: Asked) throws -> Answer {
        let entry = try entry(asked)
        return Answer(status: .ok, body: Array(entry.mail.html.utf8), contentType: "text/html; charset=utf-8")
            .with(.contentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation")
    }

    private func entry(_ asked: Asked) throws(Refused) -> MailBox.Entry {
        guard let number = Int(asked.parameters[0]), let entry = mails[number] else { throw .notFound }
        return entry
    }

    // MARK: Visitor and buyer

    /// Signs in as somebody who has every course, or out: the one switch of the preview.
    private func become(_ asked: Asked) async throws -> Answer {
        let next = try RequestQuery(asked.query)["next"].flatMap { $0.hasPrefix("/") && !$0.hasPrefix("//") && !$0.contains("\\") ? $0 : nil } ?? "/"
        let back = Answer(status: .seeOther).with(.location, site.dropLast() + next)
        switch asked.parameters[0] {
        case "visitor":
            try await shop.signOut(asked.visitor)
            return back.setting(cookie: cookies.set(cookies.session, "", days: 0)).setting(cookie: cookies.set(cookies.claim, "", days: 0))
        case "buyer":
            let token = try await buyer(asked)
            return back.setting(cookie: cookies.set(cookies.session, token.text, days: 180))
        default: throw Refused.notFound
        }
    }

    private func buyer(_ asked: Asked) async throws -> Token {
        guard let email = EmailAddress("buyer@preview.example") else { throw Refused.internal }
        let language = catalogue().language(asked.languageTag), now = asked.now
        let learner = try await shop.store.findOrMakeLearner(email: email, language: language, newID: ID(identifierText(random: random(16))), now: now)
        for course in catalogue().catalogue.courses {
            // A year ago, so that what opens later is open.
            try await shop.store.enroll(learner.id, in: course.id, source: .byHand, since: now.adding(seconds: -366 * 86_400))
        }
        let token = Token(random: random(Token.bytes))
        try await shop.store.openSession(
            Session(
                id: ID(identifierText(random: random(16))), digest: TokenDigest(token.digest.bytes), learner: learner.id, createdAt: now,
                expiresAt: now.adding(seconds: 180 * 86_400), device: asked.visitor.device, proof: .mail))
        return token
    }

    private var page: PreviewPage { PreviewPage(site: site, base: base) }
}
