import Foundation
import LecternCore

/// Stripe Checkout Sessions: the buyer pays on Stripe's page ("Checkout Sessions API", Stripe's documentation).
public struct StripeSettings: Sendable {
    public enum Mode: String, Sendable { case live, test }

    public var mode: Mode
    public var secretKey: String
    /// More than one while they are rolled.
    public var webhookSecrets: [String]
    /// `https://api.stripe.com`, or a stand-in.
    public var baseURL: String

    public init(mode: Mode, secretKey: String, webhookSecrets: [String], baseURL: String = "https://api.stripe.com") {
        self.mode = mode
        self.secretKey = secretKey
        self.webhookSecrets = webhookSecrets
        self.baseURL = baseURL
    }

    /// What would let anybody sign, or charge in the wrong world; for the creator, all at once.
    public var flaws: [String] {
        var flaws: [String] = []
        if secretKey.isEmpty { flaws.append("stripe: the secret key is empty") }
        let isTestKey = secretKey.hasPrefix("sk_test_") || secretKey.hasPrefix("rk_test_")
        let isLiveKey = secretKey.hasPrefix("sk_live_") || secretKey.hasPrefix("rk_live_")
        if mode == .live, isTestKey { flaws.append("stripe: mode is live, and the secret key is a test key") }
        if mode == .test, isLiveKey { flaws.append("stripe: mode is test, and the secret key is a live key") }
        if secretKey.utf8.contains(where: { $0 <= 0x20 || $0 > 0x7E }) { flaws.append("stripe: the secret key holds a space or a line end") }
        if webhookSecrets.isEmpty || webhookSecrets.contains("") { flaws.append("stripe: a webhook secret is missing or empty") }
        if !baseURL.hasPrefix("https://"), !isLoopback(baseURL) { flaws.append("stripe: base-url is not https") }
        return flaws
    }
}

extension PaymentProvider {
    /// - Returns: nil when the settings have `flaws`.
    public static func stripe(_ settings: StripeSettings, send: @escaping SendHTTP = httpOverCurl()) -> PaymentProvider? {
        guard settings.flaws.isEmpty, let signature = NoticeSignature(secrets: settings.webhookSecrets.map { Array($0.utf8) })
        else { return nil }
        let client = StripeClient(settings: settings, send: send)
        return PaymentProvider(
            name: .stripe, label: ["zh": "银行卡等（Stripe）", "en": "Card and more (Stripe)"],
            start: { start throws(PaymentFailure) in try await client.openSession(start) },
            read: { notice, now throws(NoticeRefusal) in
                try signature.check(header: notice.headers["stripe-signature"], body: notice.body, now: now)
                return try StripeEvent.read(notice.body, isLive: settings.mode == .live)
            },
            ask: { question throws(PaymentFailure) in try await client.ask(question) },
            refund: { request throws(PaymentFailure) in try await client.refund(request) },
            close: { question throws(PaymentFailure) in try await client.close(question) })
    }
}

private struct StripeClient: Sendable {
    let settings: StripeSettings
    let send: SendHTTP

    func openSession(_ start: PaymentStart) async throws(PaymentFailure) -> PaymentStarted {
        let fields = try sessionFields(start)
        // Stripe keeps an answer for its key, even "500": after one of those the next try needs another key. A session whose
        // address nobody was told cannot be paid, so that a second one does no harm.
        var tries = 0
        let bucket = start.now.milliseconds / 600_000
        while true {
            tries += 1
            do throws(PaymentFailure) {
                let session: StripeSession = try await call(
                    "POST", "/v1/checkout/sessions", fields, idempotencyKey: "\(start.order.id)-\(bucket)-\(tries)")
                guard let url = session.url, url.hasPrefix("https://") || isLoopback(url) else {
                    throw PaymentFailure(.refused, "Stripe opened a session without an address")
                }
                return PaymentStarted(next: .redirect(url: url), reference: session.id)
            } catch {
                guard error.kind == .unreachable, tries < 2 else { throw error }
            }
        }
    }

