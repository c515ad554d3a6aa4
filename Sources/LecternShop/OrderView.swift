import LecternCore
import LecternCrypto
import LecternPayments
import LecternStore

/// An order as its buyer may see it.
public struct OrderView: Sendable, Equatable {
    public var order: Order
    public var state: OrderState
    /// Masked for who has only the claim.
    public var email: String
    public var canCorrectEmail: Bool
    /// What is left to do; nil when there is nothing.
    public var next: Next?
    public var receiptSent: Bool
    /// Of an order for others: how many have come, and what the next one takes a seat with, while it gives any.
    public var seats: (taken: Int, invitation: Token?)?
    /// Until when the buyer has paid for this membership, by this order and others.
    public var until: Instant?

    /// As docs/openapi.yaml has it.
    public var json: JSON {
        var members: [JSON.Member] = [
            .init("id", .text(order.id.text)), .init("state", .text(state.kind.rawValue)), .init("createdAt", .text(order.createdAt.text)),
            .init(
                "items",
                .list(
                    order.items.map { item in
                        let members: [JSON.Member] = [
                            .init("course", .text(item.course)), .init("title", .text(item.title)), .init("price", item.price.json),
                        ]
                        return .object(members + (state.closed.contains(item.course) ? [.init("closed", true)] : []))
                    })),
        ]
        if let product = order.product { members.append(.init("bundle", product.json)) }
        if order.months > 0 { members.append(.init("months", .whole(Int64(order.months)))) }
        if let until { members.append(.init("until", .text(until.text))) }
        if let discount = order.discount { members.append(.init("discount", discount.json)) }
        members += [
            .init("total", order.total.json), .init("refunded", state.refundedMoney.json), .init("provider", .text(order.provider.rawValue)),
            .init("grants", .flag(state.grants)), .init("email", .text(email)), .init("canCorrectEmail", .flag(canCorrectEmail)),
            .init("receiptSent", .flag(receiptSent)),
        ]
        if let next { members.append(.init("next", next.json)) }
        if let seats {
            members.append(
                .init(
                    "seats",
                    .object(
                        [.init("count", .whole(Int64(order.seats))), .init("taken", .whole(Int64(seats.taken)))]
                            + (seats.invitation.map { [.init("invitation", .text($0.text))] } ?? [])
                            + (order.note.map { [.init("note", .text($0))] } ?? []))))
        }
        return .object(members)
    }

    public static func == (one: OrderView, other: OrderView) -> Bool { one.json == other.json }
}

extension Next {
    public var json: JSON {
        switch self {
        case .redirect(let url): ["kind": "redirect", "url": .text(url)]
        case .qr(let svg, let text): ["kind": "qr", "svg": .text(svg), "text": .text(text)]
        case .instructions(let lines, let reference):
            ["kind": "instructions", "lines": .list(lines.map { .text($0) }), "reference": .text(reference)]
        case .bridge(let fields): ["kind": "bridge", "fields": .object(fields.map { .init($0.name, .text($0.value)) })]
        case .none: ["kind": "none"]
        }
    }

    /// As it is kept with the order.
    func kept(until: Instant?) -> String {
        var members = json.members ?? []
        if let until { members.append(.init("until", .whole(until.milliseconds))) }
        return String(decoding: JSON.object(members).bytes, as: UTF8.self)
    }

    /// Reads what `json` wrote.
    init?(_ json: JSON) {
        switch json["kind"]?.text {
        case "redirect":
            guard let url = json["url"]?.text else { return nil }
            self = .redirect(url: url)
        case "qr":
            guard let svg = json["svg"]?.text, let text = json["text"]?.text else { return nil }
            self = .qr(svg: svg, text: text)
        case "instructions":
            guard let lines = json["lines"]?.items?.compactMap(\.text), let reference = json["reference"]?.text else { return nil }
            self = .instructions(lines: lines, reference: reference)
        case "bridge":
            guard let members = json["fields"]?.members else { return nil }
            var fields: [BridgeField] = []
            for member in members {
                guard let text = member.value.text else { return nil }
                fields.append(BridgeField(name: member.name, value: text))
            }
            self = .bridge(fields)
        case "none": self = .none
        default: return nil
        }
    }
}

extension OrderRecord {
    /// What the provider wants of the buyer, while the order is open and it leads anywhere.
    func openNext(_ now: Instant) -> Next? {
        guard state.kind == .pending || state.kind == .processing, let next else { return nil }
        do {
            let json = try JSON(next.utf8)
            if let until = json["until"]?.whole, now >= Instant(milliseconds: until) { return nil }
            return Next(json)
        } catch { return nil }
    }
}

