import Foundation
import LecternCore

// Stripe's objects, as far as an order is concerned ("API reference", version 2026-08-26.dahlia; the fields used are in
// every version since 2020).

struct StripeSession: Decodable, Sendable {
    var id: String
    var url: String?
    var status: String?
    var payment_status: String
    var payment_intent: StripePossible<StripePayment>?
    var customer_details: StripeBuyer?
    var amount_total: Int64?
    var currency: String?
    var livemode: Bool?
    var client_reference_id: String?
    var metadata: [String: String]?

    var isLive: Bool { livemode ?? false }
    var payment: String? { payment_intent?.id }
    var order: ID<Order>? { (metadata?["lectern_order"] ?? client_reference_id).map { ID($0) } }

    /// What is paid and what is over. A completed session may be unpaid still: a transfer on its way.
    /// - Parameter isAsked: it was asked for, and so its status says what is; a notice's kind says what happened.
    func facts(isAsked: Bool) -> [OrderFact] {
        switch payment_status {
        case "paid", "no_payment_required":
            guard status != "open", let amount_total, let money = stripeMoney(amount_total, currency) else { return [] }
            return [.paid(transaction: payment ?? id, money: money)]
        default:
            if status == "complete" { return [.processing] }
            return isAsked && status == "expired" ? [.expired] : []
        }
    }
}


struct StripeRefund: StripeListed {
    var id: String
    var amount: Int64
    var currency: String
    var status: String?
    var payment_intent: StripeName?
    var metadata: [String: String]?

    /// What became of it, by the key that it was asked for under; of one from Stripe's own pages, nothing.
    var byKey: [String: KeyedRefund] { metadata?["lectern_refund"].map { [$0: keyed] } ?? [:] }

    var keyed: KeyedRefund { KeyedRefund(told, reference: id, payment: payment_intent?.id, money: stripeMoney(amount, currency)) }

    var told: RefundStatus {
        switch status {
        case "succeeded": .succeeded
        case "failed", "canceled": .failed
        default: .pending
        }
    }

    var fact: OrderFact? {
        guard let money = stripeMoney(amount, currency) else { return nil }
        return .refunded(reference: id, transaction: payment_intent?.id, money: money, status: told)
    }
}

struct StripeDispute: StripeListed {
    var id: String
    var status: String
    var payment_intent: StripeName?
    var amount: Int64?
    var currency: String?
    var balance_transactions: [StripeBalance]?

    /// What the dispute itself costs.
    var fees: [PaymentFee] {
        guard let payment = payment_intent?.id, let money = amount.flatMap({ stripeMoney($0, currency) }) else { return [] }
        return (balance_transactions ?? []).compactMap { line in
            guard line.fee != 0 else { return nil }
            return line.fee(of: money).map { PaymentFee(key: line.id, payment: payment, about: .dispute, money: $0) }
        }
    }

    var fact: OrderFact? {
        let status: DisputeStatus
        switch self.status {
        case "needs_response", "under_review": status = .open
        // "prevented": settled by giving the money back before it became a dispute; the refund tells about the money.
        case "won", "prevented": status = .won
        case "lost": status = .lost
        // warning_…: the bank asks, and nothing is withdrawn.
        default: return nil
        }
        return .dispute(id: id, transaction: payment_intent?.id, status: status)
    }
}

protocol StripeListed: Decodable, Sendable { var id: String { get } }

struct StripeList<Item: StripeListed>: Decodable, Sendable {
    var data: [Item]
    var has_more: Bool?
}

/// A field that holds an id, or the whole object where Stripe was told to expand it.
struct StripeName: Decodable, Sendable {
    var id: String

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            id = text
        } else {
            id = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .id)
        }
    }

    private enum Key: CodingKey { case id }
}

struct StripeProblem: Decodable, Sendable {
    struct Fields: Decodable, Sendable {
        var type: String?
        var code: String?
    }

    var error: Fields
}

/// Stripe counts as ISO 4217 does, for every currency of ours.
func stripeMoney(_ amount: Int64, _ currency: String?) -> Money? {
    guard amount >= 0, let currency = currency.flatMap({ Currency($0.uppercased()) }) else { return nil }
    return Money(minorUnits: amount, currency: currency)
}

enum StripeEvent {
    /// - Returns: a meaning without facts for kinds that change nothing here.
    static func read(_ body: [UInt8], isLive: Bool) throws(NoticeRefusal) -> NoticeMeaning {
        let head: Head
        let word: ProviderWord
        do {
            head = try JSONDecoder().decode(Head.self, from: Data(body))
            word = try self.word(head.type, body)
        } catch { throw .isMalformed }
        guard head.livemode == isLive else { throw .isFromAnotherWorld }
        return NoticeMeaning(notice: head.id, word: word)
    }

    private struct Head: Decodable {
        var id: String
        var type: String
        var livemode: Bool
    }

    private struct Body<Object: Decodable>: Decodable {
        struct Payload: Decodable { var object: Object }
        var data: Payload
    }

    private static func object<Object: Decodable>(_ body: [UInt8]) throws -> Object {
        try JSONDecoder().decode(Body<Object>.self, from: Data(body)).data.object
    }

    private static func word(_ kind: String, _ body: [UInt8]) throws -> ProviderWord {
        switch kind {
        case "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
            "checkout.session.expired":
            let session: StripeSession = try object(body)
            var facts = session.facts(isAsked: false)
            if kind.hasSuffix("failed") { facts = [.failed] }
            if kind.hasSuffix("expired") { facts = [.expired] }
            return ProviderWord(order: session.order, reference: session.id, payment: session.payment, facts: facts, details: session.details)
        case "refund.created", "refund.updated", "refund.failed":
            let refund: StripeRefund = try object(body)
            return ProviderWord(
                order: refund.metadata?["lectern_order"].map { ID($0) }, payment: refund.payment_intent?.id,
                facts: [refund.fact].compactMap { $0 }, refunds: refund.byKey)
        case _ where kind.hasPrefix("charge.dispute."):
            let dispute: StripeDispute = try object(body)
            return ProviderWord(payment: dispute.payment_intent?.id, facts: [dispute.fact].compactMap { $0 }, details: PaymentDetails(fees: dispute.fees))
        // "charge.refunded" too: its sum would count again what refund.* tells one by one.
        default: return ProviderWord()
        }
    }
}
