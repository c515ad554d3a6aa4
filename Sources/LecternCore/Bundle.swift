extension Catalogue {
    /// Several courses that are sold together, at a price of their own.
    public struct Bundle: Sendable, Equatable, Codable {
        public var id: String
        /// By language.
        public var title: [String: String]
        /// Below the site's root, by language: "bundles/all/".
        public var path: [String: String]
        /// Ids of courses, each of which is sold alone in every currency of `prices`.
        public var courses: [String]
        /// One for each currency.
        public var prices: [Price]
        /// A membership's: for how many months it is paid; nil: it is bought for good.
        public var months: Int?
        /// For how many days a membership stays open after its end; nil: none.
        public var graceDays: Int?

        public init(
            id: String, title: [String: String], path: [String: String], courses: [String], prices: [Price], months: Int? = nil, graceDays: Int? = nil
        ) {
            (self.id, self.title, self.path, self.courses, self.prices) = (id, title, path, courses, prices)
            (self.months, self.graceDays) = (months, graceDays)
        }

        /// - Returns: nil when it is not sold in this currency.
        public func price(in currency: Currency) -> Money? {
            prices.first { $0.currency == currency.code }.map { Money(minorUnits: $0.minorUnits, currency: currency) }
        }
    }

    public func bundle(_ id: String) -> Bundle? { bundles?.first { $0.id == id } }

    /// By the bundle's id.
    public var memberships: [String: Membership] {
        Dictionary(
            (bundles ?? []).filter { $0.months != nil }.map { bundle in
                (bundle.id, Membership(courses: Set(bundle.courses), graceSeconds: Int64(bundle.graceDays ?? 0) * 86_400))
            }
        ) { first, _ in first }
    }
}

extension Money {
    /// Shares an amount out by weights: rounded down to the smallest step in which the currency is paid; what rounding leaves goes to the
    /// first ones that weigh anything, a step each, so that the shares add up to the amount.
    /// - Parameter weights: none is negative. Where all weigh nothing, the first gets all.
    public func shared(by weights: [Int64]) -> [Money] {
        guard !weights.isEmpty else { return [] }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return weights.indices.map { Money(minorUnits: $0 == 0 ? minorUnits : 0, currency: currency) } }
        let step = currency.step
        var parts = weights.map { weight in
            let (high, low) = minorUnits.multipliedFullWidth(by: weight)
            let exact = sum.dividingFullWidth((high, low)).quotient
            return exact - exact % step
        }
        var left = minorUnits - parts.reduce(0, +)
        while left > 0 {
            for place in parts.indices where left > 0 && weights[place] > 0 {
                let part = Swift.min(left, step)
                parts[place] += part
                left -= part
            }
        }
        return parts.map { Money(minorUnits: $0, currency: currency) }
    }
}

extension Order {
    /// What was bought in one piece: a bundle, as the buyer saw it. The order's items are its courses, each at its share of the bundle's
    /// price, by what they cost alone.
    public struct Product: Hashable, Sendable, Codable {
        public var id: String
        public var title: String

        public init(id: String, title: String) {
            self.id = id
            self.title = title
        }
    }

    /// What the order is of, in one line.
    public var summary: String { product?.title ?? items.map(\.title).joined(separator: " + ") }
}
