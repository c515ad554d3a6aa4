import Foundation
import LecternCore

/// Buttons instead of money, for a creator who looks at their own checkout. Its notices are signed and come through the
/// same door as everybody's.
public struct PretendPayments: Sendable {
    public enum Button: String, Sendable, CaseIterable {
        case pay
        /// The buyer did their part; the money comes with the next `pay`.
        case payLater = "pay-later"
        case fail
        /// Gives back all of the payment.
        case refund
    }

    private let signature: NoticeSignature
    private let pages: String

    /// - Parameters:
    ///   - pages: the address below which each order's page with the buttons stands: `http://localhost:4000/preview/pay/`.
    ///     Pretending is for a preview on this machine: nil for any other address, since on a real site everybody could
    ///     press "pay".
    ///   - key: what notices are signed with.
    public init?(pages: String, key: [UInt8]) {
        guard isLoopback(pages), let signature = NoticeSignature(secrets: [key]) else { return nil }
        self.signature = signature
        self.pages = pages.hasSuffix("/") ? pages : pages + "/"
    }

    public var provider: PaymentProvider {
        PaymentProvider(
            name: .pretend, label: ["zh": "模拟支付（预览）", "en": "Pretend payment (preview)"],
            start: { [pages] start throws(PaymentFailure) in
                PaymentStarted(next: .redirect(url: "\(pages)\(start.order.id)"), reference: "pretend:\(start.order.id)")
            },
            read: { [signature] notice, now throws(NoticeRefusal) in
                try signature.check(header: notice.headers["pretend-signature"], body: notice.body, now: now)
                return try Message.read(notice.body)
            },
            // It has no memory beyond its notices.
            ask: nil,
            refund: { request throws(PaymentFailure) in
                ProviderWord(
                    order: request.order,
                    facts: [.refunded(reference: request.key, transaction: request.transaction, money: request.money, status: .succeeded)],
                    refunds: [request.key: KeyedRefund(.succeeded, reference: request.key, payment: request.transaction, money: request.money)])
            },
            close: { question throws(PaymentFailure) in ProviderWord(order: question.order, facts: [.expired]) })
    }

    /// What pressing a button sends to `POST /payments/pretend`. Pressing twice is one payment told twice.
    public func notice(_ button: Button, order: Order, now: Instant) -> RawNotice {
        let message = Message(
            id: "pretend:\(order.id):\(button.rawValue):\(now.milliseconds)", order: order.id.text, button: button.rawValue,
            minorUnits: order.total.minorUnits, currency: order.total.currency.code)
        let body = message.bytes
        return RawNotice(headers: ["pretend-signature": signature.header(body: body, now: now)], body: body)
    }

    private struct Message: Codable {
        var id: String
        var order: String
        var button: String
        var minorUnits: Int64
        var currency: String
        var transaction: String?

        var bytes: [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            do { return Array(try encoder.encode(self)) } catch { fatalError("six texts and a number are JSON: \(error)") }
        }

        static func read(_ body: [UInt8]) throws(NoticeRefusal) -> NoticeMeaning {
            let message: Message
            do { message = try JSONDecoder().decode(Message.self, from: Data(body)) } catch { throw .isMalformed }
            guard let currency = Currency(message.currency), let button = Button(rawValue: message.button) else { throw .isMalformed }
            let money = Money(minorUnits: message.minorUnits, currency: currency)
            let transaction = message.transaction ?? "pretend:\(message.order)"
            let fact: OrderFact =
                switch button {
                case .pay: .paid(transaction: transaction, money: money)
                case .payLater: .processing
                case .fail: .failed
                case .refund: .refunded(reference: "\(transaction):refund", transaction: transaction, money: money, status: .succeeded)
                }
            return NoticeMeaning(
                notice: message.id, word: ProviderWord(order: ID(message.order), payment: transaction, facts: [fact]))
        }
    }
}
