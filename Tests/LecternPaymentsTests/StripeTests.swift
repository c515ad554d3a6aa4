import LecternCore
import Synchronization
import Testing

@testable import LecternPayments

/// A stand-in for Stripe: answers by method and path, and remembers what it was asked.
private final class StandIn: Sendable {
    private let state = Mutex<(answers: [String: [(Int, String)]], calls: [HTTPCall])>(([:], []))

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func answer(_ call: String, _ status: Int = 200, _ body: String) {
        state.withLock { $0.answers[call, default: []].append((status, body)) }
    }

    var send: SendHTTP {
        { call throws(PaymentFailure) in
            let found = self.state.withLock { state -> (Int, String)? in
                state.calls.append(call)
                let path = call.url.dropFirst("http://localhost:9".count).prefix { $0 != "?" }
                let name = "\(call.method) \(path)"
                guard var queue = state.answers[name], !queue.isEmpty else { return nil }
                let answer = queue.count > 1 ? queue.removeFirst() : queue[0]
                state.answers[name] = queue
                return answer
            }
            guard let found else { throw PaymentFailure(.unreachable, "nothing answers") }
            return HTTPAnswer(status: found.0, body: Array(found.1.utf8))
        }
    }
}

@Suite struct StripeTests {
    private let settings = StripeSettings(mode: .test, secretKey: "sk_test_1", webhookSecrets: ["whsec_1"], baseURL: "http://localhost:9")
    private let standIn = StandIn()
    private let now = Instant(seconds: 1_764_000_000)
    private var stripe: PaymentProvider { PaymentProvider.stripe(settings, send: standIn.send)! }

    private func start(_ currency: Currency = .cny, _ prices: [Int64] = [19900], total: Int64? = nil) -> PaymentStart {
        let items = prices.enumerated().map { Order.Item(course: "c\($0)", title: "课 \($0)", price: Money(minorUnits: $1, currency: currency)) }
        let order = Order(
            id: ID("order1"), learner: ID("ann"), items: items, total: Money(minorUnits: total ?? prices.reduce(0, +), currency: currency),
            provider: .stripe, attempt: "a", language: "zh", visit: nil, consent: nil, createdAt: now)
        return PaymentStart(
            order: order, email: EmailAddress("ann@example.com"), returnURL: "https://me.example/orders/?order=order1",
            cancelURL: "https://me.example/checkout/?course=c0", expiresAt: now.adding(seconds: 86_400), now: now)
    }

    private func session(_ more: String, payment: String = "\"pi_1\"") -> String {
        """
        {"id":"cs_1","object":"checkout.session","livemode":false,"client_reference_id":"order1","metadata":{"lectern_order":"order1"},
        "amount_total":19900,"currency":"cny","payment_intent":\(payment),\(more)}
        """
    }

    private func read(_ kind: String, _ object: String, livemode: Bool = false) async throws(NoticeRefusal) -> ProviderWord {
        let body = Array("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"\(kind)\",\"livemode\":\(livemode),\"data\":{\"object\":\(object)}}".utf8)
        let header = NoticeSignature(secrets: [Array("whsec_1".utf8)])!.header(body: body, now: now)
        return try await stripe.read(RawNotice(headers: ["stripe-signature": header], body: body), now).word
    }

    private func failure<Value: Sendable>(_ body: () async throws(PaymentFailure) -> Value) async -> PaymentFailure? {
        do { _ = try await body() } catch { return error }
        return nil
    }

