import Foundation
import LecternCore
import LecternCrypto

/// Paying on a page inside WeChat ("JSAPI支付"): WeChat names its user to the merchant's official account first ("网页授权"), and the payment
/// is for this user alone.
extension WeChatPayClient {
    /// Where WeChat sends the buyer back from with a code, without asking them anything.
    func authorization(_ start: PaymentStart) -> PaymentStarted? {
        guard settings.appSecret != nil, start.screen == .wechat else { return nil }
        let query = formEncoded([
            ("appid", settings.appID), ("redirect_uri", start.returnURL), ("response_type", "code"), ("scope", "snsapi_base"), ("state", start.order.id.text),
        ])
        return PaymentStarted(
            next: .redirect(url: settings.authorizeURL + "?" + String(decoding: query, as: UTF8.self) + "#wechat_redirect"), reference: start.order.id.text)
    }

    /// - Parameter code: that WeChat's page gave; good once, for five minutes.
    func payInside(_ start: PaymentStart, code: String) async throws(PaymentFailure) -> Next {
        guard let secret = settings.appSecret else { throw PaymentFailure(.unsupported, "no secret of an official account is configured") }
        let user = try await user(of: code, secret: secret)
        var order = orderMembers(start)
        order.append(.init("payer", ["openid": .text(user)]))
        let answer = try await call("POST", "/v3/pay/transactions/jsapi", .object(order), start.now)
        guard let id = answer["prepay_id"]?.text, !id.isEmpty else { throw unreadable("jsapi") }
        let time = String(start.now.milliseconds / 1000), nonce = try nonce(), package = "prepay_id=" + id
        return .bridge([
            ("appId", settings.appID), ("timeStamp", time), ("nonceStr", nonce), ("package", package), ("signType", "RSA"),
            ("paySign", sign("\(settings.appID)\n\(time)\n\(nonce)\n\(package)\n")),
        ].map { BridgeField(name: $0.0, value: $0.1) })
    }

    /// "通过code换取网页授权access_token": only who it is, which is kept nowhere here.
    private func user(of code: String, secret: String) async throws(PaymentFailure) -> String {
        let query = formEncoded([("appid", settings.appID), ("secret", secret), ("code", code), ("grant_type", "authorization_code")])
        let base = settings.apiURL.hasSuffix("/") ? String(settings.apiURL.dropLast()) : settings.apiURL
        let answer = try await send(
            HTTPCall(
                method: "GET", url: base + "/sns/oauth2/access_token?" + String(decoding: query, as: UTF8.self),
                headers: ["Accept": "application/json", "User-Agent": "Lectern"]))
        let json: JSON
        do { json = try JSON(answer.body) } catch { throw PaymentFailure(.unreachable, "WeChat's answer about a code cannot be read") }
        if let number = json["errcode"]?.whole, number != 0 {
            // -1: busy. The others: a code that was used, or is too old, or another's.
            throw PaymentFailure(number == -1 ? .unreachable : .refused, "WeChat does not take the code: \(number)")
        }
        guard answer.status == 200, let user = json["openid"]?.text, (1...128).contains(user.utf8.count) else { throw unreadable("code") }
        return user
    }
}
