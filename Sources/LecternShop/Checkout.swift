import LecternCore
import LecternCrypto
import LecternPayments
import LecternStore

/// What a buyer's page sends. The price stands in the catalogue; the page's is only held against it.
public struct CheckoutRequest: Sendable {
    /// Ids of courses.
    public var items: [String]
    /// The bundle that they are bought as; nil: each at its own price.
    public var bundle: String?
    /// What the buyer chose to pay for one course that has a floor, in the currency's smallest unit; nil: its price.
    public var amount: Int64?
    /// For how many others it is: 1 is a gift, more are a team's; 0: for whoever buys.
    public var seats: Int
    /// Said to whoever takes a seat.
    public var message: String?
    public var currency: Currency
    public var provider: ProviderName
    public var shownTotal: Money
    public var email: EmailAddress
    public var language: String
    public var visit: String?
    public var attempt: String
    /// Which edition of the terms the buyer agreed to, and with them to immediate delivery.
    public var terms: String
    /// As it was typed.
    public var coupon: String?
    /// Where the buyer looks at the page.
    public var screen: Screen
    /// The buyer's network address, for providers that want it told; kept nowhere.
    public var address: String?

    public init(
        items: [String], bundle: String? = nil, amount: Int64? = nil, seats: Int = 0, message: String? = nil, currency: Currency, provider: ProviderName, shownTotal: Money, email: EmailAddress, language: String,
        visit: String?, attempt: String, terms: String, coupon: String? = nil, screen: Screen = .desktop, address: String? = nil
    ) {
        self.items = items
        self.bundle = bundle
        self.amount = amount
        self.seats = seats
        self.message = message
        self.currency = currency
        self.provider = provider
        self.shownTotal = shownTotal
        self.email = email
        self.language = language
        self.visit = visit
        self.attempt = attempt
        self.terms = terms
        self.coupon = coupon
        self.screen = screen
        self.address = address
    }
}

public struct CheckedOut: Sendable {
    public var order: OrderView
    public var next: Next
    /// For a browser that had none, and where nobody is signed in.
    public var newClaim: Token?
}

/// What some courses cost now.
public struct Offer: Sendable, Equatable {
    public var items: [Order.Item]
    /// The bundle that they are bought as.
    public var product: Order.Product?
    /// For how many months; 0: for good.
    public var months: Int
    /// The least that the buyer may choose to pay; nil: the price is the price.
    public var floor: Money?
    /// Those that whoever asks has already.
    public var owned: [String]
    /// Nil without a coupon.
    public var discount: Order.Discount?
    public var total: Money
    /// In each of which all of it is sold.
    public var currencies: [String]
    public var providers: [(name: ProviderName, label: String)]

    public static func == (one: Offer, other: Offer) -> Bool { one.json == other.json }

    public var json: JSON {
        var members: [JSON.Member] = [
            .init("items", .list(items.map { ["course": .text($0.course), "title": .text($0.title), "price": $0.price.json] }))
        ]
        if let product { members.append(.init("bundle", product.json)) }
        if months > 0 { members.append(.init("months", .whole(Int64(months)))) }
        if let floor { members.append(.init("floor", floor.json)) }
        if !owned.isEmpty { members.append(.init("owned", .list(owned.map { .text($0) }))) }
        if let discount { members.append(.init("discount", discount.json)) }
        members += [
            .init("total", total.json), .init("currencies", .list(currencies.map { .text($0) })),
            .init("providers", .list(providers.map { ["name": .text($0.name.rawValue), "label": .text($0.label)] })),
        ]
        return .object(members)
    }
}