    @Test func `a session carries our order, the price in minor units, and a key that makes a repetition harmless`() async throws {
        standIn.answer("POST /v1/checkout/sessions", 200, session(#""url":"https://checkout.stripe.com/c/1","status":"open","payment_status":"unpaid""#, payment: "null"))
        let started = try await stripe.start(start())
        #expect(started == PaymentStarted(next: .redirect(url: "https://checkout.stripe.com/c/1"), reference: "cs_1"))
        let call = try #require(standIn.calls.first), form = String(decoding: call.body, as: UTF8.self)
        #expect(call.headers["Authorization"] == "Bearer sk_test_1")
        #expect(call.headers["Idempotency-Key"] == "order1-2940000-1")
        for field in [
            "client_reference_id=order1", "metadata%5Blectern_order%5D=order1", "payment_intent_data%5Bmetadata%5D%5Blectern_order%5D=order1",
            "line_items%5B0%5D%5Bprice_data%5D%5Bunit_amount%5D=19900", "line_items%5B0%5D%5Bprice_data%5D%5Bcurrency%5D=cny",
            "customer_email=ann%40example.com", "expires_at=1764085800", "line_items%5B0%5D%5Bprice_data%5D%5Bproduct_data%5D%5Bname%5D=%E8%AF%BE%200",
        ] { #expect("&\(form)&".contains("&\(field)&")) }
    }

    @Test func `a fee is in the payment's currency, at Stripe's own rate`() {
        func fee(_ fee: Int64, _ amount: Int64, _ currency: String, of units: Int64 = 19900) -> Int64? {
            StripeBalance(id: "txn", amount: amount, fee: fee, currency: currency).fee(of: Money(minorUnits: units, currency: .cny))?.minorUnits
        }
        #expect(fee(700, 19900, "cny") == 700)
        // 965 · 19900 / 21492 = 893.5…; a currency without decimals is a proportion like any other.
        #expect(fee(965, 21492, "hkd") == 894)
        #expect(fee(15, 4200, "jpy") == 71)
        #expect(fee(1500, -21492, "hkd") == 1389)
        #expect(fee(-965, 21492, "hkd") == -894)
        #expect(fee(5, 0, "hkd") == nil)
        #expect(fee(.max, 1, "hkd", of: .max) == nil)
    }

    @Test func `an asked session tells what Stripe kept and from where it was paid, and one that reads otherwise is paid all the same`() async throws {
        let charge = #"{"id":"ch_1","amount":19900,"currency":"cny","billing_details":{"address":{"country":null}},"payment_method_details":{"card":{"country":"DE"}},"balance_transaction":{"id":"txn_1","amount":19900,"fee":912,"currency":"cny"}}"#
        for (told, details) in [
            (charge, PaymentDetails(fees: [PaymentFee(key: "txn_1", payment: "pi_1", about: .payment, money: Money(minorUnits: 912, currency: .cny))], countries: ["pi_1": "DE"])),
            (charge.replacing(#"{"id":"txn_1","amount":19900,"fee":912,"currency":"cny"}"#, with: "null"), PaymentDetails(countries: ["pi_1": "DE"])),
            (charge.replacing("19900", with: "\"?\""), PaymentDetails()), ("\"ch_1\"", PaymentDetails()), ("null", PaymentDetails()),
        ] {
            let payment = "{\"id\":\"pi_1\",\"status\":\"succeeded\",\"latest_charge\":\(told)}"
            let one = StandIn()
            for list in ["refunds", "disputes"] { one.answer("GET /v1/" + list, 200, #"{"data":[]}"#) }
            one.answer("GET /v1/checkout/sessions/cs_1", 200, session(#""status":"complete","payment_status":"paid""#, payment: payment))
            let word = try await PaymentProvider.stripe(settings, send: one.send)!.ask!(PaymentQuestion(order: ID("order1"), reference: "cs_1", payments: [], now: now))
            #expect(word.facts == [.paid(transaction: "pi_1", money: Money(minorUnits: 19900, currency: .cny))])
            #expect(word.details == details)
            #expect(one.calls.first?.headers["Stripe-Version"] == "2022-11-15")
        }
    }

    @Test func `after Stripe's own failure another key is tried, after a refusal none`() async throws {
        standIn.answer("POST /v1/checkout/sessions", 500, #"{"error":{"type":"api_error"}}"#)
        standIn.answer("POST /v1/checkout/sessions", 200, session(#""url":"https://checkout.stripe.com/c/1","status":"open","payment_status":"unpaid""#, payment: "null"))
        _ = try await stripe.start(start())
        #expect(standIn.calls.map { $0.headers["Idempotency-Key"] } == ["order1-2940000-1", "order1-2940000-2"])

        let other = StandIn()
        other.answer("POST /v1/checkout/sessions", 400, #"{"error":{"type":"invalid_request_error","code":"amount_too_small","message":"ann@example.com"}}"#)
        let stripe = PaymentProvider.stripe(settings, send: other.send)!
        let failed = await failure { () async throws(PaymentFailure) in try await stripe.start(start()) }
        #expect(failed == PaymentFailure(.refused, "Stripe answered 400 amount_too_small"))
        #expect(other.calls.count == 1)
    }

    @Test func `a coupon's order is one line; a currency of three digits must end in 0`() async throws {
        standIn.answer("POST /v1/checkout/sessions", 200, session(#""url":"https://checkout.stripe.com/c/1","status":"open","payment_status":"unpaid""#, payment: "null"))
        _ = try await stripe.start(start(.cny, [19900, 9900], total: 20000))
        let form = String(decoding: standIn.calls[0].body, as: UTF8.self)
        #expect(form.contains("unit_amount%5D=20000") && !form.contains("line_items%5B1%5D"))
        let kuwait = Currency("KWD")!
        #expect(await failure { () async throws(PaymentFailure) in try await stripe.start(start(kuwait, [3505])) }?.kind == .refused)
        _ = try await stripe.start(start(Currency("JPY")!, [3500]))
        #expect(String(decoding: standIn.calls[1].body, as: UTF8.self).contains("unit_amount%5D=3500&"))
    }

    @Test func `each event says what it says`() async throws {
        let paid = OrderFact.paid(transaction: "pi_1", money: Money(minorUnits: 19900, currency: .cny))
        let complete = session(#""status":"complete","payment_status":"paid""#), unpaid = session(#""status":"complete","payment_status":"unpaid""#)
        #expect(try await read("checkout.session.completed", complete) == ProviderWord(order: ID("order1"), reference: "cs_1", payment: "pi_1", facts: [paid]))
        #expect(try await read("checkout.session.completed", unpaid).facts == [.processing])
        #expect(try await read("checkout.session.async_payment_succeeded", complete).facts == [paid])
        #expect(try await read("checkout.session.async_payment_failed", unpaid).facts == [.failed])
        #expect(try await read("checkout.session.expired", session(#""status":"expired","payment_status":"unpaid""#)).facts == [.expired])
        #expect(try await read("charge.refunded", "{}").facts.isEmpty)
        #expect(try await read("customer.created", "{}") == ProviderWord())
    }

    @Test func `refunds are ranked and found by their payment, inquiries are no disputes`() async throws {
        func refund(_ status: String) async throws -> ProviderWord {
            try await read("refund.updated", #"{"id":"re_1","amount":5000,"currency":"cny","status":"\#(status)","payment_intent":"pi_1","metadata":{}}"#)
        }
        let money = Money(minorUnits: 5000, currency: .cny)
        for (told, status) in [("pending", RefundStatus.pending), ("requires_action", .pending), ("succeeded", .succeeded), ("failed", .failed), ("canceled", .failed)] {
            #expect(try await refund(told) == ProviderWord(payment: "pi_1", facts: [.refunded(reference: "re_1", transaction: "pi_1", money: money, status: status)]))
        }
        func dispute(_ status: String) async throws -> [OrderFact] {
            try await read("charge.dispute.updated", #"{"id":"dp_1","status":"\#(status)","payment_intent":{"id":"pi_1","object":"payment_intent"}}"#).facts
        }
        for status in ["warning_needs_response", "warning_under_review", "warning_closed"] { #expect(try await dispute(status).isEmpty) }
        for (told, status) in [("needs_response", DisputeStatus.open), ("under_review", .open), ("won", .won), ("lost", .lost)] {
            #expect(try await dispute(told) == [.dispute(id: "dp_1", transaction: "pi_1", status: status)])
        }
    }

    @Test func `the real world's events are not taken in the test world, nor broken ones`() async {
        await #expect(throws: NoticeRefusal.isFromAnotherWorld) { try await read("checkout.session.completed", session(#""payment_status":"paid""#), livemode: true) }
        await #expect(throws: NoticeRefusal.isMalformed) { try await read("checkout.session.completed", "{}") }
        await #expect(throws: NoticeRefusal.isMalformed) { try await read("refund.created", #"{"id":"re_1","amount":"5000","currency":"cny"}"#) }
        await #expect(throws: NoticeRefusal.isUnsigned) { try await stripe.read(RawNotice(headers: [:], body: []), now) }
    }

    @Test func `asked about an order, Stripe's session, refunds and disputes are one word`() async throws {
        standIn.answer("GET /v1/checkout/sessions/cs_1", 200, session(#""status":"complete","payment_status":"paid""#))
        standIn.answer("GET /v1/refunds", 200, #"{"data":[{"id":"re_1","amount":19900,"currency":"cny","status":"succeeded","payment_intent":"pi_1"}]}"#)
        standIn.answer("GET /v1/disputes", 200, #"{"data":[]}"#)
        let ask = try #require(stripe.ask)
        let money = Money(minorUnits: 19900, currency: .cny)
        let word = try await ask(PaymentQuestion(order: ID("order1"), reference: "cs_1", payments: [], now: now))
        #expect(word.facts == [.paid(transaction: "pi_1", money: money), .refunded(reference: "re_1", transaction: "pi_1", money: money, status: .succeeded)])
        // A session of another order says nothing about this one, and an id that is a path is asked about nowhere.
        #expect(await failure { () async throws(PaymentFailure) in try await ask(PaymentQuestion(order: ID("order2"), reference: "cs_1", payments: [], now: now)) }?.kind == .refused)
        #expect(await failure { () async throws(PaymentFailure) in try await ask(PaymentQuestion(order: ID("order1"), reference: "../refunds", payments: [], now: now)) }?.kind == .refused)
    }

    @Test func `a payment on its way that failed is known by asking for it`() async throws {
        standIn.answer("GET /v1/checkout/sessions/cs_1", 200, session(#""status":"complete","payment_status":"unpaid""#))
        standIn.answer("GET /v1/payment_intents/pi_1", 200, #"{"id":"pi_1","status":"requires_payment_method"}"#)
        standIn.answer("GET /v1/refunds", 200, #"{"data":[]}"#)
        standIn.answer("GET /v1/disputes", 200, #"{"data":[]}"#)
        let ask = try #require(stripe.ask)
        #expect(try await ask(PaymentQuestion(order: ID("order1"), reference: "cs_1", payments: [], now: now)).facts == [.failed])
    }

    @Test func `a sum below nothing is no payment`() async throws {
        let body = session(#""payment_status":"paid""#).replacing("\"amount_total\":19900", with: "\"amount_total\":-19900")
        #expect(body.contains("-19900"))
        #expect(try await read("checkout.session.completed", body).facts == [])
    }

    @Test func `every page of refunds and disputes is read`() async throws {
        func refund(_ id: String) -> String { #"{"id":"\#(id)","amount":100,"currency":"cny","status":"succeeded","payment_intent":"pi_1","metadata":{"lectern_refund":"k-\#(id)"}}"# }
        standIn.answer("GET /v1/refunds", 200, "{\"data\":[\(refund("re_3")),\(refund("re_2"))],\"has_more\":true}")
        standIn.answer("GET /v1/refunds", 200, "{\"data\":[\(refund("re_1"))],\"has_more\":false}")
        standIn.answer("GET /v1/disputes", 200, #"{"data":[{"id":"dp_2","status":"won","payment_intent":"pi_1"}],"has_more":true}"#)
        standIn.answer("GET /v1/disputes", 200, #"{"data":[{"id":"dp_1","status":"lost","payment_intent":"pi_1"}],"has_more":false}"#)
        let ask = try #require(stripe.ask)
        let word = try await ask(PaymentQuestion(order: ID("order1"), reference: nil, payments: ["pi_1"], now: now))
        #expect(word.facts.count == 5 && word.refundKeys == ["k-re_1", "k-re_2", "k-re_3"])
        #expect(standIn.calls.map { $0.url.split(separator: "/v1/").last } == [
            "refunds?limit=100&payment_intent=pi_1", "refunds?limit=100&payment_intent=pi_1&starting_after=re_2",
            "disputes?limit=100&payment_intent=pi_1", "disputes?limit=100&payment_intent=pi_1&starting_after=dp_2",
        ])
    }

    @Test func `an open session is closed, a paid one is found to be paid`() async throws {
        let question = PaymentQuestion(order: ID("order1"), reference: "cs_1", payments: [], now: now)
        standIn.answer("GET /v1/checkout/sessions/cs_1", 200, session(#""status":"open","payment_status":"unpaid""#, payment: "null"))
        standIn.answer("POST /v1/checkout/sessions/cs_1/expire", 200, session(#""status":"expired","payment_status":"unpaid""#, payment: "null"))
        #expect(try await stripe.close(question).facts == [.expired])
        let paid = StandIn()
        paid.answer("GET /v1/checkout/sessions/cs_1", 200, session(#""status":"complete","payment_status":"paid""#))
        let word = try await PaymentProvider.stripe(settings, send: paid.send)!.close(question)
        #expect(word.facts == [.paid(transaction: "pi_1", money: Money(minorUnits: 19900, currency: .cny))])
    }

    @Test func `a refund names the payment and the amount, under a key of its own`() async throws {
        standIn.answer("POST /v1/refunds", 200, #"{"id":"re_1","amount":5000,"currency":"cny","status":"pending","payment_intent":"pi_1"}"#)
        let money = Money(minorUnits: 5000, currency: .cny)
        let word = try await stripe.refund(RefundRequest(order: ID("order1"), transaction: "pi_1", paid: money, money: money, key: "k", now: now))
        #expect(word.facts == [.refunded(reference: "re_1", transaction: "pi_1", money: money, status: .pending)])
        #expect(standIn.calls[0].headers["Idempotency-Key"] == "refund-k")
        let form = String(decoding: standIn.calls[0].body, as: UTF8.self)
        #expect(form.hasPrefix("payment_intent=pi_1&amount=5000&") && form.hasSuffix("metadata%5Blectern_refund%5D=k"))
    }

    @Test func `settings that would charge in the wrong world, or believe anybody, are told all together`() {
        let bad = StripeSettings(mode: .live, secretKey: "sk_test_1", webhookSecrets: [""], baseURL: "http://api.stripe.com")
        #expect(bad.flaws.count == 3)
        #expect(PaymentProvider.stripe(bad, send: standIn.send) == nil)
        #expect(StripeSettings(mode: .test, secretKey: "", webhookSecrets: []).flaws.count == 2)
    }

    @Test func `pretending is for this machine`() {
        for address in ["https://me.example/preview/pay/", "http://me.example/preview/pay/", "http://localhost@me.example/", "http://localhost.me.example/"] {
            #expect(PretendPayments(pages: address, key: [1]) == nil)
        }
        #expect(PretendPayments(pages: "http://localhost:4000/preview/pay/", key: []) == nil)
        #expect(PretendPayments(pages: "http://127.0.0.1:4000/preview/pay/", key: [1]) != nil)
    }
}
