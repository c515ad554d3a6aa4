import LecternCore
import LecternStore

extension ReportOrder {
    var whole: Sums.Part {
        .init(price: items.reduce(0) { addingCapped($0, $1.priceMinorUnits) }, total: totalMinorUnits, received: receivedMinorUnits, refunded: refundedMinorUnits,
            fees: feesMinorUnits, feesUnknown: feesUnknownMinorUnits)
    }

    /// What each course has of the order's money: by what was paid for it, its price less its part of the coupon; fees alike. What went back for one
    /// course alone is that one's; what went back of the order as a whole is of what each course has left then. Parts add up to the whole.
    var parts: [(course: String, part: Sums.Part)] {
        if items.count == 1 { return [(items[0].course, whole)] }
        let paid = paidForEach(prices: items.map(\.priceMinorUnits), isCovered: items.map(\.isCovered), off: discountMinorUnits, step: currency.step)
        let totals = shared(totalMinorUnits, by: paid), received = shared(receivedMinorUnits, by: paid)
        let fees = feesMinorUnits.map { shared($0, by: paid) }, feesUnknown = shared(feesUnknownMinorUnits, by: paid)
        let named = items.map(\.refundedMinorUnits), sum = named.reduce(0, addingCapped)
        // More than went back in all is not to be believed.
        let own = sum <= refundedMinorUnits ? named : named.map { _ in 0 }
        let left = zip(received, own).map { max(0, $0 - $1) }
        let common = shared(refundedMinorUnits - own.reduce(0, +), by: left.contains { $0 > 0 } ? left : paid)
        return items.indices.map { place in
            let part = Sums.Part(
                price: items[place].priceMinorUnits, total: totals[place], received: received[place], refunded: addingCapped(own[place], common[place]),
                fees: fees?[place], feesUnknown: feesUnknown[place])
            return (items[place].course, part)
        }
    }
}

/// An amount in whole parts by their weights; by nothing, alike. Those of the first ones together are rounded down: so all of them add
/// up to the amount, and where it is at most the weights' sum, none is more than its weight.
func shared(_ amount: Int64, by weights: [Int64]) -> [Int64] {
    let sum = weights.reduce(0, addingCapped)
    guard sum > 0 else { return weights.isEmpty ? [] : shared(amount, by: weights.map { _ in 1 }) }
    var upTo: Int64 = 0, given: Int64 = 0
    return weights.map { weight in
        upTo = addingCapped(upTo, weight)
        let (high, low) = amount.multipliedFullWidth(by: upTo)
        let all = sum.dividingFullWidth((high, low)).quotient
        defer { given = all }
        return all - given
    }
}
