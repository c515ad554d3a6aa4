import Foundation
import LecternCore
import LecternCrypto

/// Alipay's page for computers ("电脑网站支付") and for phones ("手机网站支付"), signed with RSA2.
public struct AlipaySettings: Sendable {
    public var appID: String
    /// The merchant's user id at Alipay: 2088…
    public var sellerID: String
    /// The application's own key: PEM, or its base64 alone.
    public var privateKey: String
    /// What Alipay signs with: its public key, PEM or base64; or, of an application with certificates, Alipay's certificate. Several
    /// while one takes the other's place.
    public var alipayKeys: [String]
    /// Of an application with certificates: its own, and Alipay's root certificates, PEM. Nil: with public keys.
    public var certificates: Certificates?
    /// Where notices come to: `https://me.example/api/payments/alipay`.
    public var noticeURL: String
    /// `https://openapi.alipay.com/gateway.do`, the sandbox's, or a stand-in.
    public var baseURL: String

    public struct Certificates: Sendable {
        public var application: String
        public var root: String

        public init(application: String, root: String) {
            self.application = application
            self.root = root
        }
    }

    public init(
        appID: String, sellerID: String, privateKey: String, alipayKeys: [String], certificates: Certificates? = nil, noticeURL: String,
        baseURL: String = "https://openapi.alipay.com/gateway.do"
    ) {
        self.appID = appID
        self.sellerID = sellerID
        self.privateKey = privateKey
        self.alipayKeys = alipayKeys
        self.certificates = certificates
        self.noticeURL = noticeURL
        self.baseURL = baseURL
    }

