import HTTPTypes
import LecternCore
import LecternShop

/// Prices, orders, and the way to pay for them.
struct PurchaseDoor: Sendable {
    let shop: Shop
    let cookies: CookieNames
    let limits: NetworkLimits
    /// `/api/`
    let base: String

    func offer(_ asked: Asked) throws -> Answer {
        let query = try RequestQuery(asked.query)
        let bundle = query["bundle"], items = query["items"] ?? ""
        // One of them, and not both.
        guard items.isEmpty == (bundle != nil) else { throw Refused.invalidField("items") }
        let currency = try query["currency"].map { code in try Currency(code).orRefuse("currency") }
        let amount = try query["amount"].map { text in try Int64(text).orRefuse("amount") }
        let seats = try query["seats"].map { text in try Int(text).flatMap { Self.seats.contains($0) ? $0 : nil }.orRefuse("seats") } ?? 0
        let courses = items.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return .json(
            try shop.offer(
                courses, bundle: bundle, amount: amount, seats: seats, currency: currency, coupon: query["coupon"], language: asked.languageTag, screen: asked.screen, visitor: asked.visitor
            ).json)
    }

    func checkout(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        var request = try Self.request(&form, language: asked.languageTag)
        try form.end()
        (request.screen, request.address) = (asked.screen, asked.client.text)
        try limits.orders?.take(asked)
        let done = try await shop.checkout(request, visitor: asked.visitor)
        let answer = Answer.json(["order": done.order.json, "next": done.next.json], status: .created)
            .with(.location, base + "orders/" + done.order.order.id.text)
        return answer.setting(cookie: done.newClaim.map { cookies.set(cookies.claim, $0.text, days: 30) })
    }

    func orders(_ asked: Asked) throws -> Answer {
        .json(["orders": .list(try shop.orders(asked.visitor).map(\.json))])
    }

    func order(_ asked: Asked) async throws -> Answer {
        .json(try await shop.order(ID(asked.parameters[0]), visitor: asked.visitor).json)
    }

    /// WeChat sent the buyer back with a code.
    func resume(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let code = try form.word("code", 1...128)
        try form.end()
        try limits.orders?.take(asked)
        return .json(["next": try await shop.resume(ID(asked.parameters[0]), code: code, screen: asked.screen, visitor: asked.visitor).json])
    }

    func correctEmail(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let email = try form.email()
        try form.end()
        try limits.mails?.take(asked)
        return .json(try await shop.correctAddress(of: ID(asked.parameters[0]), to: email, visitor: asked.visitor).json)
    }

    func renewInvitation(_ asked: Asked) async throws -> Answer {
        try Form.requireNothing(asked.body)
        return .json(try await shop.renewInvitation(of: ID(asked.parameters[0]), visitor: asked.visitor).json)
    }

    /// What can be read; how many are sold stands in the catalogue.
    private static let seats = 0...1000

    private static func request(_ form: inout Form, language: String) throws(Refused) -> CheckoutRequest {
        guard let items = form.value("items")?.items, (1...200).contains(items.count) else { throw .invalidField("items") }
        var courses: [String] = []
        for item in items {
            guard let course = item.text, isPlain(course), (1...200).contains(course.unicodeScalars.count), !courses.contains(course)
            else { throw .invalidField("items") }
            courses.append(course)
        }
        let bundle = try form.optionalText("bundle", limit: 200)
        let amount = try form.value("amount").map { value throws(Refused) in
            guard let amount = value.whole else { throw .invalidField("amount") }
            return amount
        }
        let seats = try form.value("seats").map { value throws(Refused) -> Int in
            guard let count = value.whole, Self.seats.contains(Int(clamping: count)) else { throw .invalidField("seats") }
            return Int(count)
        }
        let message = try form.optionalText("note", limit: 500)
        guard let currency = Currency(try form.text("currency", limit: 3)) else { throw .invalidField("currency") }
        guard let provider = ProviderName(rawValue: try form.text("provider", limit: 20)) else { throw .invalidField("provider") }
        let shownTotal = try form.money("shownTotal"), email = try form.email()
        let wanted = try form.optionalText("language", limit: 35) ?? language
        let visit = try form.optionalWord("visit", 8...64), attempt = try form.word("attempt", 8...64)
        let terms = try form.text("terms", limit: 128, least: 0)
        let coupon = try form.optionalText("coupon", limit: 60)
        // Without it a digital course may not be opened at once: no order is made.
        guard form.value("immediateDelivery")?.flag == true else { throw .invalidField("immediateDelivery") }
        return CheckoutRequest(
            items: courses, bundle: bundle, amount: amount, seats: seats ?? 0, message: message?.isEmpty == true ? nil : message, currency: currency, provider: provider, shownTotal: shownTotal, email: email, language: wanted, visit: visit,
            attempt: attempt, terms: terms, coupon: coupon)
    }
}