extension Shop {
    /// - Parameters:
    ///   - currency: nil: the site's own, or else one in which all of it is sold.
    ///   - bundle: whose courses they are then; `courses` is left empty.
    ///   - amount: what the buyer would like to pay, where they may choose.
    ///   - seats: for how many others; 0: for whoever asks.
    ///   - screen: where the buyer looks at it: what fits it best is named first.
    ///   - visitor: whoever asks, if anybody: what they have already is told before they pay.
    /// - Throws: `bad-coupon` for a code that takes nothing off now.
    public func offer(
        _ courses: [String], bundle: String? = nil, amount: Int64? = nil, seats: Int = 0, currency: Currency?, coupon: String? = nil, language: String,
        screen: Screen = .desktop, visitor: Visitor? = nil
    ) throws(Refusal) -> Offer {
        let index = catalogue(), whole = try self.bundle(bundle), sold = try self.courses(whole?.courses ?? courses)
        let currencies = Currency.codes.filter { code in
            guard let one = Currency(code) else { return false }
            if let whole, whole.price(in: one) == nil { return false }
            return sold.allSatisfy { $0.isGivenAway || $0.price(in: one) != nil }
        }
        let own = currencies.contains(index.catalogue.currency) ? index.catalogue.currency : currencies.first
        let isFree = sold.allSatisfy(\.isGivenAway)
        guard let chosen = currency ?? own.flatMap({ Currency($0) }) else { throw .notForSale }
        let items = try self.items(sold, of: whole, amount: amount, seats: seats, in: chosen, language: language)
        let owned = try (seats > 0 || whole?.months != nil ? nil : visitor).map { visitor throws(Refusal) in try self.owned(items.map(\.course), who: try whoIs(visitor), claim: visitor.claim, now: now()) }
        let (discount, total) = try discounted(items, in: chosen, coupon: coupon)
        let named = payments.filter { ($0.name == .free) == (total.minorUnits == 0) && $0.takes(chosen) }
            .enumerated().sorted { ($0.element.place(screen), $0.offset) < ($1.element.place(screen), $1.offset) }.map(\.element)
            .map { (name: $0.name, label: index.text($0.label, in: language) ?? $0.name.rawValue) }
        return Offer(
            items: items, product: whole.map { product($0, language) }, months: whole?.months ?? 0, floor: whole == nil && sold.count == 1 ? sold[0].floor(in: chosen) : nil,
            owned: owned ?? [], discount: discount, total: total, currencies: isFree ? [chosen.code] : currencies, providers: named)
    }

    /// Opens an order and begins to pay. The order is on disk before the provider is asked; the same attempt is the same order.
    public func checkout(_ request: CheckoutRequest, visitor: Visitor) async throws(Refusal) -> CheckedOut {
        let who = try whoIs(visitor), now = now()
        let claim = who == nil ? visitor.claim ?? secret.claim(attempt: request.attempt) ?? newToken() : nil
        let newClaim = who == nil && visitor.claim == nil ? claim : nil

        var record = try kept { () throws(StoreError) in
            try store.order(attempt: keptAttempt(request), claim: claim?.kept, learner: who?.learner.id)
        }
        if let record { guard isSame(record.order, request) else { throw .attemptDiffers } }
        let language = catalogue().language(request.language)
        if record == nil { record = try await open(request, who: who, claim: claim, language: language, now: now) }
        guard let record else { throw .busy }

        let next = try await begin(record, email: who?.learner.email ?? request.email, request)
        let settled = try kept { () throws(StoreError) in try store.order(record.order.id) } ?? record
        let viewer = who.map { Viewer.learner($0.learner) } ?? .claim
        return CheckedOut(order: try view(settled, as: viewer), next: next, newClaim: newClaim)
    }

