import Foundation
import LecternCore

// What Stripe keeps of a payment, and where the buyer pays from ("The Charge object", "The Balance Transaction object").

/// An id, or the whole object where Stripe was told to expand it; one that reads otherwise than it is described is as good as its id.
struct StripePossible<Object: Decodable & Sendable>: Decodable, Sendable {
    var id: String
    var whole: Object?

    init(from decoder: any Decoder) throws {
        id = try StripeName(from: decoder).id
        whole = try? Object(from: decoder)
    }
}

struct StripePayment: Decodable, Sendable {
    var status: String
    var latest_charge: StripePossible<StripeCharge>?

    /// "The PaymentIntent object": after a failure it waits for another way to pay, which a completed session does not offer.
    var hasFailed: Bool { status == "requires_payment_method" || status == "canceled" }
}

struct StripeCharge: Decodable, Sendable {
    struct Method: Decodable, Sendable {
        struct Card: Decodable, Sendable { var country: String? }
        var card: Card?
    }

    var amount: Int64
    var currency: String
    /// Null until Stripe has booked it.
    var balance_transaction: StripePossible<StripeBalance>?
    var billing_details: StripeBuyer?
    var payment_method_details: Method?
}

struct StripeBuyer: Decodable, Sendable {
    struct Address: Decodable, Sendable { var country: String? }
    var address: Address?
}

/// A line of the account's balance, in the currency that the account is paid out in.
struct StripeBalance: Decodable, Sendable {
    var id: String
    var amount: Int64
    var fee: Int64
    var currency: String

    /// The fee in the payment's currency: at the rate at which Stripe exchanged the payment itself, half a unit rounded up.
    func fee(of payment: Money) -> Money? {
        if currency.uppercased() == payment.currency.code { return Money(minorUnits: fee, currency: payment.currency) }
        guard amount != 0, amount != .min, fee != .min else { return nil }
        let (high, low) = fee.magnitude.multipliedFullWidth(by: payment.minorUnits.magnitude)
        guard high < amount.magnitude else { return nil }
        let (quotient, rest) = amount.magnitude.dividingFullWidth((high, low))
        guard quotient < 1 << 62 else { return nil }
        let units = Int64(quotient) + (rest >= amount.magnitude - rest ? 1 : 0)
        return Money(minorUnits: fee < 0 ? -units : units, currency: payment.currency)
    }
}

extension StripeSession {
    /// What is known of a payment that came: notices tell the address that the buyer typed, an asked session the card's country and the fee too.
    var details: PaymentDetails {
        var details = PaymentDetails()
        guard payment_status == "paid", let payment else { return details }
        let charge = payment_intent?.whole?.latest_charge?.whole
        details.add(
            country: customer_details?.address?.country ?? charge?.billing_details?.address?.country ?? charge?.payment_method_details?.card?.country,
            of: payment)
        if let charge, let balance = charge.balance_transaction?.whole, let money = stripeMoney(charge.amount, charge.currency),
            let fee = balance.fee(of: money)
        {
            details.fees = [PaymentFee(key: balance.id, payment: payment, about: .payment, money: fee)]
        }
        return details
    }
}
