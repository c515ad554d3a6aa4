import LecternCore
import LecternCrypto
import LecternStore

extension Shop {
    /// Sends what is due. Called every few seconds, and after anything that owes a mail; several at once are safe.
    /// - Returns: how many were sent.
    @discardableResult
    public func sendDueMail(limit: Int = 20) async throws(Refusal) -> Int {
        let due = try await kept { () async throws(StoreError) in try await store.takeDueMail(limit: limit, now: now()) }
        var count = 0
        for entry in due { if try await send(entry) { count += 1 } }
        return count
    }

    private func send(_ entry: OutboxEntry) async throws(Refusal) -> Bool {
        let mails: [Mail]
        switch try compose(entry) {
        case .mails(let composed): mails = composed
        case .pointless(let why):
            note(ShopNote("mail-dropped", ["mail": entry.mail.kind, "id": entry.mail.key, "why": why]))
            try await kept { () async throws(StoreError) in try await store.dropped(entry.mail.key, why: why, now: now()) }
            return false
        case .impossible(let why):
            try await failed(entry, why, nextTryAt: nil)
            return false
        }
        var worst = MailOutcome.delivered
        for mail in mails {
            let outcome = await mailer.send(mail, now())
            switch (worst, outcome) {
            case (_, .delivered), (.temporary, .permanent): break
            default: worst = outcome
            }
        }
        switch worst {
        case .delivered: try await kept { () async throws(StoreError) in try await store.sent(entry.mail.key, now: now()) }
        case .temporary(let words): try await failed(entry, words, nextTryAt: nextTry(entry))
        case .permanent(let words): try await failed(entry, words, nextTryAt: nil)
        }
        return worst == .delivered
    }

    private func failed(_ entry: OutboxEntry, _ words: String, nextTryAt: Instant?) async throws(Refusal) {
        // The outbox's name for it is made of ids alone; with the try it tells one line of a mail from the next.
        note(
            ShopNote(
                "mail-failed",
                [
                    "mail": entry.mail.kind, "id": entry.mail.key, "try": "\(entry.attempts)", "order": entry.mail.order?.text ?? "", "why": words,
                    "givenUp": "\(nextTryAt == nil)",
                ]))
        try await kept { () async throws(StoreError) in
            try await store.failed(entry.mail.key, error: words, nextTryAt: nextTryAt, now: now())
        }
    }

    /// After 1, 5 and 15 minutes, then 1, 4, 12 hours and each day until the fifth.
    private func nextTry(_ entry: OutboxEntry) -> Instant? {
        let waits: [Int64] = [60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 86_400, 86_400, 86_400]
        guard entry.attempts <= waits.count else { return nil }
        return now().adding(seconds: waits[max(0, entry.attempts - 1)])
    }

    private enum Composed {
        case mails([Mail])
        /// Nobody waits for it any more: the learner was forgotten, the order refunded.
        case pointless(String)
        /// Somebody waits for it in vain.
        case impossible(String)
    }

    private func compose(_ entry: OutboxEntry) throws(Refusal) -> Composed {
        let mail = entry.mail
        guard let kind = MailKind(rawValue: mail.kind) else { return .impossible("this version does not know such a mail") }
        let payload: JSON?
        do { payload = try JSON(mail.payload.utf8) } catch { payload = nil }
        switch kind {
        case .signIn, .setPassword, .changeEmail: return code(kind, entry, payload)
        case .addressChanged, .newPassword, .newPasskey: return aboutAccount(kind, entry, payload)
        case .receipt, .refund, .renewal, .instructions: return try aboutOrder(kind, entry, payload)
        case .alert:
            let language = catalogue().catalogue.languages.first ?? "zh"
            let record = try kept { () throws(StoreError) in try mail.order.flatMap { id throws(StoreError) in try store.order(id) } }
            let letter = Letter.alert(payload?["alert"]?.text ?? "", record: record, site: siteTitle(language), language: language)
            let creators = settings.creators.sorted { $0.text < $1.text }
            return creators.isEmpty ? .pointless("no creator is configured") : .mails(creators.map { made(entry, letter, to: $0, language: language) })
        }
    }

    /// What was done to an account, told to the address that it had before.
    private func aboutAccount(_ kind: MailKind, _ entry: OutboxEntry, _ payload: JSON?) -> Composed {
        guard let contents = payload?["sealed"]?.text.flatMap({ secret.opened(mail: $0) }), let json = read(contents),
            let to = json["to"]?.text.flatMap({ EmailAddress($0) }), let language = json["language"]?.text
        else { return .impossible("it cannot be read: was the site's secret changed?") }
        let site = siteTitle(language), account = page("account/", language), name = json["name"]?.text ?? ""
        let letter: Letter =
            switch kind {
            case .newPassword: .newPassword(site: site, language: language, account: account)
            case .newPasskey: .newPasskey(site: site, language: language, name: name, account: account)
            default: .addressChanged(site: site, language: language, newMasked: name)
            }
        return .mails([made(entry, letter, to: to, language: language)])
    }