    private func open(
        _ request: CheckoutRequest, who: SignedIn?, claim: Token?, language: String, now: Instant
    ) async throws(Refusal) -> OrderRecord {
        let whole = try bundle(request.bundle)
        let items = try items(try courses(whole?.courses ?? request.items), of: whole, amount: request.amount, seats: request.seats, in: request.currency, language: language)
        let (discount, total) = try discounted(items, in: request.currency, coupon: request.coupon)
        // A bundle that is of other courses now is another one, even at the same price.
        guard request.shownTotal == total, Set(request.items) == Set(items.map(\.course)) else { throw .priceChanged(total) }
        // What was agreed to is kept as evidence: it has to be what the site shows, and no word of the page's own.
        if let editions = catalogue().catalogue.terms { guard editions[language] == request.terms else { throw .termsChanged } }
        guard let provider = provider(request.provider), (provider.name == .free) == (total.minorUnits == 0), provider.takes(request.currency) else {
            throw .invalidField("provider")
        }
        // A bundle may be bought for what is new in it; the page told what is not.
        // A membership that is bought while it runs goes on after its end.
        let owned = request.seats > 0 || whole?.months != nil ? [] : try owned(request.items, who: who, claim: claim, now: now)
        if whole == nil ? !owned.isEmpty : owned.count == items.count { throw .alreadyEnrolled(owned) }
        try limits.orders.take(who?.learner.id.text ?? request.email.text, now: now)

        let learner: ID<Learner>
        if let who {
            learner = who.learner.id
        } else {
            // An order for somebody's address changes nothing of theirs: no session, no name, no language.
            learner = try await kept { () async throws(StoreError) in
                try await store.findOrMakeLearner(email: request.email, language: language, newID: newID(), now: now).id
            }
        }
        let order = Order(
            id: newID(), learner: learner, items: items, product: whole.map { product($0, language) }, months: whole?.months ?? 0, seats: request.seats,
            note: request.seats > 0 ? request.message : nil, total: total, discount: discount, provider: provider.name, attempt: keptAttempt(request),
            language: language, visit: request.visit,
            consent: Consent(terms: request.terms, immediateDelivery: true, at: now), createdAt: now)
        // What nobody has to be asked about is settled in the order's own commit.
        let facts: [OrderFact] = total.minorUnits == 0 ? [.paid(transaction: "free:\(order.id)", money: total)] : []
        let opened: OpenedOrder
        do { opened = try await store.openOrder(order, claim: claim?.kept, invitation: order.seats > 0 ? invitation(order.id, edition: 0).kept : nil, facts: facts) } catch {
            throw error == Store.couponIsUsedUp ? .couponUsedUp : Refusal(error)
        }
        if case .repeated(let record) = opened, !isSame(record.order, request) { throw .attemptDiffers }
        return opened.record
    }

    /// Asks the provider for the money, unless it was asked before.
    private func begin(_ record: OrderRecord, email: EmailAddress, _ request: CheckoutRequest) async throws(Refusal) -> Next {
        if let next = record.openNext(now()) { return next }
        guard record.state.kind == .pending, record.order.total.minorUnits > 0 else { return .none }
        guard let provider = provider(record.order.provider) else { throw .invalidField("provider") }
        let order = record.order, now = now()
        let started: PaymentStarted
        do throws(PaymentFailure) {
            started = try await provider.start(start(order, provider, email: email, screen: request.screen, address: request.address, now))
        } catch {
            note(ShopNote("provider-failed", ["order": order.id.text, "provider": order.provider.rawValue, "why": error.words]))
            throw .providerFailed(error)
        }
        let next = started.next.kept(until: started.until)
        let mail = instructions(started.next, order)
        let isLinked = try await kept { () async throws(StoreError) in
            try await store.linkProvider(
                order.id, reference: started.reference ?? order.id.text, next: next, replacing: record.next, mail: mail, now: now)
        }
        // Somebody pressed twice at once: both are led to where the first is.
        if !isLinked, let first = try kept({ () throws(StoreError) in try store.order(order.id) })?.openNext(now) { return first }
        if !started.facts.isEmpty { try await settle(ProviderWord(order: order.id, facts: started.facts), order: order.id) }
        return started.next
    }

