import Foundation
import LecternCore

/// What WeChat Pay tells of an order ("查询订单", "支付成功通知").
struct WeChatTransaction {
    var order: ID<Order>
    var merchant: String
    var app: String?
    var payment: String?
    private var state: String
    private var money: Money?

    init?(_ json: JSON) {
        guard let order = json["out_trade_no"]?.text, let merchant = json["mchid"]?.text, let state = json["trade_state"]?.text else { return nil }
        self.order = ID(order)
        self.merchant = merchant
        self.state = state
        app = json["appid"]?.text
        payment = json["transaction_id"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        // What was asked for: of this a coupon of WeChat's may have paid a part.
        if let total = json["amount"]?["total"]?.whole, total >= 0, let currency = Currency(json["amount"]?["currency"]?.text ?? "CNY") {
            money = Money(minorUnits: total, currency: currency)
        }
        if isPaid, payment == nil || money == nil { return nil }
    }

    /// "REFUND": it was paid, and something of it went back, which refunds tell.
    private var isPaid: Bool { state == "SUCCESS" || state == "REFUND" }
    /// It can still be paid.
    var isOpen: Bool { !isPaid && !isOver }
    private var isOver: Bool { state == "CLOSED" || state == "REVOKED" }

    var facts: [OrderFact] {
        if isPaid, let payment, let money { return [.paid(transaction: payment, money: money)] }
        return isOver ? [.expired] : []
    }
}

/// One refund ("申请退款", "退款结果通知").
struct WeChatRefund {
    var order: ID<Order>
    var payment: String
    /// Ours, where we asked for it.
    var key: String
    var keyed: KeyedRefund
    var fact: OrderFact

    /// - Parameter statusName: `status` in answers, `refund_status` in notices.
    init?(_ json: JSON, statusName: String) {
        guard let order = json["out_trade_no"]?.text, let payment = json["transaction_id"]?.text, let key = json["out_refund_no"]?.text,
            let id = json["refund_id"]?.text, !id.isEmpty, let amount = json["amount"]?["refund"]?.whole, amount > 0,
            let currency = Currency(json["amount"]?["currency"]?.text ?? "CNY"), let told = json[statusName]?.text
        else { return nil }
        let status: RefundStatus =
            switch told {
            case "SUCCESS": .succeeded
            case "CLOSED": .failed
            // ABNORMAL too: the buyer's bank would not take it, and the merchant sends it elsewhere by hand. It may succeed yet.
            default: .pending
            }
        self.order = ID(order)
        self.payment = payment
        self.key = key
        let money = Money(minorUnits: amount, currency: currency)
        keyed = KeyedRefund(status, reference: id, payment: payment, money: money)
        fact = .refunded(reference: id, transaction: payment, money: money, status: status)
    }
}

extension WeChatPayClient {
    func read(_ notice: RawNotice, _ now: Instant) async throws(NoticeRefusal) -> NoticeMeaning {
        try await check(notice.headers, notice.body, now)
        let json: JSON
        do { json = try JSON(notice.body) } catch { throw .isMalformed }
        guard let id = json["id"]?.text, !id.isEmpty, id.utf8.count <= 128, let kind = json["event_type"]?.text, let sealed = json["resource"]
        else { throw .isMalformed }
        let isTransaction = kind.hasPrefix("TRANSACTION."), isRefund = kind.hasPrefix("REFUND.")
        guard isTransaction || isRefund else { return NoticeMeaning(notice: id, word: ProviderWord()) }
        guard let bytes = opened(sealed) else { throw .isForged }
        let resource: JSON
        do { resource = try JSON(bytes) } catch { throw .isMalformed }
        guard resource["mchid"]?.text == settings.merchantID else { throw .isFromAnotherWorld }
        if isRefund {
            guard let refund = WeChatRefund(resource, statusName: "refund_status") else { throw .isMalformed }
            return NoticeMeaning(
                notice: id,
                word: ProviderWord(order: refund.order, payment: refund.payment, facts: [refund.fact], refunds: [refund.key: refund.keyed]))
        }
        guard let transaction = WeChatTransaction(resource) else { throw .isMalformed }
        guard transaction.app == settings.appID else { throw .isFromAnotherWorld }
        return NoticeMeaning(
            notice: id, word: ProviderWord(order: transaction.order, payment: transaction.payment, facts: transaction.facts))
    }
}