    private func code(_ kind: MailKind, _ entry: OutboxEntry, _ payload: JSON?) -> Composed {
        guard let sealed = payload?["sealed"]?.text.flatMap({ secret.opened(mail: $0) }), let contents = CodeContents(read(sealed))
        else { return .impossible("it cannot be read: was the site's secret changed?") }
        guard contents.expiresAt > now() else { return .impossible("its code was over before it could be sent") }
        let site = siteTitle(contents.language)
        let letter: Letter
        if kind == .changeEmail {
            letter = .changeEmail(contents, site: site, link: page("account/", contents.language) + "#email-token=\(contents.token)")
        } else {
            let next = contents.next.map { "?next=" + percentEncoded($0) } ?? ""
            letter = .signIn(
                contents, site: site, link: page("sign-in/", contents.language) + next + "#token=\(contents.token)",
                toSetPassword: kind == .setPassword)
        }
        return .mails([made(entry, letter, to: contents.email, language: contents.language)])
    }

    private func aboutOrder(_ kind: MailKind, _ entry: OutboxEntry, _ payload: JSON?) throws(Refusal) -> Composed {
        guard let id = entry.mail.order else { return .impossible("it is about no order") }
        let found = try kept { () throws(StoreError) -> (OrderRecord, Learner?)? in
            guard let record = try store.order(id) else { return nil }
            return (record, try store.learner(entry.mail.learner ?? record.order.learner))
        }
        guard let (record, learner) = found, let email = learner?.email else { return .pointless("nobody to write to") }
        let order = record.order, language = catalogue().language(order.language), site = siteTitle(language)
        let page = page("orders/", language) + "?order=\(order.id)"
        let letter: Letter
        switch kind {
        case .refund:
            let money = payload?["money"]?.whole.map { Money(minorUnits: $0, currency: order.total.currency) }
            let sum = payload?["refunded"]?.whole.map { Money(minorUnits: $0, currency: order.total.currency) } ?? record.state.refundedMoney
            let closed = Set(payload?["closed"]?.items?.compactMap(\.text) ?? [])
            letter = .refund(order, money: money, sum: sum, closed: closed, grants: record.state.grants, site: site, page: page)
        case .instructions:
            let lines = payload?["lines"]?.items?.compactMap(\.text) ?? []
            letter = .instructions(order, lines: lines, reference: payload?["reference"]?.text ?? "", site: site, page: page)
        case .renewal:
            let until = try kept { () throws(StoreError) in try order.product.flatMap { product throws(StoreError) in try store.membershipEnd(of: order.learner, product: product.id) } }
            guard let product = order.product, let until else { return .pointless("nothing of it is paid for any more") }
            // Renewed meanwhile: that period reminds of its own end.
            guard until.adding(seconds: -8 * 86_400) <= now() else { return .pointless("it was renewed") }
            letter = .renewal(product.title, until: until, language: language, site: site, checkout: self.page("checkout/", language) + "?bundle=" + percentEncoded(product.id))
        default:
            // The receipt of an order that was taken back meanwhile would promise a course that is closed.
            guard record.state.grants else { return .pointless("the order grants nothing any more") }
            let until = try kept { () throws(StoreError) in
                try order.months == 0 ? nil : order.product.flatMap { product throws(StoreError) in try store.membershipEnd(of: order.learner, product: product.id) }
            }
            let index = catalogue()
            let courses = order.items.filter { !record.state.closed.contains($0.course) }.map { item in
                let path = index.course(item.course).flatMap { index.text($0.path, in: language) } ?? ""
                return Letter.CourseLink(title: item.title, url: settings.site + path)
            }
            letter = .receipt(order, site: site, email: email, courses: courses, invitation: link(invitation: record), until: until, signIn: self.page("sign-in/", language), page: page)
        }
        return .mails([made(entry, letter, to: email, language: language)])
    }

    private func made(_ entry: OutboxEntry, _ letter: Letter, to: EmailAddress, language: String) -> Mail {
        Mail(
            key: entry.mail.key, to: to, subject: letter.subject, text: letter.text, html: letter.html(language: language),
            language: language)
    }

    private func read(_ bytes: [UInt8]) -> JSON? {
        do { return try JSON(bytes) } catch { return nil }
    }

    func siteTitle(_ language: String) -> String {
        let index = catalogue()
        return index.text(index.catalogue.title, in: language) ?? settings.host
    }

    /// The address of a page that every language has.
    func page(_ path: String, _ language: String) -> String { settings.site + catalogue().folder(language) + path }
}

/// RFC 3986: everything but unreserved letters, and `/`.
func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
        decoding: text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"): [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }, as: UTF8.self)
}
