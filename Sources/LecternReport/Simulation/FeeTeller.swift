import LecternCore

/// What the provider of a simulated term tells of a payment: of most what it kept and from where it came; of a transfer by hand nothing.
struct FeeTeller {
    private var random: SeededRandom

    /// It has chance of its own, so that what it tells changes nothing that anybody does.
    init(seed: UInt64) { random = SeededRandom(seed: seed ^ 0xFEE5_0000_0000_0002) }

    mutating func of(_ payment: String, _ money: Money, isManual: Bool) -> PaymentDetails {
        var details = PaymentDetails()
        let isTold = random.chance(0.93), country: String? = random.pick([("CN", 5.0), ("US", 2), ("SG", 1), ("DE", 0.6), ("MY", 0.3), (nil, 0.5)])
        guard !isManual else { return details }
        if isTold {
            // 3.4 % and a fixed sum.
            let fee = Money(minorUnits: money.minorUnits * 34 / 1000 + (money.currency == .cny ? 235 : 30), currency: money.currency)
            details.fees = [PaymentFee(key: "fee-" + payment, payment: payment, about: .payment, money: fee)]
        }
        details.add(country: country, of: payment)
        return details
    }
}
