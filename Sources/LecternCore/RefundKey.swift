/// What a provider told of a refund by the key that we asked for it under.
public struct KeyedRefund: Hashable, Sendable {
    public var status: RefundStatus
    /// The provider's own name for it, as in `OrderFact.refunded`.
    public var reference: String?
    /// The payment that it is of, and how much it is: where the provider tells.
    public var payment: String?
    public var money: Money?

    public init(_ status: RefundStatus, reference: String? = nil, payment: String? = nil, money: Money? = nil) {
        self.status = status
        self.reference = reference
        self.payment = payment
        self.money = money
    }
}

/// The names that we give to refunds, which providers carry: Stripe in its metadata, WeChat Pay as `out_refund_no`, Alipay as
/// `out_request_no` (64 letters and digits at most, each). The name of one that takes a course out of an order says which, so that a
/// provider knows what a database forgot that was brought back from a backup.
public enum RefundKey {
    /// `<order>c<the item's number, from 1>`, and `n<how many there were before>` behind it: another try is another refund.
    public static func key(of course: String, in order: Order, used keys: [String]) -> String? {
        guard let place = order.items.firstIndex(where: { $0.course == course }) else { return nil }
        let base = "\(order.id)c\(place + 1)"
        let isFree = { (key: String) in !keys.contains(key) }
        return isFree(base) ? base : (1...keys.count + 1).lazy.map { "\(base)n\($0)" }.first(where: isFree)
    }

    /// The course that a refund of this name takes out of the order; nil: the name tells of none.
    public static func course(_ key: String, in order: Order) -> String? {
        guard key.hasPrefix("\(order.id)c") else { return nil }
        let numbers = key.dropFirst(order.id.text.count + 1).split(separator: "n", omittingEmptySubsequences: false)
        guard (1...2).contains(numbers.count), numbers.allSatisfy({ Int($0).map { $0 > 0 } ?? false }), let number = Int(numbers[0]),
            order.items.indices.contains(number - 1)
        else { return nil }
        return order.items[number - 1].course
    }

    /// Whether we may have made a name that we do not know: one of ours is 26 letters and digits, or begins with its order's.
    public static func looksOwn(_ key: String, of order: ID<Order>) -> Bool {
        let letters = Set("0123456789abcdefghjkmnpqrstvwxyz")
        return key.count == 26 && key.allSatisfy(letters.contains) || key.hasPrefix("\(order)c")
    }
}
