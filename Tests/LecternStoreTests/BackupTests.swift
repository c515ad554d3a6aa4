import Foundation
import GRDB
import LecternCore
import Testing

@testable import LecternStore

@Suite struct BackupTests {
    @Test func `a store is copied whole while it is written to, and comes back`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store, ada = try await shop.learner()
        for number in 1...20 { try await shop.bought("o\(number)", by: ada, payment: "pi_\(number)") }
        let backup = folder.path + "/backup", restored = folder.path + "/restored"
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 21...80 { try await shop.bought("o\(number)", by: ada, payment: "pi_\(number)") } }
            group.addTask { try await store.backup(to: backup) }
            try await group.waitForAll()
        }
        let check = try await Store.restore(from: backup, to: restored)
        #expect(check.problems == [])
        let copy = try Store.open(folder: restored)
        let orders = try copy.orders(of: ada.id)
        #expect((20...80).contains(orders.count) && check.counts["order_"] == orders.count)
        // The moment of the copy may lie between an order and its payment, which are two commits.
        #expect(orders.filter { $0.state.kind != .paid }.map(\.state.kind).allSatisfy { $0 == .pending })
        #expect(orders.filter { $0.state.kind == .paid }.count >= orders.count - 1)
        try await copy.close()
        try await store.close()
    }

    @Test func `neither a backup nor a restore writes over a store`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), backup = folder.path + "/backup"
        try await shop.store.backup(to: backup)
        await #expect(throws: StoreError.self) { try await shop.store.backup(to: backup) }
        await #expect(throws: StoreError.self) { try await Store.restore(from: backup, to: folder.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: backup).sorted() == ["beacons.sqlite", "shop.sqlite"])
        try await shop.store.close()
    }

    @Test func `a check finds books that do not agree with their facts, lost rows and damaged files`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi")
        #expect(try await Store.check(folder: folder.path).problems == [])
        try await shop.store.shop.write { db in try db.execute(sql: "UPDATE order_ SET received = 1, state = 'refunded'") }
        #expect(try await Store.check(folder: folder.path).problems == ["shop.sqlite: order a says refunded, its facts say paid"])
        try await shop.store.close()

        let raw = try DatabaseQueue(path: folder.path + "/shop.sqlite")
        try await raw.writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE order_ SET received = 4900, state = 'paid'; PRAGMA foreign_keys = OFF; DELETE FROM learner")
        }
        try raw.close()
        let problems = try await Store.check(folder: folder.path).problems
        #expect(problems.contains("shop.sqlite: a row of order_ names a learner that is not there"))

        let path = URL(filePath: folder.path + "/beacons.sqlite")
        var bytes = try Data(contentsOf: path)
        bytes.replaceSubrange(4096..<8192, with: Data(repeating: 0x5A, count: 4096))
        try bytes.write(to: path)
        #expect(try await Store.check(folder: folder.path).problems.contains { $0.hasPrefix("beacons.sqlite: ") })
        let restored = try await Store.restore(from: folder.path, to: folder.path + "/restored")
        #expect(!restored.problems.isEmpty && !FileManager.default.fileExists(atPath: folder.path + "/restored/shop.sqlite"))
    }
}
