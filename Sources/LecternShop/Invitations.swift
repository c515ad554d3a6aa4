import LecternCore
import LecternCrypto
import LecternStore

/// What somebody who was invited may know before they come in.
public struct InvitationView: Sendable {
    /// What they would get.
    public var courses: [Order.Item]
    public var bundle: Order.Product?
    /// One seat: a present, and not a team's.
    public var isGift: Bool
    public var note: String?
    public var left: Int

    public var json: JSON {
        .object(
            [
                .init("items", .list(courses.map { ["course": .text($0.course), "title": .text($0.title)] })), .init("gift", .flag(isGift)),
                .init("left", .whole(Int64(left))),
            ] + (bundle.map { [.init("bundle", $0.json)] } ?? []) + (note.map { [.init("note", .text($0))] } ?? []))
    }
}

extension Shop {
    /// What takes a seat of an order.
    func invitation(_ order: ID<Order>, edition: Int) -> Token { secret.invitation(order: order.text, edition: edition) }

    /// The page that takes an invitation, in a language. What stands behind `#` reaches no log and no mail scanner's click.
    public func link(invitation record: OrderRecord) -> String? {
        guard let seating = record.seating else { return nil }
        let language = catalogue().language(record.order.language)
        return page("redeem/", language) + "#" + invitation(record.order.id, edition: seating.edition).text
    }

    /// - Throws: `bad-invitation` in words that say which: unknown, all seats taken, given back.
    public func invited(_ code: Token, visitor: Visitor) throws(Refusal) -> InvitationView {
        guard let record = try kept({ () throws(StoreError) in try store.order(invitation: code.kept) }) else { throw .badInvitation }
        let order = record.order, left = order.seats - (record.seating?.taken ?? 0)
        guard record.state.grants else { throw .invitationClosed }
        if left <= 0 {
            // Who has one of them may look again.
            let who = try whoIs(visitor)?.learner.id
            let seats = try kept { () throws(StoreError) in try store.seats(of: order.id) }
            guard seats.contains(where: { $0.learner == who }) else { throw .invitationUsed(isGift: order.seats == 1) }
        }
        return InvitationView(
            courses: order.items.filter { !record.state.closed.contains($0.course) }, bundle: order.product, isGift: order.seats == 1, note: order.note,
            left: max(0, left))
    }

    /// Enrolls whoever is signed in. Doing it again changes nothing.
    /// - Returns: the courses that are theirs by it.
    /// - Throws: `sign-in-needed`; `already-enrolled` for somebody who has it all, whose seat would be lost; `bad-invitation`.
    public func accept(_ code: Token, visitor: Visitor) async throws(Refusal) -> [String] {
        let who = try required(visitor).learner.id, now = now()
        guard let record = try kept({ () throws(StoreError) in try store.order(invitation: code.kept) }) else { throw .badInvitation }
        let given = record.order.items.map(\.course).filter { !record.state.closed.contains($0) }
        let seats = try kept { () throws(StoreError) in try store.seats(of: record.order.id) }
        if record.state.grants, !seats.contains(where: { $0.learner == who }) {
            let owned = try kept { () throws(StoreError) in try store.enrollments(of: who, memberships: catalogue().memberships, now: now).map(\.course) }
            if given.allSatisfy(owned.contains) { throw .ownsInvitation(given) }
        }
        switch try await kept({ () async throws(StoreError) in try await store.takeSeat(code.kept, for: who, now: now) }) {
        case .taken, .had: return given
        case .allAreTaken: throw .invitationUsed(isGift: record.order.seats == 1)
        case .isClosed: throw .invitationClosed
        case .unknown: throw .badInvitation
        }
    }

    /// Gives the buyer another invitation: the one of before takes no seat any more, and those who sit keep theirs.
    public func renewInvitation(of id: ID<Order>, visitor: Visitor) async throws(Refusal) -> OrderView {
        let (record, viewer) = try mine(id, visitor)
        guard record.seating != nil else { throw .notFound }
        try limits.invitations.take(id.text, now: now())
        return try view(try await renewed(record), as: viewer)
    }

    /// The same for the command line.
    public func renewInvitation(_ record: OrderRecord) async throws(ShopProblem) -> OrderRecord {
        guard record.seating != nil else { throw ShopProblem("order \(record.order.id) is the buyer's own: it has no seats") }
        do throws(Refusal) { return try await renewed(record) } catch { throw ShopProblem(error.en) }
    }

    private func renewed(_ record: OrderRecord) async throws(Refusal) -> OrderRecord {
        let edition = record.seating?.edition ?? 0
        let next = try await kept { () async throws(StoreError) in
            try await store.renewInvitation(of: record.order.id, edition: edition, to: invitation(record.order.id, edition: edition + 1).kept)
        }
        guard let next else { throw .notFound }
        return next
    }
}
