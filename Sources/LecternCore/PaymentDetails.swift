/// What a provider tells of payments besides that money moved: what it keeps, and where the buyer pays from. Grows only, like `OrderFact`;
/// no order's state depends on it. What is not told is not known, which is another thing than nothing.
public struct PaymentDetails: Hashable, Sendable {
    public var fees: [PaymentFee]
    /// By the provider's name for the payment: a country's two letters (ISO 3166-1 alpha-2).
    public var countries: [String: String]

    public init(fees: [PaymentFee] = [], countries: [String: String] = [:]) {
        self.fees = fees
        self.countries = countries
    }

    /// - Parameter country: left out when it is not two capital letters.
    public mutating func add(country: String?, of payment: String) {
        guard let country, country.utf8.count == 2, country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return }
        countries[payment] = country
    }
}

/// What a provider keeps of a payment, or takes because of it.
public struct PaymentFee: Hashable, Sendable {
    public enum About: String, Sendable { case payment, refund, dispute }

    /// The provider's name for what the fee is for: told twice, it is one fee.
    public var key: String
    /// The provider's name for the payment.
    public var payment: String
    public var about: About
    /// In the payment's currency. Below nothing: a refund brought it back.
    public var money: Money

    public init(key: String, payment: String, about: About, money: Money) {
        self.key = key
        self.payment = payment
        self.about = about
        self.money = money
    }
}
