import GRDB
import LecternCore

// Orders and facts, between values and rows.
extension Database {
    /// - Returns: false when the buyer made this attempt before.
    func insert(_ order: Order, buyer: String, claim: TokenDigest?, invitation: TokenDigest?) throws -> Bool {
        try didChange(
            """
            INSERT INTO order_
              (id, learner, buyer, attempt, claim, provider, total, currency, language, visit, terms, immediate_delivery, consent_at,
               created_at, state, coupon, discount, product, product_title, months, seats, note, invitation, grants, received, refunded)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT (buyer, attempt) DO NOTHING RETURNING id
            """,
            [
                order.id.text, order.learner.text, buyer, order.attempt, claim?.text, order.provider.rawValue, order.total.minorUnits,
                order.total.currency.code, order.language, order.visit, order.consent?.terms,
                order.consent.map { $0.immediateDelivery ? 1 : 0 }, order.consent?.at.sql, order.createdAt.sql,
                OrderState.Kind.pending.rawValue, order.discount?.coupon, order.discount?.off.minorUnits,
                order.product?.id, order.product?.title, order.months, order.seats, order.note, invitation?.text,
            ])
    }

    func order(_ id: ID<Order>) throws -> OrderRecord? {
        guard let row = try row("SELECT * FROM order_ WHERE id = ?", [id.text]) else { return nil }
        let items = try rows("SELECT * FROM order_item WHERE order_id = ? ORDER BY position", [id.text])
        let order = try Order(row: row, items: items)
        let facts = try facts(of: id), courses = try courseRefunds(of: id)
        return OrderRecord(
            order: order, facts: facts, courseRefunds: courses, state: OrderState(order: order, facts: facts, courses: courses),
            seating: try seating(row), claim: row.optionalText("claim").map { TokenDigest(text: $0) }, reference: row.optionalText("reference"),
            next: row.optionalText("next"), grantedAt: row.optionalInstant("granted_at"), askedAt: row.optionalInstant("asked_at"))
    }

    func orders(ids: [Row]) throws -> [OrderRecord] { try ids.compactMap { try order($0.id("id")) } }

    func orderID(provider: ProviderName, payment: String) throws -> ID<Order>? {
        try row("SELECT order_id FROM payment WHERE provider = ? AND payment = ?", [provider.rawValue, payment])?.id("order_id")
    }

    /// In the order in which they were recorded.
    func facts(of order: ID<Order>) throws -> [OrderFact] {
        try rows(
            "SELECT * FROM fact WHERE order_id = ? ORDER BY recorded_at, kind, key, status, payment, amount, currency", [order.text]
        ).map(OrderFact.init(row:))
    }

    /// - Returns: whether it was not known before.
    func insert(_ fact: OrderFact, of order: ID<Order>, now: Instant) throws -> Bool {
        let columns = fact.columns
        return try didChange(
            """
            INSERT INTO fact (order_id, kind, key, payment, status, amount, currency, recorded_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING kind
            """,
            [
                order.text, columns.kind, columns.key, columns.payment ?? "", columns.status, columns.money?.minorUnits ?? 0,
                columns.money?.currency.code ?? "", now.sql,
            ])
    }
}

extension Order {
    init(row: Row, items: [Row]) throws {
        let currency = try row.money("total").currency
        let consent = try row.optionalInstant("consent_at").map {
            Consent(terms: try row.text("terms"), immediateDelivery: try row.flag("immediate_delivery"), at: $0)
        }
        self.init(
            id: try row.id("id"), learner: try row.id("learner"),
            items: try items.map {
                Item(course: try $0.text("course"), title: try $0.text("title"), price: Money(minorUnits: try $0.number("price"), currency: currency))
            },
            product: Order.Product(row: row), months: row.hasColumn("months") ? try row.int("months") : 0, seats: row.hasColumn("seats") ? try row.int("seats") : 0, note: row.hasColumn("note") ? row.optionalText("note") : nil, total: try row.money("total"), discount: try Order.Discount(row: row, currency: currency), provider: try row.word("provider"), attempt: try row.text("attempt"),
            language: try row.text("language"), visit: row.optionalText("visit"), consent: consent, createdAt: try row.instant("created_at"))
    }
}

extension Order.Product {
    /// Nil for courses as they are, and in a database of before there were bundles.
    fileprivate init?(row: Row) {
        guard row.hasColumn("product"), let id = row.optionalText("product"), let title = row.optionalText("product_title") else { return nil }
        self.init(id: id, title: title)
    }
}

extension Order.Discount {
    /// Nil without a coupon, and in a database of before there were any.
    fileprivate init?(row: Row, currency: Currency) throws {
        guard row.hasColumn("coupon"), let coupon = row.optionalText("coupon") else { return nil }
        self.init(coupon: coupon, off: Money(minorUnits: try row.number("discount"), currency: currency))
    }
}

extension OrderFact {
    fileprivate var columns: (kind: String, key: String, payment: String?, status: Int, money: Money?) {
        switch self {
        case .processing: ("processing", "", nil, 0, nil)
        case .failed: ("failed", "", nil, 0, nil)
        case .expired: ("expired", "", nil, 0, nil)
        case .paid(let transaction, let money): ("paid", transaction, transaction, 0, money)
        case .refunded(let reference, let transaction, let money, let status): ("refunded", reference, transaction, status.rawValue, money)
        case .dispute(let id, let transaction, let status): ("dispute", id, transaction, status.rawValue, nil)
        }
    }

    init(row: Row) throws {
        let key = try row.text("key"), payment = try row.text("payment")
        func status<Status: RawRepresentable>() throws -> Status where Status.RawValue == Int {
            guard let status = Status(rawValue: try row.int("status")) else { throw StoreError.broken("a fact's status is unknown") }
            return status
        }
        switch try row.text("kind") {
        case "processing": self = .processing
        case "failed": self = .failed
        case "expired": self = .expired
        case "paid": self = .paid(transaction: key, money: try row.money("amount"))
        case "refunded":
            self = .refunded(reference: key, transaction: payment.isEmpty ? nil : payment, money: try row.money("amount"), status: try status())
        case "dispute": self = .dispute(id: key, transaction: payment.isEmpty ? nil : payment, status: try status())
        default: throw StoreError.broken("a fact's kind is unknown")
        }
    }

    /// The provider's name for the payment that it is about.
    var payment: String? { columns.payment }
}
