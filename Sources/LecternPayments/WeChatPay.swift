import Foundation
import LecternCore
import LecternCrypto

/// WeChat Pay, API v3, for a merchant of its own ("直连商户"): a code to scan on a desktop, WeChat itself on a phone.
public struct WeChatPaySettings: Sendable {
    public var appID: String
    public var merchantID: String
    /// Of the merchant's own API certificate, hexadecimal.
    public var certificateSerial: String
    /// The key of that certificate, PEM.
    public var privateKey: String
    /// APIv3密钥: 32 bytes, with which notices and certificates are encrypted.
    public var apiKey: String
    /// What WeChat Pay signs with, PEM, by its name: `PUB_KEY_ID_…`. Several while one takes the other's place. Empty: its platform
    /// certificates are fetched, and followed as they change.
    public var publicKeys: [String: String]
    /// Where notices come to: `https://me.example/api/payments/wechat`.
    public var noticeURL: String
    /// `https://api.mch.weixin.qq.com`, or a stand-in.
    public var baseURL: String
    /// Of the official account (公众号) that `appID` is: with it, buyers pay on a page inside WeChat. Nil: they are shown a code there.
    public var appSecret: String?
    /// Where WeChat says who its user is.
    public var authorizeURL = "https://open.weixin.qq.com/connect/oauth2/authorize"
    public var apiURL = "https://api.weixin.qq.com"

    public init(
        appID: String, merchantID: String, certificateSerial: String, privateKey: String, apiKey: String, publicKeys: [String: String] = [:],
        noticeURL: String, baseURL: String = "https://api.mch.weixin.qq.com", appSecret: String? = nil
    ) {
        self.appSecret = appSecret
        self.appID = appID
        self.merchantID = merchantID
        self.certificateSerial = certificateSerial
        self.privateKey = privateKey
        self.apiKey = apiKey
        self.publicKeys = publicKeys
        self.noticeURL = noticeURL
        self.baseURL = baseURL
    }

    /// What cannot work, or would let anybody sign; for the creator, all at once.
    public var flaws: [String] {
        var flaws: [String] = []
        func isWord(_ text: String, _ limit: Int) -> Bool {
            (1...limit).contains(text.utf8.count)
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F }
        }
        if !isWord(appID, 32) { flaws.append("wechat: the app id is letters and digits, wx…") }
        if !isWord(merchantID, 32) { flaws.append("wechat: the merchant id is digits") }
        if !isWord(certificateSerial, 64) { flaws.append("wechat: the certificate's serial is hexadecimal digits") }
        if SigningKey(privateKey) == nil { flaws.append("wechat: the private key is no RSA key in PEM of 2048 bits or more") }
        if apiKey.utf8.count != AESGCM.keyBytes { flaws.append("wechat: the API v3 key has 32 characters") }
        for (name, key) in publicKeys.sorted(by: { $0.key < $1.key }) {
            if !name.hasPrefix("PUB_KEY_ID_") || !isWord(name, 64) { flaws.append("wechat: \"\(name)\" is no name of a public key: PUB_KEY_ID_…") }
            if PublicKey(rsa: key) == nil { flaws.append("wechat: the public key \(name) is no RSA key in PEM of 2048 bits or more") }
        }
        if !noticeURL.hasPrefix("https://"), !isLoopback(noticeURL) { flaws.append("wechat: WeChat Pay sends notices over https alone") }
        if noticeURL.contains("?") || noticeURL.utf8.count > 256 { flaws.append("wechat: the notices' address has no query, and 256 characters at most") }
        if [baseURL, authorizeURL, apiURL].contains(where: { !$0.hasPrefix("https://") && !isLoopback($0) }) { flaws.append("wechat: an address of WeChat's is not https") }
        if let appSecret, !isWord(appSecret, 64) { flaws.append("wechat: the official account's secret is letters and digits") }
        return flaws
    }
}

extension PaymentProvider {
    /// - Returns: nil when the settings have `flaws`.
    public static func weChatPay(_ settings: WeChatPaySettings, send: @escaping SendHTTP = httpOverCurl()) -> PaymentProvider? {
        guard settings.flaws.isEmpty, let client = WeChatPayClient(settings: settings, send: send) else { return nil }
        var provider = PaymentProvider(
            name: .wechat, label: ["zh": "微信支付", "en": "WeChat Pay"], currencies: [.cny],
            start: { start throws(PaymentFailure) in try await client.start(start) },
            read: { notice, now async throws(NoticeRefusal) in try await client.read(notice, now) },
            ask: { question throws(PaymentFailure) in try await client.ask(question) },
            refund: { request throws(PaymentFailure) in try await client.refund(request) },
            close: { question throws(PaymentFailure) in try await client.close(question) })
        provider.bill = { day, now throws(PaymentFailure) in try await client.bill(day, now) }
        provider.place = { $0 == .alipay ? 9 : 0 }
        if settings.appSecret != nil {
            provider.resume = { start, code throws(PaymentFailure) in try await client.payInside(start, code: code) }
        }
        return provider
    }
}

