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
    /// What was paid for each item: its price, less its part of what a coupon took off (`paidForEach`).
    /// - Parameter covered: ids of the courses that the coupon was for; empty: all.
    public func paidParts(coupon covered: [String] = []) -> [(course: String, money: Money)] {
        let paid = paidForEach(
            prices: items.map(\.price.minorUnits), isCovered: items.map { covered.isEmpty || covered.contains($0.course) }, off: discount?.off.minorUnits ?? 0,
            step: total.currency.step)
        return zip(items, paid).map { ($0.course, Money(minorUnits: $1, currency: $0.price.currency)) }
    }
}

/// Prices, each less its part of what a coupon took off. That part is by price, rounded down to the smallest step in which the currency is
/// paid; what rounding leaves is taken off the first ones, a step each, so that the parts add up to the whole. All in minor units.
/// - Parameters:
///   - isCovered: whether the coupon was for it.
///   - step: `Currency.step`.
public func paidForEach(prices: [Int64], isCovered: [Bool], off: Int64, step: Int64) -> [Int64] {
    var paid = prices
    let places = prices.indices.filter { isCovered[$0] && prices[$0] > 0 }
    // Rows may hold anything: a sum that would overflow stays at the largest number.
    let sum = places.reduce(Int64(0)) { $0.addingReportingOverflow(prices[$1]).overflow ? .max : $0 + prices[$1] }
    let off = Swift.min(off, sum)
    var left = off
    for place in places {
        let (high, low) = off.multipliedFullWidth(by: prices[place])
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
    return paid
}
