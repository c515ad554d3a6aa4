import LecternCore
import LecternPayments
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
        let order = try await world.order().order.order
        try await world.press(.pay, order)
        await #expect(throws: ShopProblem("this learner bought \"python\": lectern orders refund \(order.id) gives the money back and closes it")) {
            try await world.shop.revoke(World.ann.text, from: "python")
        }
    }

    @Test func `a wrong name says what there is`() async throws {
        let world = try World()
        await #expect(throws: ShopProblem("there is no course \"rust\"; there are: club, hello, python, swift")) { try await world.shop.enroll(World.ann, in: "rust") }
        #expect(throws: ShopProblem.self) { try world.shop.findLearner("nobody@example.com") }
    }

    @Test func `who is forgotten leaves no order that can be paid, and money that comes all the same is told of`() async throws {
        let world = try World(), order = try await world.order().order.order
        try await world.shop.forgetLearner(World.ann.text)
        #expect(try world.store.order(order.id)?.state.kind == .expired)
        #expect(try world.store.alerts().isEmpty)
        try await world.pay(order, transaction: "late")
        #expect(Set(try world.store.alerts().map(\.kind)) == [.buyerForgotten, .latePayment])
        let letters = try await world.mails().map(\.text)
        #expect(letters.contains { $0.contains("account was deleted") || $0.contains("账户已被删除") })
    }

    @Test func `an order that was paid a moment ago keeps its buyer`() async throws {
        let standIn = PaidMeanwhile()
        let world = try World(payments: [standIn.provider])
        let order = try await world.shop.checkout(world.request(provider: .stripe), visitor: world.visitor()).order.order
        await #expect(throws: ShopProblem.self) { try await world.shop.forgetLearner(World.ann.text) }
        #expect(try world.store.order(order.id)?.state.kind == .paid)
        #expect(try world.shop.findLearner(World.ann.text).email == World.ann)
        try await world.shop.forgetLearner(World.ann.text)
        #expect(throws: ShopProblem.self) { try world.shop.findLearner(World.ann.text) }
    }

    @Test func `a person is exported and forgotten by name`() async throws {
        let world = try World()
        _ = try await world.shop.enroll(World.ann, in: "python")
        #expect(try world.shop.exportLearner("ANN@example.com")["enrollments"]?.items?.count == 1)
        try await world.shop.forgetLearner(World.ann.text)
        #expect(throws: ShopProblem.self) { try world.shop.findLearner(World.ann.text) }
    }
}

/// Its orders turn out to be paid when they are closed.
private struct PaidMeanwhile {
    var provider: PaymentProvider {
        var provider = PaymentProvider.manual(instructions: ["en": ["Pay."]])
        provider.name = .stripe
        provider.close = { question throws(PaymentFailure) in
            ProviderWord(order: question.order, facts: [.paid(transaction: "pi_1", money: Money(minorUnits: 19900, currency: .cny))])
        }
        return provider
    }
}
