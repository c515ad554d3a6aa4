import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

/// "club" is open for a month, and three days more. "python" and "swift" are in it.
@Suite struct MembershipTests {
    private static let grace: Int64 = 3

    private func catalogue(_ courses: [String]) -> Catalogue {
        var catalogue = Catalogue.two
        catalogue.bundles = [
            .init(
                id: "club", title: ["zh": "会员", "en": "The club"], path: ["zh": "bundles/club/"], courses: courses,
                prices: [.init(currency: "CNY", minorUnits: 3000)], months: 1, graceDays: Int(Self.grace))
        ]
        catalogue.gifts = true
        return catalogue
    }

    private func world(_ courses: [String] = ["python", "swift"]) throws -> World { try World(catalogue: catalogue(courses)) }

    private func buy(_ world: World, _ attempt: String, visitor: Visitor? = nil, items: [String] = ["python", "swift"]) async throws -> CheckedOut {
        var request = world.request(items, minorUnits: 3000, attempt: attempt)
        request.bundle = "club"
        let bought = try await world.shop.checkout(request, visitor: visitor ?? world.visitor())
        try await world.press(.pay, bought.order.order)
        return bought
    }

    private func isOpen(_ world: World, _ visitor: Visitor, _ course: String = "python") throws -> Bool {
        do {
            if course == "python" { return try world.key(visitor) != nil }
            return try world.key(visitor, "swift/types", in: "swift", epoch: 1) != nil
        } catch let error as Refusal {
            guard [Refusal.Code.notEnrolled, .signInNeeded].contains(error.code) else { throw error }
            return false
        }
    }

    @Test func `a membership opens its courses until it ends, and some days more, and then says that it is over`() async throws {
        let world = try world(), offer = try world.shop.offer([], bundle: "club", currency: .cny, language: "en")
        #expect(offer.months == 1 && offer.total.minorUnits == 3000)
        let bought = try await buy(world, "attempt-1"), browser = world.visitor(claim: bought.newClaim)
        #expect(try isOpen(world, browser) && isOpen(world, browser, "swift"))
        let ends = world.clock.now.adding(months: 1)
        #expect(try world.shop.enrollments(browser).map(\.until) == [ends, ends])
        #expect(try await world.shop.order(bought.order.order.id, visitor: browser).until == ends)
        #expect(try await world.mails(to: World.ann).first?.text.contains("ends by itself") == true)
        world.clock.pass(seconds: (ends.milliseconds - world.clock.now.milliseconds) / 1000 + Self.grace * 86_400 - 1)
        let ann = world.visitor(try await world.signIn())
        #expect(try isOpen(world, ann), "days of grace")
        world.clock.pass(seconds: 1)
        #expect(throws: Refusal.noLongerEnrolled) { try world.key(ann) }
        #expect(try world.shop.enrollments(ann).isEmpty)
        // And on again.
        _ = try await buy(world, "attempt-2", visitor: ann)
        #expect(try isOpen(world, ann))
        #expect(try world.shop.enrollments(ann).first?.until == world.clock.now.adding(months: 1), "from today, since it was over")
    }

    @Test func `a renewal begins where the membership ends, and what is given back takes its own month away`() async throws {
        let world = try world(), first = try await buy(world, "attempt-1"), ann = world.visitor(try await world.signIn()), begun = world.clock.now
        world.clock.pass(days: 10)
        let second = try await buy(world, "attempt-2", visitor: ann)
        #expect(try world.shop.enrollments(ann).first?.until == begun.adding(months: 2))
        try await world.press(.refund, first.order.order)
        #expect(try world.shop.enrollments(ann).first?.until == begun.adding(seconds: 10 * 86_400).adding(months: 1))
        try await world.press(.refund, second.order.order)
        #expect(try !isOpen(world, ann) && world.shop.enrollments(ann).isEmpty)
    }

    @Test func `it opens the courses of today, and those that it had when it was bought`() async throws {
        let world = try world(["python"]), bought = try await buy(world, "attempt-1", items: ["python"]), browser = world.visitor(claim: bought.newClaim)
        let digest = try #require(bought.newClaim).kept
        #expect(try !isOpen(world, browser, "swift"))
        func open(_ memberships: [String: Membership]) throws -> [String] {
            let listed = try world.store.enrollments(claim: digest, memberships: memberships, now: world.clock.now).map(\.course)
            for course in ["python", "swift", "other"] {
                let one = try world.store.access(session: nil, claim: digest, course: course, memberships: memberships, now: world.clock.now).enrollment
                #expect((one != nil) == listed.contains(course), "a check and the list agree on \(course)")
            }
            return listed
        }
        #expect(try open(catalogue(["python", "swift"]).memberships) == ["python", "swift"], "a course that came later")
        #expect(try open(catalogue(["swift"]).memberships) == ["python", "swift"], "one that went")
        #expect(try open([:]) == ["python"], "the site sells no membership any more")
    }

    @Test func `before its end its learner is reminded, once for each period, and not when it was renewed`() async throws {
        let world = try world()
        _ = try await buy(world, "attempt-1")
        let ann = world.visitor(try await world.signIn())
        func reminders() async throws -> [String] { try await world.mails(to: World.ann).map(\.text).filter { $0.contains("Renew") && $0.contains("no day is lost") } }
        #expect(try await reminders().isEmpty)
        world.clock.pass(days: 20)
        _ = try await buy(world, "attempt-2", visitor: ann)
        world.clock.pass(days: 8)
        #expect(try await reminders().isEmpty, "it was renewed meanwhile")
        world.clock.pass(days: 28)
        #expect(try await reminders().count == 1)
        #expect(try await reminders()[0].contains("checkout/?bundle=club"))
        world.clock.pass(days: 60)
        #expect(try await reminders().count == 1)
    }

    @Test func `nobody gives a membership away`() async throws {
        let world = try world()
        #expect(throws: Refusal.invalidField("seats")) { try world.shop.offer([], bundle: "club", seats: 1, currency: .cny, language: "en") }
    }
}
