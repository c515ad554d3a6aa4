import LecternCore

/// A lower price until a date: `earlyBird: {price: 149, until: 2026-12-31}`.
public struct EarlyBird: Sendable, Equatable {
    /// One for each currency in which it is lower; never empty.
    public var prices: [Money]
    /// Excluded.
    public var until: Moment

    public init(prices: [Money], until: Moment) {
        self.prices = prices
        self.until = until
    }
}

extension FieldReader {
    /// - Parameter price: the course's own, which is higher in each currency.
    mutating func earlyBird(_ key: String, price: [Money], currency: Currency) -> EarlyBird? {
        guard let node = value(key) else { return nil }
        let form = ["\(key): {price: 149, until: 2026-12-31}"]
        guard node.entries != nil else {
            report("\(key) has a price and a date", line: node.line, help: form)
            return nil
        }
        var inner = FieldReader(node, file: file)
        let lower = inner.price("price", currency: currency), until = inner.moment("until")
        inner.warnOfOthers(than: ["price", "until"])
        take(inner.problems)
        guard inner.problems.allSatisfy({ $0.severity == .warning }) else { return nil }
        guard let lower, let until else {
            report("\(key) has a price and a date", line: node.line, help: form)
            return nil
        }
        guard compare(key, lower, below: price, isEqualGood: false) else { return nil }
        return EarlyBird(prices: lower.value, until: until)
    }

    /// The least of a price that buyers may choose: `priceFloor: 49`.
    /// - Parameter price: what is asked when they choose nothing.
    mutating func priceFloor(_ key: String, price: [Money], currency: Currency) -> [Money] {
        guard let floor = self.price(key, currency: currency), compare(key, floor, below: price, isEqualGood: true) else { return [] }
        return floor.value
    }

    private mutating func compare(_ key: String, _ lower: Located<[Money]>, below price: [Money], isEqualGood: Bool) -> Bool {
        guard !lower.value.isEmpty, !lower.value.contains(where: { $0.minorUnits == 0 }) else {
            report("\(key) is more than nothing", line: lower.line)
            return false
        }
        for one in lower.value {
            guard let own = price.first(where: { $0.currency == one.currency }) else {
                report("\(key) is in \(one.currency.code), and price is not", line: lower.line, help: ["set `price:` in \(one.currency.code) too"])
                return false
            }
            guard one.minorUnits < own.minorUnits || isEqualGood && one == own else {
                report("\(key) is \(one.text), and price is \(own.text)", line: lower.line, help: ["it is lower than the price"])
                return false
            }
        }
        return true
    }
}