    private func sessionFields(_ start: PaymentStart) throws(PaymentFailure) -> [(String, String)] {
        let order = start.order
        guard order.total.minorUnits > 0 else { throw PaymentFailure(.refused, "Stripe takes no orders that cost nothing") }
        // "Three-decimal currencies": the last digit must be 0. Other amounts are written as ISO 4217 counts them.
        guard (order.items.map(\.price) + [order.total]).allSatisfy({ $0.minorUnits % order.total.currency.step == 0 }) else {
            throw PaymentFailure(.refused, "Stripe wants the last digit of \(order.total.currency.code) to be 0")
        }
        var fields = [
            ("mode", "payment"), ("client_reference_id", order.id.text), ("metadata[lectern_order]", order.id.text),
            ("payment_intent_data[metadata][lectern_order]", order.id.text), ("success_url", start.returnURL),
            ("cancel_url", start.cancelURL), ("locale", ["zh", "en"].contains(order.language) ? order.language : "auto"),
            ("expires_at", String(expiry(start))),
            // The order's currency is what is paid and given back.
            ("adaptive_pricing[enabled]", "false"),
        ]
        if let email = start.email { fields.append(("customer_email", email.text)) }
        // A coupon leaves less to pay than the items cost, and a bundle is bought in one piece: then the whole order is one line.
        let sum = order.items.reduce(Int64(0)) { $0 + $1.price.minorUnits }
        let lines =
            sum == order.total.minorUnits && order.product == nil
            ? order.items.map { ($0.title, $0.price.minorUnits) }
            : [(order.summary, order.total.minorUnits)]
        for (index, line) in lines.filter({ $0.1 > 0 }).enumerated() {
            let item = "line_items[\(index)]"
            fields += [
                ("\(item)[quantity]", "1"), ("\(item)[price_data][currency]", order.total.currency.code.lowercased()),
                ("\(item)[price_data][unit_amount]", String(line.1)),
                ("\(item)[price_data][product_data][name]", line.0.isEmpty ? order.id.text : String(line.0.prefix(250))),
            ]
        }
        return fields
    }

    /// Between half an hour and a day from now, by Stripe's clock, which may differ from ours a little.
    private func expiry(_ start: PaymentStart) -> Int64 {
        let now = start.now.milliseconds / 1000
        return min(max(start.expiresAt.milliseconds / 1000, now + 2400), now + 85_800)
    }

    /// The session of an order, what was paid, given back and disputed.
    func ask(_ question: PaymentQuestion) async throws(PaymentFailure) -> ProviderWord {
        var word = ProviderWord(order: question.order)
        var payments = Set(question.payments.filter { $0.hasPrefix("pi_") })
        if let reference = question.reference {
            let session = try await sessionWithFee(reference)
            word = try ownWord(session, question.order)
            if let payment = word.payment {
                payments.insert(payment)
                // A session stays as it was when its payment failed later: only the payment tells.
                if word.facts == [.processing] {
                    let told = session.payment_intent?.whole
                    if let told { if told.hasFailed { word.facts = [.failed] } } else if try await hasFailed(payment) { word.facts = [.failed] }
                }
            }
        }
        for payment in payments.sorted() {
            let refunds: [StripeRefund] = try await all("/v1/refunds", of: payment)
            word.facts += refunds.compactMap(\.fact)
            for refund in refunds { word.refunds.merge(refund.byKey) { $0.status < $1.status ? $1 : $0 } }
            let disputes: [StripeDispute] = try await all("/v1/disputes", of: payment)
            word.facts += disputes.compactMap(\.fact)
            word.details.fees += disputes.flatMap(\.fees)
        }
        return word
    }

    private func hasFailed(_ payment: String) async throws(PaymentFailure) -> Bool {
        let payment: StripePayment = try await call("GET", "/v1/payment_intents/\(try safe(payment))", [])
        return payment.hasFailed
    }

    /// Every page of a list ("Pagination").
    private func all<Item: StripeListed>(_ path: String, of payment: String) async throws(PaymentFailure) -> [Item] {
        var items: [Item] = []
        while true {
            var query = "?limit=100&payment_intent=\(try safe(payment))"
            if let last = items.last { query += "&starting_after=\(try safe(last.id))" }
            let page: StripeList<Item> = try await call("GET", path + query, [])
            items += page.data
            guard page.has_more == true, !page.data.isEmpty else { return items }
            // No payment has so many; a list without an end would be read for ever.
            guard items.count < 10_000 else { throw PaymentFailure(.unreachable, "Stripe's list \(path) has no end") }
        }
    }