    /// What cannot work, or would let anybody sign; for the creator, all at once.
    public var flaws: [String] {
        var flaws: [String] = []
        func isNumber(_ text: String) -> Bool { (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        if !isNumber(appID) { flaws.append("alipay: the app id is digits") }
        if !isNumber(sellerID) { flaws.append("alipay: the seller id is digits, 2088…") }
        if SigningKey(privateKey) == nil { flaws.append("alipay: the private key is no RSA key of 2048 bits or more") }
        if alipayKeys.isEmpty { flaws.append("alipay: the key that Alipay signs with is missing") }
        if alipayKeys.contains(where: { Self.key($0) == nil }) {
            flaws.append("alipay: what Alipay signs with is no RSA key or certificate of 2048 bits or more")
        }
        if let key = SigningKey(privateKey)?.publicKey, alipayKeys.compactMap(Self.key).contains(key) {
            flaws.append("alipay: the key given as Alipay's is the application's own: whoever has it could sign notices")
        }
        if let certificates {
            if Certificate(pem: certificates.application) == nil { flaws.append("alipay: the application's certificate cannot be read") }
            if alipayRootSerial(certificates.root) == nil { flaws.append("alipay: the root certificates cannot be read") }
        }
        if !noticeURL.hasPrefix("https://"), !isLoopback(noticeURL) { flaws.append("alipay: Alipay's notices come over https alone") }
        if !baseURL.hasPrefix("https://"), !isLoopback(baseURL) { flaws.append("alipay: base-url is not https") }
        return flaws
    }

    static func key(_ text: String) -> PublicKey? {
        text.contains("BEGIN CERTIFICATE") ? Certificate(pem: text)?.publicKey : PublicKey(rsa: text)
    }
}

extension PaymentProvider {
    /// - Returns: nil when the settings have `flaws`.
    public static func alipay(_ settings: AlipaySettings, send: @escaping SendHTTP = httpOverCurl()) -> PaymentProvider? {
        guard settings.flaws.isEmpty, let client = AlipayClient(settings: settings, send: send) else { return nil }
        var provider = PaymentProvider(
            name: .alipay, label: ["zh": "支付宝", "en": "Alipay"], currencies: [.cny],
            start: { start throws(PaymentFailure) in try client.start(start) },
            read: { notice, _ throws(NoticeRefusal) in try client.read(notice) },
            ask: { question throws(PaymentFailure) in try await client.ask(question) },
            refund: { request throws(PaymentFailure) in try await client.refund(request) },
            close: { question throws(PaymentFailure) in try await client.close(question) })
        provider.acknowledgement = "success"
        // WeChat opens no page of Alipay's.
        provider.place = { $0 == .alipay ? -1 : $0 == .wechat ? 9 : 1 }
        return provider
    }
}

extension AlipayClient {
    /// "alipay.trade.page.pay" and "alipay.trade.wap.pay": an address with a signature, of which Alipay hears when the buyer opens it.
    func start(_ start: PaymentStart) throws(PaymentFailure) -> PaymentStarted {
        let order = start.order
        guard order.total.currency == .cny, order.total.minorUnits > 0 else {
            throw PaymentFailure(.refused, "Alipay takes renminbi, and more than nothing")
        }
        let isPage = start.screen == .desktop
        var content: [JSON.Member] = [
            .init("out_trade_no", .text(order.id.text)), .init("total_amount", .text(alipayAmount(order.total))),
            .init("subject", .text(subject(order))), .init("product_code", .text(isPage ? "FAST_INSTANT_TRADE_PAY" : "QUICK_WAP_WAY")),
            .init("time_expire", .text(chinaTime(start.expiresAt).replacing("T", with: " "))),
        ]
        if !isPage { content.append(.init("quit_url", .text(start.cancelURL))) }
        let fields = signed(
            isPage ? "alipay.trade.page.pay" : "alipay.trade.wap.pay", .object(content), start.now,
            more: [("notify_url", settings.noticeURL), ("return_url", start.returnURL)])
        let url = settings.baseURL + "?" + String(decoding: formEncoded(fields), as: UTF8.self)
        return PaymentStarted(next: .redirect(url: url), reference: order.id.text)
    }

    /// Without what Alipay refuses in it, 256 bytes at most.
    private func subject(_ order: Order) -> String {
        var text = ""
        for character in order.summary where !"/=&".contains(character) {
            guard text.utf8.count + character.utf8.count <= 256 else { break }
            text.append(character)
        }
        return text.isEmpty ? order.id.text : text
    }

    /// "alipay.trade.query", and each refund that we know to ask for.
    func ask(_ question: PaymentQuestion) async throws(PaymentFailure) -> ProviderWord {
        var word = ProviderWord(order: question.order)
        guard let trade = try await trade(of: question) else { return word }
        var own: Int64 = 0
        for key in question.refundKeys {
            guard let part = try await refunded(key, of: question) else { continue }
            own += part.minorUnits
            word.refunds[key] = keyed(trade.payment, money: part)
        }
        // What is told is all that went back, ours with it: never both.
        let back = [trade.refundsTold?.minorUnits, own > 0 ? own : nil].compactMap(\.self).max().map { Money(minorUnits: $0, currency: .cny) }
        word.payment = trade.payment
        word.facts = trade.facts(refunded: back, isPaidBefore: trade.payment.map { question.payments.contains($0) } ?? false)
        return word
    }

    /// - Returns: nil when nobody opened Alipay's page for the order yet.
    private func trade(of question: PaymentQuestion) async throws(PaymentFailure) -> AlipayTrade? {
        let answer = try await call("alipay.trade.query", ["out_trade_no": .text(question.order.text)], question.now)
        if answer["sub_code"]?.text == "ACQ.TRADE_NOT_EXIST" { return nil }
        try requireDone(answer)
        guard let trade = AlipayTrade(answer), trade.order == question.order else { throw unreadable("query") }
        return trade
    }

    /// "alipay.trade.fastpay.refund.query". - Returns: nil for a refund that was not paid.
    private func refunded(_ key: String, of question: PaymentQuestion) async throws(PaymentFailure) -> Money? {
        let answer = try await call(
            "alipay.trade.fastpay.refund.query", ["out_trade_no": .text(question.order.text), "out_request_no": .text(key)], question.now)
        if ["ACQ.TRADE_NOT_EXIST", "ACQ.REFUND_NOT_EXIST"].contains(answer["sub_code"]?.text ?? "") { return nil }
        try requireDone(answer)
        // For a refund that it does not know it answers without one.
        guard answer["refund_status"]?.text == "REFUND_SUCCESS" else { return nil }
        guard let money = answer["refund_amount"]?.text.flatMap({ Money(decimal: $0, currency: .cny) }) else { throw unreadable("refund query") }
        return money
    }

    /// "alipay.trade.refund". Asked for under the same name twice, it is paid once.
    func refund(_ request: RefundRequest) async throws(PaymentFailure) -> ProviderWord {
        let answer = try await call(
            "alipay.trade.refund",
            [
                "trade_no": .text(request.transaction), "refund_amount": .text(alipayAmount(request.money)), "out_request_no": .text(request.key),
            ], request.now)
        try requireDone(answer)
        // What went back of the payment so far, this refund with it.
        guard let sum = answer["refund_fee"]?.text.flatMap({ Money(decimal: $0, currency: .cny) }) else { throw unreadable("refund") }
        if answer["fund_change"]?.text != "Y" {
            let question = PaymentQuestion(order: request.order, reference: nil, payments: [], now: request.now)
            // Nothing moved just now: it was paid before, or is not paid yet.
            guard try await refunded(request.key, of: question) != nil else {
                throw PaymentFailure(.unreachable, "Alipay has not given it back yet")
            }
        }
        return ProviderWord(
            order: request.order, payment: request.transaction,
            facts: [.refunded(reference: alipayRefunds(of: request.transaction), transaction: request.transaction, money: sum, status: .succeeded)],
            refunds: [request.key: keyed(request.transaction, money: request.money)])
    }

    /// - Parameter money: of this refund alone; nil: only the sum so far is told.
    func keyed(_ payment: String?, money: Money?) -> KeyedRefund {
        KeyedRefund(.succeeded, reference: payment.map(alipayRefunds), payment: payment, money: money)
    }

    /// "alipay.trade.close", unless it was paid meanwhile. Of what nobody opened yet, the page's own end of time is passed.
    func close(_ question: PaymentQuestion) async throws(PaymentFailure) -> ProviderWord {
        guard let trade = try await trade(of: question) else { return ProviderWord(order: question.order, facts: [.expired]) }
        guard trade.isOpen else { return try await ask(question) }
        let answer = try await call("alipay.trade.close", ["out_trade_no": .text(question.order.text)], question.now)
        if answer["sub_code"]?.text == "ACQ.TRADE_NOT_EXIST" { return ProviderWord(order: question.order, facts: [.expired]) }
        // Paid at this very moment, it says no, and tells so when it is asked again.
        try requireDone(answer)
        return ProviderWord(order: question.order, facts: [.expired])
    }

    private func unreadable(_ what: String) -> PaymentFailure { PaymentFailure(.unreachable, "Alipay's answer (\(what)) cannot be read") }
}

/// Alipay tells of a payment how much of it went back so far: all of its refunds are one, that grows.
func alipayRefunds(of trade: String) -> String { "refunds:" + trade }

/// `199.00`: always two digits.
func alipayAmount(_ money: Money) -> String {
    let digits = String(money.minorUnits), padded = String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    return padded.dropLast(2) + "." + padded.suffix(2)
}
