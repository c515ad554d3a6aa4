/// What somebody asked to buy, at the price that the catalogue named then. Written before any provider is called, and
/// never changed after: what happens to it are `OrderFact`s.
public struct Order: Hashable, Sendable, Codable {
    /// One course of an order.
    public struct Item: Hashable, Sendable, Codable {
        public var course: String
        /// As the buyer saw it.
        public var title: String
        public var price: Money

        public init(course: String, title: String, price: Money) {
            self.course = course
            self.title = title
            self.price = price
        }
    }

    public var id: ID<Order>
    /// Who buys, and whom the order's courses are for where it has no seats.
    public var learner: ID<Learner>
    /// For how many others it is bought, each of whom takes a seat with the order's invitation: 1 is a gift, more are a team's. 0: for
    /// the buyer, who takes none.
    public var seats: Int
    /// For how many months its courses are open; 0: for good.
    public var months: Int
    /// What the buyer says to whoever takes a seat; nil: nothing.
    public var note: String?
    public var items: [Item]
    /// Nil: its courses were bought as they are.
    public var product: Product?
    /// What is to be paid: the items' prices, less what a coupon takes off.
    public var total: Money
    /// Nil without a coupon.
    public var discount: Discount?
    public var provider: ProviderName
    /// The buyer's page makes it; the same attempt is the same order.
    public var attempt: String
    public var language: String
    /// The tab in which it was bought, for the funnel. Nil where the buyer does not want to be counted.
    public var visit: String?
    /// What the buyer agreed to, in the words that were shown, and when.
    public var consent: Consent?
    public var createdAt: Instant

    public init(
        id: ID<Order>, learner: ID<Learner>, items: [Item], product: Product? = nil, months: Int = 0, seats: Int = 0, note: String? = nil, total: Money, discount: Discount? = nil,
        provider: ProviderName, attempt: String, language: String, visit: String?, consent: Consent?, createdAt: Instant
    ) {
        self.months = months
        self.seats = seats
        self.note = note
        self.id = id
        self.learner = learner
        self.items = items
        self.product = product
        self.total = total
        self.discount = discount
        self.provider = provider
        self.attempt = attempt
        self.language = language
        self.visit = visit
        self.consent = consent
        self.createdAt = createdAt
    }
}

/// Who moves the money.
public enum ProviderName: String, Sendable, Codable, CaseIterable {
    case stripe, wechat, alipay, manual, free
    /// Buttons instead of money, in `lectern preview` alone.
    case pretend
}

/// The buyer's agreement, as evidence: terms, and that a digital course begins at once (Directive 2011/83/EU, article 16 m).
public struct Consent: Hashable, Sendable, Codable {
    /// Which edition of the terms: their digest, as the page carried it.
    public var terms: String
    public var immediateDelivery: Bool
    public var at: Instant

    public init(terms: String, immediateDelivery: Bool, at: Instant) {
        self.terms = terms
        self.immediateDelivery = immediateDelivery
        self.at = at
    }
}
