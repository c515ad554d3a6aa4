import LecternCore
import LecternStore

// Giving back one course of an order of several.
extension Shop {
    /// What was paid for a course of an order, its part of a coupon taken off.
    func paidPart(of course: String, in record: OrderRecord) throws(ShopProblem) -> Money {
        let order = record.order
        try requireItem(course, order)
        let covered = try order.discount.map { discount throws(ShopProblem) in
            try told { () throws(StoreError) in try store.coupon(discount.coupon) }?.coupon.courses ?? []
        }
        let parts = order.paidParts(coupon: covered ?? [])
        return parts.first { $0.course == course }?.money ?? Money(minorUnits: 0, currency: order.total.currency)
    }

    func requireItem(_ course: String, _ order: Order) throws(ShopProblem) {
        let courses = order.items.map(\.course)
        guard !courses.contains(course) else { return }
        throw ShopProblem("order \(order.id) is not of \"\(course)\"; it is of \(courses.joined(separator: ", "))")
    }

    /// - Parameter transaction: the payment that the creator named.
    /// - Throws: when the course is taken out of the order already, or will be as soon as a refund that is on its way succeeds; and when
    ///   one of two payments gave it back: by which other one it is to be closed is said, not guessed.
    func refuseClosed(_ course: String, _ record: OrderRecord, transaction: String? = nil) throws(ShopProblem) {
        try requireItem(course, record.order)
        if record.state.closed.contains(course) {
            throw ShopProblem("\(course) of order \(record.order.id) was given back already, and is closed")
        }
        let live = record.courseRefunds.latest.filter { $0.course == course && $0.status != .failed }
        guard !live.contains(where: { $0.status == .pending }) else {
            throw ShopProblem("a refund of \(course) of order \(record.order.id) is on its way; the course closes when it succeeds")
        }
        guard let given = live.first, transaction.map({ name in live.contains { $0.payment == name } }) ?? true else { return }
        throw ShopProblem(
            "\(course) of order \(record.order.id) was given back from payment \(given.payment), and another payment still opens it: name that one with --transaction")
    }

    /// Says that a refund which is known already, made in a provider's own console, was for one course, and closes it as soon as that
    /// refund has succeeded. No money moves. Said twice, it is said once.
    /// - Parameters:
    ///   - reference: the provider's name for the refund, as `orders show` tells it.
    ///   - money: how much of it was for the course; nil: all that was not for other courses.
    public func attribute(_ name: String, refund reference: String, to course: String, money: Money? = nil) async throws(ShopProblem) -> OrderChange {
        let record = try find(name), order = record.order
        try requireItem(course, order)
        let key = "of:\(reference):\(course)", known = record.courseRefunds
        if let said = known.latest.first(where: { $0.key == key }) {
            guard money.map({ $0 == said.money }) ?? true else {
                throw ShopProblem("of refund \(reference), \(said.money.text) was said to be for \(course) before; that stays")
            }
            return OrderChange(before: record.state.kind, record: record)
        }
        let told = try refund(reference, of: record), left = told.money.minorUnits - attributed(reference, known)
        let rest = Money(minorUnits: left, currency: told.money.currency)
        let part = money ?? rest, price = order.items.first { $0.course == course }?.price ?? order.total
        guard left > 0, part.minorUnits > 0, part.minorUnits <= left else {
            throw ShopProblem("of refund \(reference), \(told.money.text), only \(rest.text) is not said to be for a course yet")
        }
        guard part.currency == order.total.currency, part.minorUnits <= price.minorUnits else {
            throw ShopProblem(
                "refund \(reference) gave back \(part.text), and \(course) costs \(price.text): --amount says how much of it was for the course")
        }
        guard record.state.grants else { throw ShopProblem("order \(order.id) is \(record.state.kind.rawValue), and opens nothing that could be closed") }
        try refuseClosed(course, record, transaction: told.payment)
        let refund = CourseRefund(key: key, course: course, payment: told.payment, money: part, status: told.status, reference: reference)
        let settled = try await self.told { () async throws(StoreError) in try await store.attribute(refund, of: order.id, knowing: known, now: now()) }
        guard let settled else { throw ShopProblem("order \(order.id) changed at this moment: look at it, then try again") }
        return OrderChange(before: settled.before.kind, record: settled.record)
    }

    private func attributed(_ reference: String, _ known: [CourseRefund]) -> Int64 {
        known.latest.filter { $0.reference == reference && $0.status != .failed }.reduce(0) { $0 + $1.money.minorUnits }
    }

    /// A refund as it was told last, and the payment that it took from: one that opens the order's courses.
    private func refund(_ reference: String, of record: OrderRecord) throws(ShopProblem) -> (money: Money, payment: String, status: RefundStatus) {
        var told: [(payment: String?, money: Money, status: RefundStatus)] = [], references: Set<String> = []
        for case .refunded(let name, let payment, let money, let status) in record.facts {
            references.insert(name)
            if name == reference { told.append((payment, money, status)) }
        }
        let order = record.order
        guard let status = told.map(\.status).max(), let money = told.filter({ $0.status == status }).map(\.money).max(by: { $0.minorUnits < $1.minorUnits }) else {
            let names = references.isEmpty ? "none is known yet; \"lectern orders reconcile\" asks for them" : "its refunds are \(references.sorted().joined(separator: ", "))"
            throw ShopProblem("order \(order.id) has no refund \"\(reference)\": \(names)")
        }
        guard status != .failed else { throw ShopProblem("refund \(reference) of order \(order.id) failed: nothing went back") }
        let good = record.facts.compactMap { if case .paid(let name, order.total) = $0 { name } else { nil } }
        guard let payment = told.compactMap(\.payment).max() ?? (Set(good).count == 1 ? good.first : nil) else {
            throw ShopProblem("refund \(reference) of order \(order.id) does not tell which of its payments it is of")
        }
        guard good.contains(payment) else { throw ShopProblem("refund \(reference) is of payment \(payment), which opens nothing of order \(order.id)") }
        return (money, payment, status)
    }

    /// Takes a course out for which nothing was paid: there is nothing to give back.
    func close(_ course: String, in record: OrderRecord) async throws(ShopProblem) -> OrderChange {
        try refuseClosed(course, record)
        let order = record.order.id
        let payments = Set(record.facts.compactMap { if case .paid(let name, record.order.total) = $0 { name } else { nil } })
        guard record.state.grants, !payments.isEmpty
        else { throw ShopProblem("order \(order) is \(record.state.kind.rawValue), and opens nothing that could be closed") }
        // It is open as long as one payment gives it.
        let closings = payments.sorted().map { payment in
            CourseRefund(
                key: (newID() as ID<AskedRefund>).text, course: course, payment: payment,
                money: Money(minorUnits: 0, currency: record.order.total.currency), status: .succeeded)
        }
        let settled = try await told { () async throws(StoreError) in try await store.close(closings, of: order, now: now()) }
        guard let settled else { throw ShopProblem("order \(order) is gone") }
        return OrderChange(before: settled.before.kind, record: settled.record)
    }
}
