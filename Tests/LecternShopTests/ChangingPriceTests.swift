import LecternCore
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

/// A price that is lower until a date, and one that buyers choose. "python" is ¥199 and US$29.
@Suite struct ChangingPriceTests {
    private func yuan(_ whole: Int64) -> Money { Money(minorUnits: whole * 100, currency: .cny) }

    private func world(_ change: (inout Catalogue.Course) -> Void) throws -> World {
        var catalogue = Catalogue.two
        change(&catalogue.courses[0])
        return try World(catalogue: catalogue)
    }

    /// The clock of a world begins at 2025-11-24T16:00:00Z.
    private func early() throws -> World {
        try world { $0.earlyBird = .init(prices: [.init(currency: "CNY", minorUnits: 14900)], until: "2025-11-24T17:00:00Z") }
    }

    private func offer(_ world: World, _ currency: String = "CNY", amount: Int64? = nil) throws -> Offer {
        try world.shop.offer(["python"], amount: amount, currency: Currency(currency)!, language: "en")
    }

    @Test func `an early bird's price ends by the companion's clock, in the currencies that have one`() async throws {
        let world = try early()
        #expect(try offer(world).total == yuan(149) && offer(world, "USD").total.minorUnits == 2900)
        let order = try await world.shop.checkout(world.request(minorUnits: 14900), visitor: world.visitor()).order.order
        world.clock.pass(seconds: 3599)
        #expect(try offer(world).total == yuan(149))
        world.clock.pass(seconds: 1)
        #expect(try offer(world).total == yuan(199))
        #expect(await refusal { try await world.shop.checkout(world.request(minorUnits: 14900, attempt: "attempt-2"), visitor: world.visitor()) } == .priceChanged)
        // What was ordered in time is paid at the price of then.
        try await world.press(.pay, order)
        #expect(try world.store.order(order.id)?.state.kind == .paid)
    }

    @Test func `in a bundle a course counts by its own price, whatever it costs today`() throws {
        var catalogue = Catalogue.two
        catalogue.courses[0].earlyBird = .init(prices: [.init(currency: "CNY", minorUnits: 100)], until: "2099-01-01T00:00:00Z")
        catalogue.bundles = [.init(id: "both", title: [:], path: [:], courses: ["python", "swift"], prices: [.init(currency: "CNY", minorUnits: 20000)])]
        let world = try World(catalogue: catalogue)
        #expect(try world.shop.offer([], bundle: "both", currency: .cny, language: "en").items.map(\.price.minorUnits) == [13356, 6644])
    }

    @Test func `who may choose the price pays what they chose, and no less than the floor`() async throws {
        let world = try world { $0.floors = [.init(currency: "CNY", minorUnits: 4900)] }
        #expect(try offer(world).floor == yuan(49) && offer(world).total == yuan(199) && offer(world, "USD").floor == nil)
        #expect(try offer(world, amount: 6000).total == yuan(60) && offer(world, amount: 30000).total == yuan(300))
        for amount in [4899, 0, -1, 100_000_000, Int64.max] {
            #expect(await refusal { try offer(world, amount: amount) } == .invalidField, "\(amount)")
        }
        #expect(await refusal { try offer(world, "USD", amount: 2900) } == .invalidField)
        #expect(await refusal { try world.shop.offer(["python", "swift"], amount: 6000, currency: .cny, language: "en") } == .invalidField)
        #expect(await refusal { try world.shop.offer(["swift"], amount: 6000, currency: .cny, language: "en") } == .invalidField)
        var request = world.request(minorUnits: 6000)
        request.amount = 4800
        let low = request
        #expect(await refusal { try await world.shop.checkout(low, visitor: world.visitor()) } == .invalidField)
        request.amount = 7000
        let other = request
        #expect(await refusal { try await world.shop.checkout(other, visitor: world.visitor()) } == .priceChanged)
        request.amount = 6000
        let order = try await world.shop.checkout(request, visitor: world.visitor()).order.order
        #expect(order.total == yuan(60) && order.items.map(\.price) == [yuan(60)])
        try await world.press(.pay, order)
        #expect(try await world.shop.refund(order.id.text).record.state.refundedMoney == yuan(60))
    }
}
