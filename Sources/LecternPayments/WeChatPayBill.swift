import Foundation
import LecternCore
import LecternCrypto

extension WeChatPayClient {
    /// "申请交易账单": a table of a day's payments and refunds, those from WeChat Pay's own console too.
    func bill(_ day: BillDay, _ now: Instant) async throws(PaymentFailure) -> [ProviderWord] {
        let asked = try await signed("GET", base("/v3/bill/tradebill?bill_date=\(day.text)&bill_type=ALL"), nil, now)
        // Nothing was sold.
        if asked.status == 400, String(decoding: asked.body, as: UTF8.self).contains("\"NO_STATEMENT_EXIST\"") { return [] }
        guard (200..<300).contains(asked.status) else { throw failure(asked) }
        do throws(NoticeRefusal) { try await check(asked.headers, asked.body, now) } catch {
            throw PaymentFailure(.unreachable, "WeChat Pay's answer is not signed as it should be: \(error)")
        }
        let link: JSON
        do { link = try JSON(asked.body) } catch { throw PaymentFailure(.unreachable, "WeChat Pay's answer about a bill cannot be read") }
        guard let url = link["download_url"]?.text, link["hash_type"]?.text == "SHA1", let digest = link["hash_value"]?.text else {
            throw PaymentFailure(.unreachable, "WeChat Pay's answer about a bill cannot be read")
        }
        let table = try await signed("GET", url, nil, now, limitBytes: 256 << 20)
        guard table.status == 200 else { throw failure(table) }
        // The table itself is not signed; its digest came signed.
        guard LegacyDigest.sha1.hex(table.body) == digest.lowercased() else {
            throw PaymentFailure(.unreachable, "WeChat Pay's bill of \(day.text) was changed on its way")
        }
        guard let words = weChatBill(table.body) else { throw PaymentFailure(.refused, "WeChat Pay's bill of \(day.text) cannot be read") }
        return words
    }

    private func base(_ path: String) -> String { (settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL) + path }
}

/// A head, rows whose fields begin with a backtick each, then a head and a row of sums.
/// - Returns: nil for a table without the columns that are needed.
func weChatBill(_ bytes: [UInt8]) -> [ProviderWord]? {
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let head = lines.first else { return nil }
    let names = head.drop { $0 == "\u{FEFF}" }.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() { places[name] = place }
    guard ["微信订单号", "商户订单号", "交易状态", "货币种类", "订单金额", "微信退款单号", "商户退款单号", "申请退款金额", "退款状态"].allSatisfy({ places[$0] != nil })
    else { return nil }
    var words: [ProviderWord] = []
    for line in lines.dropFirst() {
        // The sums follow.
        guard line.hasPrefix("`") else { break }
        // A title may hold a comma, and no field's end is marked otherwise.
        let fields = line.dropFirst().split(separator: ",`", omittingEmptySubsequences: false).map(String.init)
        func field(_ name: String) -> String? { places[name].flatMap { $0 < fields.count ? fields[$0] : nil } }
        guard fields.count == names.count, let order = field("商户订单号"), let payment = field("微信订单号"), let state = field("交易状态"),
            let currency = field("货币种类").flatMap({ Currency($0) })
        else { return nil }
        var word = ProviderWord(order: ID(order), payment: payment)
        switch state {
        case "SUCCESS":
            guard let money = field("订单金额").flatMap({ Money(decimal: $0, currency: currency) }) else { return nil }
            word.facts = [.paid(transaction: payment, money: money)]
            // Whatever else a fee says is not known: the payment counts all the same.
            if let fee = field("手续费").flatMap({ weChatFee($0, currency) }) {
                word.details.fees = [PaymentFee(key: payment, payment: payment, about: .payment, money: fee)]
            }
        case "REFUND":
            guard let reference = field("微信退款单号"), !reference.isEmpty, reference != "0",
                let money = field("申请退款金额").flatMap({ Money(decimal: $0, currency: currency) })
            else { return nil }
            let status: RefundStatus = field("退款状态") == "SUCCESS" ? .succeeded : .pending
            word.facts = [.refunded(reference: reference, transaction: payment, money: money, status: status)]
            if let key = field("商户退款单号"), !key.isEmpty { word.refunds = [key: KeyedRefund(status, reference: reference, payment: payment, money: money)] }
            if field("退款状态") != "FAIL", let fee = field("手续费").flatMap({ weChatFee($0, currency) }) {
                word.details.fees = [PaymentFee(key: reference, payment: payment, about: .refund, money: fee)]
            }
        default: continue
        }
        words.append(word)
    }
    return words
}

/// `1.19000`, and `-1.19000` of what a refund brings back: to the cent, with five digits.
private func weChatFee(_ text: String, _ currency: Currency) -> Money? {
    let isBack = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1).map(String.init)
    var digits = parts.count == 2 ? parts[1] : ""
    while digits.hasSuffix("0"), digits.utf8.count > currency.exponent { digits.removeLast() }
    guard let whole = parts.first, var money = Money(decimal: digits.isEmpty ? whole : whole + "." + digits, currency: currency) else { return nil }
    if isBack { money.minorUnits.negate() }
    return money
}
