import LecternCore

extension PaymentProvider {
    /// A transfer that the creator sees in their bank and confirms by hand.
    /// - Parameters:
    ///   - label: how it is called at the checkout, by language.
    ///   - instructions: lines that tell how to pay, by language; the site's first language must be among them.
    public static func manual(
        label: [String: String] = ["zh": "转账", "en": "Bank transfer"], instructions: [String: [String]]
    ) -> PaymentProvider {
        var provider = PaymentProvider(
            name: .manual, label: label, isSlow: true,
            start: { start throws(PaymentFailure) in
                let lines = instructions[start.order.language] ?? instructions.sorted { $0.key < $1.key }.first?.value ?? []
                guard !lines.isEmpty else { throw PaymentFailure(.refused, "no instructions for a transfer are configured") }
                let reference = transferReference(of: start.order.id)
                return PaymentStarted(next: .instructions(lines: lines, reference: reference), reference: reference)
            },
            read: { _, _ throws(NoticeRefusal) in throw .isUnexpected },
            ask: nil,
            // The creator sends the money back; what is recorded is that they say so.
            refund: { request throws(PaymentFailure) in
                ProviderWord(
                    order: request.order,
                    facts: [.refunded(reference: request.key, transaction: request.transaction, money: request.money, status: .succeeded)],
                    refunds: [request.key: KeyedRefund(.succeeded, reference: request.key, payment: request.transaction, money: request.money)])
            },
            close: { question throws(PaymentFailure) in ProviderWord(order: question.order, facts: [.expired]) })
        // Behind every way that opens the course at once.
        provider.place = { _ in 10 }
        return provider
    }
}

/// What the buyer writes on a transfer: the first ten letters of the order's id, in capitals, as banks like them.
public func transferReference(of order: ID<Order>) -> String { order.text.prefix(10).uppercased() }
