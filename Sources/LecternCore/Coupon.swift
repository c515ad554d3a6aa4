/// A code that makes courses cheaper, or free.
public struct Coupon: Hashable, Sendable {
    public enum Discount: Hashable, Sendable {
        /// 1 to 100.
        case percent(Int)
        /// At most what the courses cost; of orders in this currency alone.
        case amount(Money)
    }

    /// As `normalized` gives it.
    public var code: String
    public var discount: Discount
    /// Ids of the courses that it is for; empty: all.
    public var courses: [String]
    /// How many orders may use it; nil: any number.
    public var limit: Int?
    public var limitPerLearner: Int?
    public var from: Instant?
    /// Excluded.
    public var until: Instant?
    public var createdAt: Instant
    /// The creator ended it.
    public var endedAt: Instant?

    public init(
        code: String, discount: Discount, courses: [String] = [], limit: Int? = nil, limitPerLearner: Int? = nil, from: Instant? = nil,
        until: Instant? = nil, createdAt: Instant, endedAt: Instant? = nil
    ) {
        self.code = code
        self.discount = discount
        self.courses = courses
        self.limit = limit
        self.limitPerLearner = limitPerLearner
        self.from = from
        self.until = until
        self.createdAt = createdAt
        self.endedAt = endedAt
    }

    /// A code as it is kept, however it was typed: capitals, digits and dashes, 3 to 40 of them.
    /// - Returns: nil for what is no code.
    public static func normalized(_ text: String) -> String? {
        let code = text.utf8.filter { $0 != 0x20 }.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        guard (3...40).contains(code.count), code.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }) else { return nil }
        return String(decoding: code, as: UTF8.self)
    }

    /// Whether it can be used at a moment, as far as time decides.
    public func isOpen(at now: Instant) -> Bool { endedAt == nil && from ?? now <= now && until.map { now < $0 } ?? true }

    /// What it takes off these items, rounded down to the smallest step in which the currency is paid.
    /// - Returns: nil when it is not for any of them, or not for their currency.
    public func off(_ items: [Order.Item]) -> Money? {
        let covered = items.filter { (courses.isEmpty || courses.contains($0.course)) && $0.price.minorUnits > 0 }
        guard let currency = covered.first?.price.currency else { return nil }
        let sum = covered.reduce(Int64(0)) { $0 + $1.price.minorUnits }
        switch discount {
        case .percent(let percent):
            // Prices have at most 15 digits: a hundred times as much fits.
            return Money(minorUnits: stepped(sum * Int64(min(max(percent, 0), 100)) / 100, of: sum, currency), currency: currency)
        case .amount(let money):
            return money.currency == currency ? Money(minorUnits: stepped(min(money.minorUnits, sum), of: sum, currency), currency: currency) : nil
        }
    }

    /// All of it stays all of it.
    private func stepped(_ off: Int64, of sum: Int64, _ currency: Currency) -> Int64 { off == sum ? off : off - off % currency.step }
}

extension Order {
    /// What a coupon took off, as it was when the order was made.
    public struct Discount: Hashable, Sendable, Codable {
        public var coupon: String
        public var off: Money

        public init(coupon: String, off: Money) {
            self.coupon = coupon
            self.off = off
        }
    }
}
