import LecternCore
import Testing

@testable import LecternStore

@Suite struct EnrollmentTests {
    @Test func `nobody, a stranger, and a learner who did not buy are not enrolled`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), bob = try await shop.learner("bob")
        try await shop.bought("a", by: ada, payment: "pi")
        let cookie = try await shop.session(of: bob)
        func access(_ session: TokenDigest?, _ course: String = "python") throws -> CourseAccess {
            try shop.store.access(session: session, claim: nil, course: course, now: shop.now)
        }
        let nobody = CourseAccess(learner: nil, isLimited: false, enrollment: nil)
        #expect(try access(nil) == nobody)
        #expect(try access(TokenDigest("made up".utf8)) == nobody)
        #expect(try access(cookie) == CourseAccess(learner: bob.id, isLimited: false, enrollment: nil))
        let mine = try await shop.session("ada", of: ada)
        #expect(try access(mine).enrollment == Enrollment(learner: ada.id, course: "python", since: shop.now, until: nil, source: .order))
        #expect(try access(mine, "swift").enrollment == nil)
        #expect(try shop.store.access(session: mine, claim: nil, course: "python", now: shop.now.adding(seconds: 1000)) == nobody)
    }

    @Test func `a claim opens what its browser bought, until the address is proved or 30 days are over`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), claim = TokenDigest("claim".utf8)
        try await shop.bought("a", by: ada, claim: claim, payment: "pi")
        try await shop.bought("b", by: ada, ["swift"], payment: "pi_2")
        func access(_ course: String, at now: Instant) throws -> CourseAccess {
            try shop.store.access(session: nil, claim: claim, course: course, now: now)
        }
        let python = try access("python", at: shop.now)
        #expect(python.isLimited && python.learner == ada.id && python.enrollment != nil)
        // Bought for the same address from somewhere else: not this browser's.
        #expect(try access("swift", at: shop.now).enrollment == nil)
        #expect(try shop.store.enrollments(claim: claim, now: shop.now).map(\.course) == ["python"])
        #expect(try access("python", at: shop.now.adding(seconds: Claim.lifetimeSeconds)).enrollment == nil)
        try await shop.store.confirm(ada.id, now: shop.now)
        #expect(try access("python", at: shop.now).enrollment == nil)
        #expect(try shop.store.enrollments(claim: claim, now: shop.now).isEmpty)
    }

    @Test func `a session counts before a claim, and a claim helps where the session does not`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), guest = try await shop.learner("guest"), claim = TokenDigest("claim".utf8)
        try await shop.bought("a", by: ada, payment: "pi")
        try await shop.bought("g", by: guest, ["python", "swift"], claim: claim, payment: "pi_2")
        let cookie = try await shop.session(of: ada)
        let python = try shop.store.access(session: cookie, claim: claim, course: "python", now: shop.now)
        #expect(python.learner == ada.id && !python.isLimited)
        let swift = try shop.store.access(session: cookie, claim: claim, course: "swift", now: shop.now)
        #expect(swift.learner == guest.id && swift.isLimited)
    }

    @Test func `refunding one of two orders leaves the other's courses`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), cookie = try await shop.session(of: ada)
        try await shop.bought("a", by: ada, ["python", "swift"], payment: "pi_1")
        try await shop.bought("b", by: ada, ["swift", "rust"], payment: "pi_2")
        let refund = OrderFact.refunded(reference: "re", transaction: "pi_1", money: .yuan(98), status: .succeeded)
        _ = try await shop.store.record([refund], of: ID("a"), now: shop.now)
        #expect(try shop.store.enrollments(of: ada.id, now: shop.now).map(\.course) == ["rust", "swift"])
        #expect(try shop.store.access(session: cookie, claim: nil, course: "swift", now: shop.now).enrollment != nil)
        #expect(try shop.store.access(session: cookie, claim: nil, course: "python", now: shop.now).enrollment == nil)
    }

    @Test func `an enrollment by hand lasts until its end, can be repeated and taken back`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), store = shop.store, now = shop.now, end = now.adding(seconds: 100)
        for since in [now, now.adding(seconds: 50)] {
            try await store.enroll(ada.id, in: "python", source: .imported, since: since, until: end)
        }
        let enrolled = Enrollment(learner: ada.id, course: "python", since: now, until: end, source: .imported)
        #expect(try store.enrollment(ada.id, in: "python", now: now) == enrolled)
        #expect(try store.enrollment(ada.id, in: "python", now: end) == nil)
        #expect(try await store.revoke(ada.id, from: "python", now: now))
        #expect(try await !store.revoke(ada.id, from: "python", now: now))
        #expect(try store.enrollments(of: ada.id, now: now).isEmpty)
        try await store.enroll(ada.id, in: "python", source: .byHand, since: now.adding(seconds: 50))
        #expect(try store.enrollment(ada.id, in: "python", now: end)?.since == now.adding(seconds: 50))
    }

    @Test func `an order and a limited enrollment are one, as long as the longest`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), cookie = try await shop.session(of: ada)
        let before = shop.now.adding(seconds: -100)
        try await shop.store.enroll(ada.id, in: "python", source: .byHand, since: before, until: shop.now.adding(seconds: 10))
        try await shop.bought("a", by: ada, payment: "pi")
        let both = Enrollment(learner: ada.id, course: "python", since: before, until: nil, source: .order)
        #expect(try shop.store.enrollment(ada.id, in: "python", now: shop.now) == both)
        #expect(try shop.store.access(session: cookie, claim: nil, course: "python", now: shop.now).enrollment == both)
        let bob = try await shop.learner("bob")
        try await shop.store.enroll(bob.id, in: "python", source: .byHand, since: before)
        #expect(try shop.store.enrollments(in: "python", now: shop.now).map(\.learner) == [ada.id, bob.id])
    }
}