    private func start(
        _ order: Order, _ provider: PaymentProvider, email: EmailAddress?, screen: Screen, address: String?, _ now: Instant
    ) -> PaymentStart {
        PaymentStart(
            order: order, email: email, returnURL: page("orders/", order.language) + "?order=\(order.id)",
            cancelURL: page("checkout/", order.language) + "?"
                + (order.product.map { "bundle=" + percentEncoded($0.id) } ?? order.items.map { "course=" + percentEncoded($0.course) }.joined(separator: "&"))
                + (order.seats > 0 ? "&seats=\(order.seats)" : ""),
            expiresAt: order.createdAt.adding(seconds: expirySeconds(provider)), screen: screen, address: address, now: now)
    }

    /// Goes on with an open order, where its provider sent the buyer back with a code that says who they are there.
    public func resume(_ id: ID<Order>, code: String, screen: Screen, visitor: Visitor) async throws(Refusal) -> Next {
        let record = try mine(id, visitor).0
        guard record.state.kind == .pending, let provider = provider(record.order.provider), let resume = provider.resume else { throw .notFound }
        do throws(PaymentFailure) {
            return try await resume(start(record.order, provider, email: nil, screen: screen, address: nil, now()), code)
        } catch {
            note(ShopNote("provider-failed", ["order": id.text, "provider": provider.name.rawValue, "why": error.words]))
            throw .providerFailed(error)
        }
    }

    private func instructions(_ next: Next, _ order: Order) -> OutboxMail? {
        guard case .instructions(let lines, let reference) = next else { return nil }
        let payload: JSON = ["lines": .list(lines.map { .text($0) }), "reference": .text(reference)]
        return OutboxMail(
            key: "instructions:\(order.id)", kind: MailKind.instructions.rawValue, learner: order.learner, order: order.id,
            payload: String(decoding: payload.bytes, as: UTF8.self))
    }

    /// The attempt is kept as a digest: the page's own text gives out the claim of its order.
    private func keptAttempt(_ request: CheckoutRequest) -> String { base64URL(Digest(request.attempt).bytes) }

    /// Of an attempt that was written before, whether it is about the same things. The price is the one of then.
    private func isSame(_ order: Order, _ request: CheckoutRequest) -> Bool {
        order.items.map(\.course).sorted() == request.items.sorted() && order.product?.id == request.bundle && order.seats == request.seats && order.total.currency == request.currency
            && order.provider == request.provider && order.discount?.coupon == request.coupon.flatMap(Coupon.normalized)
    }

    /// What a code takes off, and what is left to pay. Whether one is left of it is known once the order is written.
    private func discounted(_ items: [Order.Item], in currency: Currency, coupon: String?) throws(Refusal) -> (Order.Discount?, Money) {
        let sum = items.reduce(Int64(0)) { $0 + $1.price.minorUnits }
        guard let coupon, !coupon.isEmpty else { return (nil, Money(minorUnits: sum, currency: currency)) }
        guard let code = Coupon.normalized(coupon), let record = try kept({ () throws(StoreError) in try store.coupon(code) }) else { throw .badCoupon }
        guard record.coupon.isOpen(at: now()) else { throw .couponOver }
        // Orders that are not paid yet hold it too, perhaps this buyer's own: the store says so when the order is written.
        if let limit = record.coupon.limit, record.granted >= limit { throw .couponUsedUp }
        guard let off = record.coupon.off(items), off.minorUnits > 0 else { throw .couponNotForThis }
        return (Order.Discount(coupon: code, off: off), Money(minorUnits: sum - off.minorUnits, currency: currency))
    }

    private func owned(_ courses: [String], who: SignedIn?, claim: Token?, now: Instant) throws(Refusal) -> [String] {
        let enrollments = try kept { () throws(StoreError) -> [Enrollment] in
            if let who { return try store.enrollments(of: who.learner.id, memberships: catalogue().memberships, now: now) }
            // What the typed address has is told to nobody who has not proved it.
            return try claim.map { token throws(StoreError) in try store.enrollments(claim: token.kept, memberships: catalogue().memberships, now: now) } ?? []
        }
        return courses.filter { course in enrollments.contains { $0.course == course } }
    }

