import GRDB
import LecternCore

extension Database {
    /// Keeps what is known of an order's own payments; what was told before stays.
    func insert(_ details: PaymentDetails, of order: ID<Order>, provider: ProviderName, now: Instant) throws {
        for fee in details.fees {
            try run(
                """
                INSERT INTO payment_fee (provider, payment, key, about, amount, currency, recorded_at)
                SELECT provider, payment, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT)
                FROM payment WHERE provider = ? AND payment = ? AND order_id = ?
                ON CONFLICT DO NOTHING
                """,
                [
                    fee.key, fee.about.rawValue, fee.money.minorUnits, fee.money.currency.code, now.sql, provider.rawValue, fee.payment, order.text,
                ])
        }
        for (payment, country) in details.countries.sorted(by: { $0.key < $1.key }) {
            try run(
                "UPDATE payment SET country = ? WHERE provider = ? AND payment = ? AND order_id = ? AND country IS NULL",
                [country, provider.rawValue, payment, order.text])
        }
    }
}
