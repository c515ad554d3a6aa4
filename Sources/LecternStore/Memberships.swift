import GRDB
import LecternCore

/// An order of a membership that gives, with what it says of one course or of all.
struct MemberOrder {
    var product: String
    var period: Membership.Period
    /// Its own courses, as they were when it was bought.
    var open: Set<String>
    /// Those that were given back alone.
    var closed: Set<String>

    /// What was in it when it was bought stays open to its end; what came later is open as well.
    func gives(_ course: String, _ memberships: [String: Membership]) -> Bool {
        open.contains(course) || (!closed.contains(course) && memberships[product]?.courses.contains(course) ?? false)
    }
}

extension [MemberOrder] {
    /// What they come to for one course: nil when they never gave it, or it is over.
    func enrollment(_ learner: ID<Learner>, in course: String, _ memberships: [String: Membership], now: Instant) -> Enrollment? {
        var found: Enrollment?
        for (product, orders) in Dictionary(grouping: self.filter({ $0.gives(course, memberships) }), by: \.product) {
            guard let term = Membership.term(orders.map(\.period)), now < term.until.adding(seconds: memberships[product]?.graceSeconds ?? 0) else { continue }
            let one = Enrollment(learner: learner, course: course, since: term.since, until: term.until, source: .order)
            found = found?.joined(with: one) ?? one
        }
        return found
    }

    func courses(_ memberships: [String: Membership]) -> Set<String> {
        reduce(into: []) { $0.formUnion($1.open.union(memberships[$1.product]?.courses ?? [])) }
    }
}

extension Store {
    /// Until when somebody has paid for a membership; nil: never, or all of it went back.
    public func membershipEnd(of learner: ID<Learner>, product: String) throws(StoreError) -> Instant? {
        try shop.readOnce { db in
            Membership.term(try db.memberOrders("o.learner = ?", [learner.text]).filter { $0.order.product == product }.map(\.order.period))?.until
        }
    }
}

extension Database {
    /// - Parameter condition: on the order `o` and its learner `l`.
    func memberOrders(_ condition: String, _ arguments: StatementArguments) throws -> [(learner: ID<Learner>, order: MemberOrder)] {
        let rows = try rows(
            """
            SELECT o.id, o.learner, o.product, o.months, o.granted_at, i.course, i.closed FROM order_ o
            JOIN learner l ON l.id = o.learner JOIN order_item i ON i.order_id = o.id WHERE \(condition) AND o.grants = 1 AND o.months > 0 ORDER BY o.id
            """, arguments)
        var found: [(id: String, learner: ID<Learner>, order: MemberOrder)] = []
        for row in rows {
            let id = try row.text("id"), course = try row.text("course")
            if found.last?.id != id {
                let period = Membership.Period(paidAt: try row.instant("granted_at"), months: try row.int("months"))
                found.append((id, try row.id("learner"), MemberOrder(product: try row.text("product"), period: period, open: [], closed: [])))
            }
            if try row.flag("closed") { found[found.count - 1].order.closed.insert(course) } else { found[found.count - 1].order.open.insert(course) }
        }
        return found.map { ($0.learner, $0.order) }
    }
}