extension WeChatPayClient {
    /// "Native下单" and "H5下单". Asked again with the same order, WeChat Pay gives a fresh code or address for the same payment.
    func start(_ start: PaymentStart) async throws(PaymentFailure) -> PaymentStarted {
        let order = start.order
        guard order.total.currency == .cny, order.total.minorUnits > 0 else {
            throw PaymentFailure(.refused, "WeChat Pay takes renminbi, and more than nothing")
        }
        if let authorization = authorization(start) { return authorization }
        var members = orderMembers(start)
        let isPhone = start.screen == .phone || start.screen == .alipay
        if isPhone, let address = start.address {
            members.append(.init("scene_info", ["payer_client_ip": .text(address), "h5_info": ["type": "Wap"]]))
            let answer = try await call("POST", "/v3/pay/transactions/h5", .object(members), start.now)
            guard let url = answer["h5_url"]?.text, url.hasPrefix("https://") || isLoopback(url) else { throw unreadable("h5") }
            let back = String(decoding: formEncoded([("redirect_url", start.returnURL)]), as: UTF8.self)
            // It leads nowhere after five minutes.
            return PaymentStarted(
                next: .redirect(url: url + (url.contains("?") ? "&" : "?") + back), until: start.now.adding(seconds: 270), reference: order.id.text)
        }
        let answer = try await call("POST", "/v3/pay/transactions/native", .object(members), start.now)
        guard let text = answer["code_url"]?.text, let svg = qrCode(text) else { throw unreadable("native") }
        // Good for two hours.
        return PaymentStarted(next: .qr(svg: svg, text: text), until: start.now.adding(seconds: 7000), reference: order.id.text)
    }

    /// What all ways to pay have in common.
    func orderMembers(_ start: PaymentStart) -> [JSON.Member] {
        let order = start.order
        return [
            .init("appid", .text(settings.appID)), .init("mchid", .text(settings.merchantID)), .init("description", .text(description(order))),
            .init("out_trade_no", .text(order.id.text)), .init("time_expire", .text(chinaTime(start.expiresAt) + "+08:00")),
            .init("notify_url", .text(settings.noticeURL)), .init("amount", ["total": .whole(order.total.minorUnits), "currency": "CNY"]),
        ]
    }

    /// At most 127 bytes, whole characters.
    private func description(_ order: Order) -> String {
        let titles = order.summary
        var text = ""
        for character in titles where text.utf8.count + character.utf8.count <= 127 { text.append(character) }
        return text.isEmpty ? order.id.text : text
    }

    /// "查询订单", and each refund that we know to ask for ("查询单笔退款").
    func ask(_ question: PaymentQuestion) async throws(PaymentFailure) -> ProviderWord {
        var word = ProviderWord(order: question.order)
        guard let transaction = try await transaction(of: question) else { return word }
        word = ProviderWord(
            order: question.order, payment: transaction.payment, facts: transaction.facts)
        for key in question.refundKeys {
            let path = "/v3/refund/domestic/refunds/\(try safe(key))"
            guard let answer = try await callIfThere("GET", path, nil, question.now) else { continue }
            guard let refund = WeChatRefund(answer, statusName: "status"), refund.order == question.order else { throw unreadable("refund") }
            word.facts.append(refund.fact)
            word.refunds[refund.key] = refund.keyed
        }
        return word
    }

    /// - Returns: nil when WeChat Pay never heard of the order.
    private func transaction(of question: PaymentQuestion) async throws(PaymentFailure) -> WeChatTransaction? {
        let path = "/v3/pay/transactions/out-trade-no/\(try safe(question.order.text))?mchid=\(settings.merchantID)"
        guard let answer = try await callIfThere("GET", path, nil, question.now) else { return nil }
        guard let transaction = WeChatTransaction(answer), transaction.order == question.order else { throw unreadable("order") }
        guard transaction.merchant == settings.merchantID else { throw PaymentFailure(.refused, "an order of another merchant") }
        return transaction
    }

    /// "申请退款". Asked for under the same name twice, it is paid once.
    func refund(_ request: RefundRequest) async throws(PaymentFailure) -> ProviderWord {
        let answer = try await call(
            "POST", "/v3/refund/domestic/refunds",
            [
                "transaction_id": .text(try safe(request.transaction)), "out_refund_no": .text(try safe(request.key)),
                "notify_url": .text(settings.noticeURL),
                "amount": ["refund": .whole(request.money.minorUnits), "total": .whole(request.paid.minorUnits), "currency": "CNY"],
            ], request.now)
        guard let refund = WeChatRefund(answer, statusName: "status"), refund.key == request.key else { throw unreadable("refund") }
        return ProviderWord(order: request.order, payment: request.transaction, facts: [refund.fact], refunds: [refund.key: refund.keyed])
    }

    /// "关闭订单", unless it was paid meanwhile.
    func close(_ question: PaymentQuestion) async throws(PaymentFailure) -> ProviderWord {
        guard let transaction = try await transaction(of: question) else { return ProviderWord(order: question.order, facts: [.expired]) }
        let word = ProviderWord(order: question.order, payment: transaction.payment, facts: transaction.facts)
        guard transaction.isOpen else { return word }
        // Paid at this very moment, it says no, and tells so when it is asked again.
        try await callWithoutAnswer(
            "POST", "/v3/pay/transactions/out-trade-no/\(try safe(question.order.text))/close", ["mchid": .text(settings.merchantID)], question.now)
        return ProviderWord(order: question.order, facts: [.expired])
    }

    func unreadable(_ what: String) -> PaymentFailure { PaymentFailure(.unreachable, "WeChat Pay's answer (\(what)) cannot be read") }
}
