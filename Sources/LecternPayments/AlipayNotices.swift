import Foundation
import LecternCore
import LecternCrypto

/// What Alipay tells of an order ("alipay.trade.query", "异步通知").
struct AlipayTrade {
    var order: ID<Order>
    var payment: String?
    /// What went back so far, where it is told.
    var refundsTold: Money?
    private var status: String
    private var total: Money?
    private var wasPaid: Bool

    init?(_ json: JSON) { self.init { json[$0]?.text } }

    init?(field: (String) -> String?) {
        guard let order = field("out_trade_no"), !order.isEmpty, let status = field("trade_status") else { return nil }
        self.order = ID(order)
        self.status = status
        payment = field("trade_no").flatMap { $0.isEmpty ? nil : $0 }
        total = field("total_amount").flatMap { Money(decimal: $0, currency: .cny) }
        // A fee that is no amount makes all of it unreadable: a refund must not be passed over.
        if let fee = field("refund_fee"), !fee.isEmpty {
            guard let money = Money(decimal: fee, currency: .cny) else { return nil }
            refundsTold = money.minorUnits > 0 ? money : nil
        }
        wasPaid = ["send_pay_date", "gmt_payment"].contains { !(field($0) ?? "").isEmpty }
        guard ["WAIT_BUYER_PAY", "TRADE_CLOSED", "TRADE_SUCCESS", "TRADE_FINISHED"].contains(status) else { return nil }
        if status == "TRADE_SUCCESS" || status == "TRADE_FINISHED", payment == nil || total == nil { return nil }
    }

    var isOpen: Bool { status == "WAIT_BUYER_PAY" }

    /// - Parameters:
    ///   - refunded: all that is known to have gone back.
    ///   - isPaidBefore: whether we heard of the payment before: a trade closes when nobody pays in time, and when all went back.
    func facts(refunded: Money?, isPaidBefore: Bool) -> [OrderFact] {
        guard let payment, let total, !isOpen else { return status == "TRADE_CLOSED" ? [.expired] : [] }
        var back = refunded
        if status == "TRADE_CLOSED" {
            guard wasPaid || isPaidBefore || refunded != nil else { return [.expired] }
            back = total
        }
        var facts: [OrderFact] = [.paid(transaction: payment, money: total)]
        if let back {
            facts.append(.refunded(reference: alipayRefunds(of: payment), transaction: payment, money: back, status: .succeeded))
        }
        return facts
    }
}

extension AlipayClient {
    /// "异步通知": a form whose signature is over all of its fields but `sign` and `sign_type`, empty ones too.
    func read(_ notice: RawNotice) throws(NoticeRefusal) -> NoticeMeaning {
        guard let fields = formDecoded(notice.body) else { throw .isMalformed }
        guard let text = fields["sign"], fields["sign_type"] == "RSA2" else { throw .isUnsigned }
        guard let signature = Data(base64Encoded: text) else { throw .isForged }
        let message = fields.filter { $0.key != "sign" && $0.key != "sign_type" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        guard verifies(Array(signature), Array(message.utf8)) else { throw .isForged }
        guard fields["app_id"] == settings.appID else { throw .isFromAnotherWorld }
        guard let id = fields["notify_id"], !id.isEmpty, id.utf8.count <= 128 else { throw .isMalformed }
        // Alipay tells of other things too, of agreements and mandates.
        guard fields["notify_type"] == "trade_status_sync" else { return NoticeMeaning(notice: id, word: ProviderWord()) }
        guard fields["seller_id"] == settings.sellerID else { throw .isFromAnotherWorld }
        guard let trade = AlipayTrade(field: { fields[$0] }) else { throw .isMalformed }
        // "out_biz_no" of a refund's notice is the "out_request_no" that it was asked for under (Alipay, "Asynchronous notifications").
        let refund = fields["refund_fee"] == nil ? nil : fields["out_biz_no"].flatMap { $0.isEmpty ? nil : $0 }
        return NoticeMeaning(
            notice: id,
            word: ProviderWord(
                order: trade.order, payment: trade.payment, facts: trade.facts(refunded: trade.refundsTold, isPaidBefore: false),
                refunds: refund.map { [$0: keyed(trade.payment, money: nil)] } ?? [:]))
    }
}

/// Reads `application/x-www-form-urlencoded`.
/// - Returns: nil for what is none, is not in UTF-8, or names a field twice: which of the two was signed would be a guess.
func formDecoded(_ body: [UInt8]) -> [String: String]? {
    guard body.count <= 64 << 10 else { return nil }
    func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var out: [UInt8] = [], rest = bytes
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x37
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): out.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
                out.append(high << 4 | low)
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }
    var fields: [String: String] = [:]
    for pair in body.split(separator: UInt8(ascii: "&")) {
        let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = decoded(parts[0]), !name.isEmpty, let value = decoded(parts.count == 2 ? parts[1] : []), fields[name] == nil else { return nil }
        fields[name] = value
    }
    return fields.isEmpty ? nil : fields
}
