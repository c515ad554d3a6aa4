import LecternCore
import LecternStore
import Testing

@testable import LecternShop

@Suite struct LearnersTests {
    @Test func `the creator enrolls somebody, and takes it back`() async throws {
        let world = try World()
        let learner = try await world.shop.enroll(World.ann, in: "swift")
        #expect(try await world.shop.enroll(World.ann, in: "swift") == learner)
        let session = try await world.signIn(), visitor = world.visitor(session)
        #expect(try world.key(visitor, "swift/types", in: "swift", epoch: 1) != nil)
        try await world.shop.revoke(learner.id.text, from: "swift")
        #expect(await refusal { try world.key(visitor, "swift/types", in: "swift", epoch: 1) } == .notEnrolled)
        await #expect(throws: ShopProblem("this learner is not enrolled in \"swift\"")) { try await world.shop.revoke(World.ann.text, from: "swift") }
    }

    @Test func `what was bought ends with a refund, not with a command about a person`() async throws {
        let world = try World()
        try await world.press(.pay, try await world.order().order.order)
        await #expect(throws: ShopProblem("this learner bought \"python\": refund the order, then access ends")) {
            try await world.shop.revoke(World.ann.text, from: "python")
        }
    }

    @Test func `a wrong name says what there is`() async throws {
        let world = try World()
        await #expect(throws: ShopProblem("there is no course \"rust\"; there are: club, hello, python, swift")) { try await world.shop.enroll(World.ann, in: "rust") }
        #expect(throws: ShopProblem.self) { try world.shop.findLearner("nobody@example.com") }
    }

    @Test func `a person is exported and forgotten by name`() async throws {
        let world = try World()
        _ = try await world.shop.enroll(World.ann, in: "python")
        #expect(try world.shop.exportLearner("ANN@example.com")["enrollments"]?.items?.count == 1)
        try await world.shop.forgetLearner(World.ann.text)
        #expect(throws: ShopProblem.self) { try world.shop.findLearner(World.ann.text) }
    }
}
