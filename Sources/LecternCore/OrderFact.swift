/// Something that a provider, the creator or the clock said about an order. Facts only ever grow: none is changed or
/// taken back, any may come twice, late or out of order, and the same facts in any order give the same `OrderState`.
public enum OrderFact: Hashable, Sendable, Codable {
    /// The buyer did their part; the money is on its way and may still fail.
    case processing
    case failed
    /// The provider will not take money for this order any more.
    case expired
    /// Money arrived. `transaction` is the provider's name for the payment, not for the notice about it.
    case paid(transaction: String, money: Money)
    /// One refund, by its reference. Pending ones do not count yet; one that succeeded can still fail later.
    case refunded(reference: String, transaction: String?, money: Money, status: RefundStatus)
    case dispute(id: String, transaction: String?, status: DisputeStatus)
}

/// Ranked: the higher one wins, whichever is heard first.
public enum RefundStatus: Int, Sendable, Codable, Comparable {
    case pending = 0
    case succeeded = 1
    case failed = 2

    public static func < (one: RefundStatus, other: RefundStatus) -> Bool { one.rawValue < other.rawValue }
}

/// Ranked: the higher one wins, whichever is heard first. A card inquiry is no dispute yet, and is not told as one.
public enum DisputeStatus: Int, Sendable, Codable, Comparable {
    case open = 0
    case won = 1
    case lost = 2

    public static func < (one: DisputeStatus, other: DisputeStatus) -> Bool { one.rawValue < other.rawValue }
}
