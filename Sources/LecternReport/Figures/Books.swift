import LecternCore
import LecternStore

/// Sums of money and orders, one for each currency, since money of two is never added up.
struct Sums: Sendable {
    var orders = 0
    /// Those that gave access.
    var sold = 0
    /// Those that brought money.
    var paid = 0
    var gross: Int64 = 0
    var refunded: Int64 = 0
    /// What providers kept, as far as it is known.
    var fees: Int64 = 0
    /// Whether anything of it is.
    var hasFees = false
    /// Of what was received: what it cost to receive nobody told.
    var feesUnknown: Int64 = 0
    /// What their prices came to less what was asked for, of those that were sold.
    var discount: Int64 = 0
    var refundedOrders = 0
    var disputed = 0

    mutating func add(_ part: Part, of order: ReportOrder) {
        orders += 1
        if order.grantedAt != nil {
            sold += 1
            discount += max(0, part.price - part.total)
        }
        if part.received > 0 { paid += 1 }
        gross = addingCapped(gross, part.received)
        refunded = addingCapped(refunded, part.refunded)
        if let part = part.fees {
            fees = addingCapped(fees, part)
            hasFees = true
        }
        feesUnknown = addingCapped(feesUnknown, part.feesUnknown)
        if part.refunded > 0 { refundedOrders += 1 }
        if order.isDisputed { disputed += 1 }
    }

    /// What an order, or one course of it, comes to.
    struct Part {
        var price: Int64 = 0
        var total: Int64 = 0
        var received: Int64 = 0
        var refunded: Int64 = 0
        var fees: Int64?
        var feesUnknown: Int64 = 0
    }

    /// What is left of what was received, before the fees that nobody told.
    var net: Int64 { max(-.max, addingCapped(addingCapped(gross, -max(refunded, 0)), -max(fees, -.max))) }
}

extension Sums.Part {
    static func + (one: Sums.Part, other: Sums.Part) -> Sums.Part {
        .init(
            price: addingCapped(one.price, other.price), total: addingCapped(one.total, other.total), received: addingCapped(one.received, other.received),
            refunded: addingCapped(one.refunded, other.refunded), fees: one.fees.map { addingCapped($0, other.fees ?? 0) } ?? other.fees,
            feesUnknown: addingCapped(one.feesUnknown, other.feesUnknown))
    }
}

/// All orders, read once, summed up for every table that asks.
struct Books {
    struct Key: Hashable { var group: String; var currency: Currency }
    struct DayKey: Hashable { var day: Int64; var currency: Currency }
    struct Sale { var at: UInt32; var currency: Currency; var received: Int64; var courses: [String]; var learner: String }

    private(set) var byCurrency: [Currency: Sums] = [:]
    private(set) var byDay: [DayKey: Sums] = [:]
    private(set) var byCourse: [Key: Sums] = [:]
    private(set) var byProduct: [Key: Sums] = [:]
    /// Of orders with a coupon alone.
    private(set) var byCoupon: [Key: Sums] = [:]
    private(set) var byProvider: [Key: Sums] = [:]
    private(set) var byState: [Key: Sums] = [:]
    /// Of orders that were paid; "": nobody told from where.
    private(set) var byCountry: [Key: Sums] = [:]
    /// By their numbers.
    private(set) var buyersByCountry: [Key: Set<UInt64>] = [:]
    /// Paid orders of each buyer.
    private(set) var buyers: [Currency: [UInt64: Int]] = [:]
    private(set) var needsHand: [ReportOrder] = []
    /// By the number of a visit: what was bought there. Of all times: the visit decides what is counted.
    private(set) var salesByVisit: [UInt64: [Sale]] = [:]
    private(set) var salesWithoutVisit = 0
    /// By learner's number: what they bought, of all times.
    private(set) var productsByLearner: [UInt64: [String]] = [:]
    /// By learner's number and course: since when they may take it.
    private(set) var enrolled: [EnrolledKey: Instant] = [:]
    struct EnrolledKey: Hashable { var learner: UInt64; var course: String }

    init(_ store: Store, _ asked: ReportRequest) throws {
        try store.eachOrder { add($0, asked) }
        try store.eachEnrollment { one in
            guard asked.includes(course: one.course) else { return }
            let key = EnrolledKey(learner: number(of: one.learner), course: one.course)
            enrolled[key] = min(enrolled[key] ?? one.since, one.since)
        }
    }

    private mutating func add(_ order: ReportOrder, _ asked: ReportRequest) {
        let parts = order.parts
        let kept = parts.filter { asked.includes(course: $0.course) }
        guard !kept.isEmpty || asked.course == nil else { return }
        // The books of an order without courses are looked at by `restore --check`; its money counts.
        let whole: Sums.Part = kept.isEmpty || kept.count == parts.count ? order.whole : kept.reduce(Sums.Part()) { $0 + $1.part }
        let learner = number(of: order.learner)
        if let grantedAt = order.grantedAt {
            productsByLearner[learner, default: []].append(order.product ?? kept.map(\.course).sorted().joined(separator: " + "))
            for (course, _) in kept where order.grants && order.seats == 0 && !order.items.contains(where: { $0.course == course && $0.isClosed }) {
                let key = EnrolledKey(learner: learner, course: course)
                enrolled[key] = min(enrolled[key] ?? grantedAt, grantedAt)
            }
            if let visit = order.visit {
                salesByVisit[number(of: visit), default: []].append(
                    Sale(
                        at: UInt32(clamping: grantedAt.milliseconds / 1000), currency: order.currency, received: whole.received,
                        courses: kept.map(\.course), learner: order.learner))
            } else if asked.contains(order.createdAt) {
                salesWithoutVisit += 1
            }
        }
        guard asked.contains(order.createdAt) else { return }
        let currency = order.currency
        byCurrency[currency, default: Sums()].add(whole, of: order)
        byDay[DayKey(day: asked.zone.day(order.createdAt.milliseconds / 1000), currency: currency), default: Sums()].add(whole, of: order)
        for (course, part) in kept { byCourse[Key(group: course, currency: currency), default: Sums()].add(part, of: order) }
        let product = order.product ?? parts.map(\.course).sorted().joined(separator: " + ")
        byProduct[Key(group: product, currency: currency), default: Sums()].add(whole, of: order)
        if let coupon = order.coupon { byCoupon[Key(group: coupon, currency: currency), default: Sums()].add(whole, of: order) }
        byProvider[Key(group: order.provider, currency: currency), default: Sums()].add(whole, of: order)
        byState[Key(group: order.state.rawValue, currency: currency), default: Sums()].add(whole, of: order)
        if whole.received > 0 {
            buyers[currency, default: [:]][learner, default: 0] += 1
            let country = Key(group: order.country ?? "", currency: currency)
            byCountry[country, default: Sums()].add(whole, of: order)
            buyersByCountry[country, default: []].insert(learner)
        }
        if order.needsHand(now: asked.now) { needsHand.append(order) }
    }
}

/// Rows may hold anything: a sum that would overflow stays at the largest number.
func addingCapped(_ one: Int64, _ other: Int64) -> Int64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
}

extension ReportOrder {
    /// Money that is not where it should be, or has been on its way for long.
    func needsHand(now: Instant) -> Bool {
        let days = (now.milliseconds - createdAt.milliseconds) / 86_400_000
        return switch state {
        case .review, .refundBeforePayment, .disputed: true
        case .processing: days >= 7
        case .pending: provider == ProviderName.manual.rawValue && days >= 3 && days < 60
        default: false
        }
    }
}
