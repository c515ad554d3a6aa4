import LecternCore
import LecternStore

/// A coupon as a creator describes it.
public struct CouponWanted: Sendable {
    public var code: String
    public var percent: Int?
    /// A decimal, as it was typed.
    public var amount: String?
    /// Of `amount`; nil: the site's.
    public var currency: String?
    public var courses: [String]
    public var limit: Int?
    public var limitPerLearner: Int?
    public var from: Instant?
    public var until: Instant?

    public init(
        code: String, percent: Int? = nil, amount: String? = nil, currency: String? = nil, courses: [String] = [], limit: Int? = nil,
        limitPerLearner: Int? = nil, from: Instant? = nil, until: Instant? = nil
    ) {
        self.code = code
        self.percent = percent
        self.amount = amount
        self.currency = currency
        self.courses = courses
        self.limit = limit
        self.limitPerLearner = limitPerLearner
        self.from = from
        self.until = until
    }
}

extension Shop {
    public func addCoupon(_ wanted: CouponWanted) async throws(ShopProblem) -> CouponRecord {
        guard let code = Coupon.normalized(wanted.code) else { throw ShopProblem("a coupon's code has 3 to 40 letters, digits and dashes") }
        let index = catalogue()
        for id in wanted.courses {
            guard let course = index.course(id) else { throw ShopProblem("there is no course \"\(id)\"") }
            if course.isFree { throw ShopProblem("course \"\(id)\" has no price that a coupon could lower") }
        }
        let discount = try discount(wanted, siteCurrency: index.catalogue.currency)
        let coupon = Coupon(
            code: code, discount: discount, courses: Set(wanted.courses).sorted(), limit: wanted.limit, limitPerLearner: wanted.limitPerLearner,
            from: wanted.from, until: wanted.until, createdAt: now())
        guard try await told({ () async throws(StoreError) in try await store.addCoupon(coupon) }) else {
            throw ShopProblem("there is a coupon \(code) already; a code means one thing for ever, ended or not")
        }
        return CouponRecord(coupon: coupon, uses: 0, granted: 0)
    }

    private func discount(_ wanted: CouponWanted, siteCurrency: String) throws(ShopProblem) -> Coupon.Discount {
        if let percent = wanted.percent {
            guard (1...100).contains(percent), wanted.amount == nil else { throw ShopProblem("a coupon takes off 1 to 100 percent, or an amount") }
            return .percent(percent)
        }
        let name = (wanted.currency ?? siteCurrency).uppercased()
        guard let currency = Currency(name) else { throw ShopProblem("\"\(name)\" is no currency that is known here") }
        guard let text = wanted.amount, let money = Money(decimal: text, currency: currency), money.minorUnits > 0 else {
            throw ShopProblem("\"\(wanted.amount ?? "")\" is no amount of \(name); write it like 49.90")
        }
        return .amount(money)
    }

    public func endCoupon(_ name: String) async throws(ShopProblem) -> CouponRecord {
        guard let code = Coupon.normalized(name), try told({ () throws(StoreError) in try store.coupon(code) }) != nil else {
            throw ShopProblem("there is no coupon \"\(name)\"; \"lectern coupons list\" shows them")
        }
        let now = now()
        guard try await told({ () async throws(StoreError) in try await store.endCoupon(code, now: now) }) else {
            throw ShopProblem("coupon \(code) was ended before")
        }
        guard let record = try told({ () throws(StoreError) in try store.coupon(code) }) else { throw ShopProblem("coupon \(code) is gone") }
        return record
    }

    /// Addresses of checkouts that carry a coupon: of each course that it is for, of three at most when it is for all.
    public func couponLinks(_ coupon: Coupon) -> [String] {
        let index = catalogue(), language = index.language("")
        let courses = coupon.courses.isEmpty ? index.catalogue.courses.filter { !$0.isFree }.prefix(3).map(\.id) : coupon.courses
        return courses.map { page("checkout/", language) + "?course=\(percentEncoded($0))&coupon=\(coupon.code)" }
    }
}
