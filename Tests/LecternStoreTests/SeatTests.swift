import GRDB
import LecternCore
import Testing

@testable import LecternStore

@Suite struct SeatTests {
    private let code = TokenDigest("first code".utf8), other = TokenDigest("second code".utf8)

    /// An order for others, of two courses, that is paid.
    private func team(_ shop: Shop, seats: Int, isPaid: Bool = true) async throws -> Order {
        var order = shop.order("team", for: try await shop.learner("boss"), ["python", "swift"])
        (order.seats, order.note) = (seats, "Welcome")
        _ = try await shop.store.openOrder(order, claim: TokenDigest("claim".utf8), invitation: code)
        if isPaid { _ = try await shop.store.record([.paid(transaction: "pi", money: order.total)], of: order.id, now: shop.now) }
        return order
    }

    private func courses(_ shop: Shop, _ learner: Learner) throws -> [String] { try shop.store.enrollments(of: learner.id, now: shop.now).map(\.course) }

    @Test func `an order for others enrolls whoever takes a seat, and never its buyer`() async throws {
        let shop = try Shop(), order = try await team(shop, seats: 2), boss = try await shop.learner("boss"), ada = try await shop.learner("ada")
        let record = try #require(try shop.store.order(order.id))
        #expect(record.order == order && record.seating == Seating(taken: 0, edition: 0) && record.state.grants)
        #expect(try courses(shop, boss).isEmpty && shop.store.enrollments(claim: TokenDigest("claim".utf8), now: shop.now).isEmpty)
        let later = shop.now.adding(seconds: 50)
        guard case .taken(let taken) = try await shop.store.takeSeat(code, for: ada.id, now: later) else { return #expect(Bool(false), "no seat") }
        #expect(taken.seating?.taken == 1)
        // What opens after days is counted from when they came.
        #expect(try shop.store.enrollment(ada.id, in: "swift", now: later)?.since == later)
        let session = try await shop.session(of: ada), bosses = try await shop.session("boss", of: boss)
        #expect(try shop.store.access(session: session, claim: nil, course: "python", now: later).enrollment?.since == later)
        #expect(try shop.store.access(session: bosses, claim: TokenDigest("claim".utf8), course: "python", now: later).enrollment == nil)
        #expect(try shop.store.enrollments(in: "python", now: later).map(\.learner) == [ada.id])
        #expect(try await shop.store.takeSeat(code, for: ada.id, now: later) == .had(taken), "again changes nothing")
        #expect(try await shop.store.takeSeat(other, for: boss.id, now: later) == .unknown)
    }

    @Test func `a check looks at what is the learner's, however much others bought`() async throws {
        let shop = try Shop()
        let plan = try shop.store.shop.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + accessSQL, arguments: .init(Array(repeating: "x", count: 9))).map { $0["detail"] as String }
        }
        #expect(plan.count > 10)
        for step in plan where step.hasPrefix("SCAN") { #expect(step == "SCAN s", "\(plan)") }
        #expect(!plan.contains { $0.contains("order_item_course") }, "\(plan)")
    }

    @Test func `of many who come at once as many get a seat as there are`() async throws {
        let shop = try Shop(), order = try await team(shop, seats: 3)
        var people: [Learner] = []
        for number in 0..<20 { people.append(try await shop.learner("p\(number)")) }
        let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
            for person in people + people {
                group.addTask { if case .taken = try await shop.store.takeSeat(code, for: person.id, now: shop.now) { true } else { false } }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 3)
        #expect(try shop.store.seats(of: order.id).count == 3)
        #expect(try people.count { try !courses(shop, $0).isEmpty } == 3)
    }

    @Test func `a seat gives what the order gives, whatever becomes of its money and in whatever order that is heard`() async throws {
        let facts: [OrderFact] = [
            .paid(transaction: "pi", money: .yuan(98)), .dispute(id: "dp", transaction: "pi", status: .open), .dispute(id: "dp", transaction: "pi", status: .won),
            .refunded(reference: "re", transaction: "pi", money: .yuan(98), status: .succeeded),
        ]
        for told in [[0], [0, 1], [1, 0], [0, 1, 2], [2, 0, 1], [0, 3], [3, 0], [0, 2, 3, 1]] {
            let shop = try Shop(), order = try await team(shop, seats: 1, isPaid: false), ada = try await shop.learner("ada")
            #expect(try await shop.store.takeSeat(code, for: ada.id, now: shop.now) == .isClosed, "nothing before it is paid")
            // The seat is taken while it gave something.
            _ = try await shop.store.record([.paid(transaction: "pi-first", money: order.total)], of: order.id, now: shop.now)
            _ = try await shop.store.takeSeat(code, for: ada.id, now: shop.now)
            _ = try await shop.store.record([.refunded(reference: "re-first", transaction: "pi-first", money: order.total, status: .succeeded)], of: order.id, now: shop.now)
            for fact in told { _ = try await shop.store.record([facts[fact]], of: order.id, now: shop.now) }
            let gives = try #require(try shop.store.order(order.id)).state.grants
            #expect(gives == (told == [0] || Set(told) == [0, 1, 2]), "\(told)")
            #expect(try courses(shop, ada) == (gives ? ["python", "swift"] : []), "\(told)")
            let end = try shop.store.enrollmentEnd(of: ada.id, in: "python")
            #expect(gives ? end == nil : end == .refunded || end == .disputed, "\(told)")
        }
    }

    @Test func `another invitation takes the place of the first, once of two who ask at once`() async throws {
        let shop = try Shop(), order = try await team(shop, seats: 2), ada = try await shop.learner("ada")
        _ = try await shop.store.takeSeat(code, for: ada.id, now: shop.now)
        let renewed = try await shop.store.renewInvitation(of: order.id, edition: 0, to: other)
        #expect(renewed?.seating == Seating(taken: 1, edition: 1))
        #expect(try await shop.store.renewInvitation(of: order.id, edition: 0, to: TokenDigest("third".utf8))?.seating?.edition == 1)
        #expect(try shop.store.order(invitation: code) == nil && shop.store.order(invitation: other)?.order.id == order.id)
        #expect(try courses(shop, ada) == ["python", "swift"])
    }

    @Test func `who is forgotten leaves the seat taken, and a buyer who is forgotten takes nothing from the others`() async throws {
        let shop = try Shop(), order = try await team(shop, seats: 1), ada = try await shop.learner("ada"), boss = try await shop.learner("boss")
        _ = try await shop.store.takeSeat(code, for: ada.id, now: shop.now)
        _ = try await shop.store.forget(boss.id, now: shop.now)
        #expect(try shop.store.order(order.id)?.order.note == nil, "what they wrote goes with them")
        #expect(try courses(shop, ada) == ["python", "swift"])
        _ = try await shop.store.forget(ada.id, now: shop.now)
        let eve = try await shop.learner("eve")
        #expect(try await shop.store.takeSeat(code, for: eve.id, now: shop.now) == .allAreTaken)
    }
}