    private func bundle(_ id: String?) throws(Refusal) -> Catalogue.Bundle? {
        guard let id else { return nil }
        guard let bundle = catalogue().bundle(id) else { throw .notFound }
        return bundle
    }

    private func product(_ bundle: Catalogue.Bundle, _ language: String) -> Order.Product {
        let index = catalogue()
        return Order.Product(id: bundle.id, title: index.text(bundle.title, in: index.language(language)) ?? bundle.id)
    }

    private func courses(_ ids: [String]) throws(Refusal) -> [Catalogue.Course] {
        let index = catalogue()
        guard (1...200).contains(ids.count), Set(ids).count == ids.count else { throw .invalidField("items") }
        let found = ids.compactMap { index.course($0) }
        guard found.count == ids.count else { throw .notFound }
        return found
    }

    /// - Parameters:
    ///   - bundle: shares its own price out among the courses, by what each costs alone.
    ///   - amount: what the buyer chose to pay for the one course.
    ///   - seats: for how many others: each pays as one does.
    private func items(
        _ courses: [Catalogue.Course], of bundle: Catalogue.Bundle?, amount: Int64?, seats: Int, in currency: Currency, language: String
    ) throws(Refusal) -> [Order.Item] {
        let index = catalogue(), language = index.language(language), moment = Moment(seconds: now().milliseconds / 1000)
        var items: [Order.Item] = []
        for course in courses {
            let own = bundle == nil ? course.price(in: currency, at: moment) : course.price(in: currency)
            guard let price = course.isGivenAway ? Money(minorUnits: 0, currency: currency) : own else { throw .notForSale }
            items.append(Order.Item(course: course.id, title: index.text(course.title, in: language) ?? course.id, price: price))
        }
        if let amount {
            // The most that every provider takes at once: eight digits (Stripe, "Amounts").
            guard bundle == nil, courses.count == 1, let floor = courses[0].floor(in: currency), (floor.minorUnits...99_999_999).contains(amount),
                amount % currency.step == 0
            else { throw .invalidField("amount") }
            items[0].price.minorUnits = amount
        }
        if let bundle {
            guard let whole = bundle.price(in: currency) else { throw .notForSale }
            for (place, share) in whole.shared(by: items.map(\.price.minorUnits)).enumerated() { items[place].price = share }
        }
        if bundle?.months != nil, seats > 0 { throw .invalidField("seats") }
        return try times(seats, items)
    }

    /// - Throws: where the site sells no gifts, or no team so large; what costs nothing needs nobody to give it.
    private func times(_ seats: Int, _ items: [Order.Item]) throws(Refusal) -> [Order.Item] {
        if seats == 0 { return items }
        let site = catalogue().catalogue, unit = items.reduce(Int64(0)) { $0 + $1.price.minorUnits }
        let isSold = seats == 1 ? site.gifts ?? false : (2...max(2, site.teams ?? 0)).contains(seats) && site.teams != nil
        // As above, the most that every provider takes at once.
        guard isSold, unit > 0, unit <= 99_999_999 / Int64(seats) else { throw .invalidField("seats") }
        return items.map { item in
            var item = item
            item.price.minorUnits *= Int64(seats)
            return item
        }
    }

    func expirySeconds(_ provider: PaymentProvider) -> Int64 {
        (provider.isSlow ? settings.slowExpiryHours : settings.expiryHours) * 3600
    }
}

extension Order.Product {
    public var json: JSON { ["id": .text(id), "title": .text(title)] }
}

extension Order.Discount {
    public var json: JSON { ["coupon": .text(coupon), "off": off.json] }
}

extension Catalogue.Course {
    /// Whether anybody may have it for nothing. A course without a price whose lessons are locked is not: its creator enrolls
    /// people by hand, or has not set the price yet.
    var isGivenAway: Bool { isFree && !lessons.contains { $0.access == .paid } }
}
