import LecternCore

extension PaymentProvider {
    /// Orders whose total is nothing: paid as soon as they are written, and nobody is asked.
    public static func free() -> PaymentProvider {
        PaymentProvider(
            name: .free, label: ["zh": "免费", "en": "Free"],
            start: { start throws(PaymentFailure) in
                guard start.order.total.minorUnits == 0 else { throw PaymentFailure(.refused, "the order costs something") }
                return PaymentStarted(
                    next: .none, facts: [.paid(transaction: "free:\(start.order.id)", money: start.order.total)])
            },
            read: { _, _ throws(NoticeRefusal) in throw .isUnexpected },
            ask: nil,
            refund: { _ throws(PaymentFailure) in throw PaymentFailure(.unsupported, "nothing was paid, so nothing can be given back") },
            close: { question throws(PaymentFailure) in ProviderWord(order: question.order, facts: [.expired]) })
    }
}
