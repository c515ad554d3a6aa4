/// That a refund, by the key that it was asked for under, takes one course out of an order of several. It comes true when the refund
/// succeeds, and not before. Grows only, like `OrderFact`.
public struct CourseRefund: Hashable, Sendable {
    public var key: String
    public var course: String
    /// The provider's name for the payment that it is taken from: what another payment gives stays.
    public var payment: String
    public var money: Money
    public var status: RefundStatus
    /// The provider's name for the refund, where it is known: what becomes of that becomes of this.
    public var reference: String?

    public init(key: String, course: String, payment: String, money: Money, status: RefundStatus, reference: String? = nil) {
        self.key = key
        self.course = course
        self.payment = payment
        self.money = money
        self.status = status
        self.reference = reference
    }
}

extension Sequence<CourseRefund> {
    /// Each refund once, at the highest status that was told of it.
    public var latest: [CourseRefund] {
        Dictionary(grouping: self, by: \.key).sorted { $0.key < $1.key }.compactMap { $0.value.max { $0.status < $1.status } }
    }
}

extension Order {
    /// What was paid for each item: its price, less its part of what a coupon took off. That part is by price, rounded down to the
    /// smallest step in which the currency is paid; what rounding leaves is taken off the first ones, a step each, so that the parts add up
    /// to the whole.
    /// - Parameter covered: ids of the courses that the coupon was for; empty: all.
    public func paidParts(coupon covered: [String] = []) -> [(course: String, money: Money)] {
        var paid = items.map(\.price.minorUnits)
        let places = items.indices.filter { (covered.isEmpty || covered.contains(items[$0].course)) && paid[$0] > 0 }
        let sum = places.reduce(Int64(0)) { $0 + paid[$1] }
        let off = Swift.min(discount?.off.minorUnits ?? 0, sum), step = total.currency.step
        var left = off
        for place in places {
            let (high, low) = off.multipliedFullWidth(by: items[place].price.minorUnits)
            let exact = sum.dividingFullWidth((high, low)).quotient, part = exact - exact % step
            paid[place] -= part
            left -= part
        }
        while left > 0 {
            for place in places where left > 0 {
                let part = Swift.min(left, step, paid[place])
                paid[place] -= part
                left -= part
            }
        }
        return zip(items, paid).map { ($0.course, Money(minorUnits: $1, currency: $0.price.currency)) }
    }
}