    func refund(_ request: RefundRequest) async throws(PaymentFailure) -> ProviderWord {
        guard request.money.minorUnits % request.money.currency.step == 0 else {
            throw PaymentFailure(.refused, "Stripe wants the last digit of \(request.money.currency.code) to be 0")
        }
        let fields = [
            ("payment_intent", try safe(request.transaction)), ("amount", String(request.money.minorUnits)),
            ("metadata[lectern_order]", request.order.text), ("metadata[lectern_refund]", request.key),
        ]
        let refund: StripeRefund = try await call("POST", "/v1/refunds", fields, idempotencyKey: "refund-\(request.key)")
        return ProviderWord(order: request.order, payment: request.transaction, facts: [refund.fact].compactMap { $0 }, refunds: [request.key: refund.keyed])
    }

    func close(_ question: PaymentQuestion) async throws(PaymentFailure) -> ProviderWord {
        // No session was ever opened: nothing can be paid.
        guard let reference = question.reference else { return ProviderWord(order: question.order, facts: [.expired]) }
        var session = try await session(reference)
        if session.status == "open" { session = try await call("POST", "/v1/checkout/sessions/\(try safe(reference))/expire", []) }
        return try ownWord(session, question.order)
    }

    private func session(_ reference: String) async throws(PaymentFailure) -> StripeSession {
        try await call("GET", "/v1/checkout/sessions/\(try safe(reference))", [])
    }

    /// The session with its payment, that one's charge, and what Stripe kept of it, in one request ("Use cases for expanding responses").
    /// A key that may not read those gets the session alone: then fees are not known.
    private func sessionWithFee(_ reference: String) async throws(PaymentFailure) -> StripeSession {
        let path = "/v1/checkout/sessions/\(try safe(reference))"
        do throws(PaymentFailure) {
            // `latest_charge` is since this version; an account may be set to an older one.
            return try await call("GET", path + "?expand%5B0%5D=payment_intent.latest_charge.balance_transaction", [], version: "2022-11-15")
        } catch {
            guard error.kind == .refused else { throw error }
            return try await session(reference)
        }
    }

    private func ownWord(_ session: StripeSession, _ order: ID<Order>) throws(PaymentFailure) -> ProviderWord {
        guard session.isLive == (settings.mode == .live) else { throw PaymentFailure(.refused, "a session of the other mode") }
        guard session.order == order else { throw PaymentFailure(.refused, "a session of another order") }
        return ProviderWord(order: order, reference: session.id, payment: session.payment, facts: session.facts(isAsked: true), details: session.details)
    }

    private func call<Answer: Decodable>(
        _ method: String, _ path: String, _ fields: [(String, String)], idempotencyKey: String? = nil, version: String? = nil
    ) async throws(PaymentFailure) -> Answer {
        var headers = ["Authorization": "Bearer \(settings.secretKey)", "User-Agent": "Lectern"]
        if method == "POST" { headers["Content-Type"] = "application/x-www-form-urlencoded" }
        if let idempotencyKey { headers["Idempotency-Key"] = idempotencyKey }
        if let version { headers["Stripe-Version"] = version }
        let base = settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL
        let answer = try await send(HTTPCall(method: method, url: base + path, headers: headers, body: formEncoded(fields)))
        guard (200..<300).contains(answer.status) else {
            let problem: StripeProblem?
            do { problem = try JSONDecoder().decode(StripeProblem.self, from: Data(answer.body)) } catch { problem = nil }
            // Stripe's codes, not its sentences: those may quote what was sent.
            let words = "Stripe answered \(answer.status) \(problem?.error.code ?? problem?.error.type ?? "")"
            // 409: the same key is at work at this moment; 429: too many. Both pass.
            let passes = answer.status >= 500 || answer.status == 409 || answer.status == 429
            throw PaymentFailure(passes ? .unreachable : .refused, words)
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
        } catch { throw PaymentFailure(.unreachable, "Stripe's answer to \(method) \(path.prefix { $0 != "?" }) cannot be read") }
    }

    /// An id that becomes part of an address.
    private func safe(_ id: String) throws(PaymentFailure) -> String {
        guard !id.isEmpty, id.utf8.count <= 255,
            id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F })
        else { throw PaymentFailure(.refused, "no id of Stripe's") }
        return id
    }
}
