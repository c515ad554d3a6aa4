import LecternCore
import LecternStore
import Testing

@testable import LecternShop

@Suite struct RetentionTests {
    private func tell(_ world: World, _ count: Int, from first: Int = 0) async throws {
        let events = (first..<first + count).map { Beacon(id: "e\($0)", at: world.clock.now, course: "python", lesson: "python/intro", event: .done) }
        try await world.store.append(events, visit: "visit-0001", learner: ID("ann"), progressOnly: false, now: world.clock.now)
    }

    @Test func `what was told longer ago than it is kept goes, all of it, and progress stays`() async throws {
        let world = try World(beaconDays: 30)
        try await tell(world, 5001)
        world.clock.pass(days: 30)
        try await tell(world, 2, from: 5001)
        #expect(try await world.shop.removeOldBeacons() == 0)
        world.clock.pass(seconds: 1)
        #expect(try await world.shop.removeOldBeacons() == 5001)
        #expect(try await world.shop.removeOldBeacons() == 0)
        #expect(try world.store.progress(of: ID("ann"), course: "python")["python/intro"]?.completedAt != nil)
    }

    @Test func `without a word about it everything is kept`() async throws {
        let world = try World()
        try await tell(world, 2)
        world.clock.pass(days: 10_000)
        #expect(try await world.shop.removeOldBeacons() == 0)
    }
}
