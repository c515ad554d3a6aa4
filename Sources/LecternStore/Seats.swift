import GRDB
import LecternCore

/// The seats of an order for others: how many of them are taken, and which invitation takes one.
public struct Seating: Hashable, Sendable {
    public var taken: Int
    /// Which of the order's invitations is good: those of before are known to nobody any more.
    public var edition: Int
}

/// What became of somebody who came with an invitation.
public enum SeatTaken: Hashable, Sendable {
    case taken(OrderRecord)
    /// They have a seat of this order already: nothing was changed.
    case had(OrderRecord)
    case allAreTaken
    /// The order gives nothing: it is not paid yet, or was given back.
    case isClosed
    /// No order has such an invitation, or not any more.
    case unknown
}

extension Store {
    /// The order that an invitation is to.
    public func order(invitation: TokenDigest) throws(StoreError) -> OrderRecord? {
        try shop.read { db in try db.orderID(invitation).flatMap { try db.order($0) } }
    }

    /// Gives a learner one of an order's seats, in one commit: of many who come at once, as many get one as there are.
    public func takeSeat(_ invitation: TokenDigest, for learner: ID<Learner>, now: Instant) async throws(StoreError) -> SeatTaken {
        try await shop.write { db in
            guard let id = try db.orderID(invitation), let before = try db.order(id) else { return .unknown }
            let isIn = try db.row("SELECT 1 FROM seat WHERE order_id = ? AND learner = ?", [id.text, learner.text]) != nil
            guard before.state.grants else { return .isClosed }
            if isIn { return .had(before) }
            let isTaken = try db.didChange(
                """
                INSERT INTO seat (order_id, number, learner, taken_at)
                SELECT o.id, coalesce((SELECT max(number) FROM seat WHERE order_id = o.id), 0) + 1, ?, ? FROM order_ o
                WHERE o.id = ? AND o.grants = 1 AND (SELECT count(*) FROM seat WHERE order_id = o.id) < o.seats
                RETURNING number
                """, [learner.text, now.sql, id.text])
            guard isTaken, let record = try db.order(id) else { return .allAreTaken }
            return .taken(record)
        }
    }

    /// Gives an order another invitation; whoever has a seat keeps it.
    /// - Parameter edition: the number of the one that it replaces, so that of two who ask at once one is answered as the other was.
    public func renewInvitation(of order: ID<Order>, edition: Int, to invitation: TokenDigest) async throws(StoreError) -> OrderRecord? {
        try await shop.write { db in
            try db.run(
                "UPDATE order_ SET invitation = ?, invitation_edition = ? WHERE id = ? AND seats > 0 AND invitation_edition = ?",
                [invitation.text, edition + 1, order.text, edition])
            return try db.order(order)
        }
    }

    /// Who sits where, in the order in which they came.
    public func seats(of order: ID<Order>) throws(StoreError) -> [(learner: ID<Learner>, takenAt: Instant)] {
        try shop.readOnce { db in
            try db.rows("SELECT learner, taken_at FROM seat WHERE order_id = ? ORDER BY number", [order.text])
                .map { (learner: try $0.id("learner"), takenAt: try $0.instant("taken_at")) }
        }
    }
}

extension Database {
    fileprivate func orderID(_ invitation: TokenDigest) throws -> ID<Order>? {
        try row("SELECT id FROM order_ WHERE invitation = ?", [invitation.text])?.id("id")
    }

    /// Of an order's row; nil where the order is the buyer's own, and in a database of before there were seats.
    func seating(_ row: Row) throws -> Seating? {
        guard row.hasColumn("seats"), try row.int("seats") > 0 else { return nil }
        let taken = try self.row("SELECT count(*) AS count FROM seat WHERE order_id = ?", [row.text("id")])?.int("count") ?? 0
        return Seating(taken: taken, edition: try row.int("invitation_edition"))
    }
}
