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