extension Shop {
    /// The orders of whoever is signed in, newest first.
    public func orders(_ visitor: Visitor) throws(Refusal) -> [OrderView] {
        let who = try required(visitor)
        let records = try kept { () throws(StoreError) in try store.orders(of: who.learner.id) }
        var views: [OrderView] = []
        for record in records { views.append(try view(record, as: .learner(who.learner))) }
        return views
    }

    /// One order, of the learner's or of the claim's. While it is open its provider is asked, at most every five seconds.
    public func order(_ id: ID<Order>, visitor: Visitor) async throws(Refusal) -> OrderView {
        var (record, viewer) = try mine(id, visitor)
        if record.state.kind == .pending || record.state.kind == .processing, let ask = provider(record.order.provider)?.ask,
            now() >= record.order.createdAt.adding(seconds: 5)
        {
            let shouldAsk = try await kept { () async throws(StoreError) in
                try await store.shouldAsk(id, everySeconds: 5, now: now())
            }
            if shouldAsk {
                let about = try kept { () throws(StoreError) in try question(record) }
                do throws(PaymentFailure) {
                    let word = try await ask(about)
                    if let settled = try await settleAsked(word, record.order) { record = settled.record }
                } catch { note(ShopNote("provider-failed", ["order": id.text, "why": error.words])) }
            }
        }
        return try view(record, as: viewer)
    }

    /// Moves an order to another address, while it opens nothing, or nobody proved to have the one that was typed. Its receipt
    /// goes out again.
    public func correctAddress(of id: ID<Order>, to email: EmailAddress, visitor: Visitor) async throws(Refusal) -> OrderView {
        guard let claim = visitor.claim else { throw .signInNeeded }
        let (record, viewer) = try mine(id, Visitor(claim: claim))
        try limits.corrections.take(id.text, now: now())
        let now = now()
        let moved = try await kept { () async throws(StoreError) -> OrderRecord? in
            let learner = try await store.findOrMakeLearner(email: email, language: record.order.language, newID: newID(), now: now)
            return try await store.correctAddress(of: id, claim: claim.kept, to: learner.id, now: now)
        }
        guard let moved else { throw .addressConfirmed }
        return try view(moved, as: viewer)
    }

    enum Viewer {
        case learner(Learner)
        case claim
    }

    /// - Throws: `not-found` for another's order, as for one that does not exist.
    func mine(_ id: ID<Order>, _ visitor: Visitor) throws(Refusal) -> (OrderRecord, Viewer) {
        let who = try whoIs(visitor)
        guard who != nil || visitor.claim != nil else { throw .signInNeeded }
        guard let record = try kept({ () throws(StoreError) in try store.order(id) }) else { throw .notFound }
        if let who, who.learner.id == record.order.learner { return (record, .learner(who.learner)) }
        if let claim = visitor.claim, record.claim == claim.kept,
            now() < record.order.createdAt.adding(seconds: Claim.lifetimeSeconds)
        {
            return (record, .claim)
        }
        throw .notFound
    }

    func view(_ record: OrderRecord, as viewer: Viewer) throws(Refusal) -> OrderView {
        let order = record.order
        return try kept { () throws(StoreError) in
            let receipt = try store.mail("receipt:\(order.id):\(order.learner)")
            var view = OrderView(
                order: order, state: record.state, email: "", canCorrectEmail: false, next: record.openNext(now()),
                receiptSent: receipt?.sentAt != nil,
                seats: record.seating.map { ($0.taken, record.state.grants ? invitation(order.id, edition: $0.edition) : nil) })
            if order.months > 0, let product = order.product { view.until = try store.membershipEnd(of: order.learner, product: product.id) }
            switch viewer {
            case .learner(let learner): view.email = learner.email?.text ?? ""
            case .claim:
                let learner = try store.learner(order.learner)
                view.email = learner?.email?.masked ?? ""
                // While it opens nothing the answer is the same for every address: whose account it is is told to nobody.
                view.canCorrectEmail = learner.map { ($0.confirmedAt == nil || !record.state.grants) && $0.email != nil } ?? false
            }
            return view
        }
    }

    func question(_ record: OrderRecord) throws(StoreError) -> PaymentQuestion {
        let payments = record.facts.compactMap { fact -> String? in
            if case .paid(let transaction, _) = fact { transaction } else { nil }
        }
        var keys = try store.refundKeys(of: record.order.id)
        // Of an order of several, those too that this database may have forgotten, as one from a backup has.
        if record.order.items.count > 1, !payments.isEmpty {
            let open = record.order.items.map(\.course).filter { !record.state.closed.contains($0) }
            keys += open.compactMap { RefundKey.key(of: $0, in: record.order, used: keys) }
        }
        return PaymentQuestion(order: record.order.id, reference: record.reference, payments: payments, refundKeys: keys, now: now())
    }
}
