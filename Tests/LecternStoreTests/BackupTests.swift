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

    @Test func `a check names every fault in both files, not the first`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), ada = try await shop.learner()
        for name in ["a", "b", "c"] { try await shop.bought(name, by: ada, payment: "pi_" + name) }
        let done = Beacon(id: "1", at: shop.now, course: "python", lesson: "python/a", event: .done)
        try await shop.store.append([done], visit: "visit-0001", learner: ada.id, progressOnly: false, now: shop.now)
        try await shop.store.close()
        func damage(_ name: String, _ sql: String) throws {
            let raw = try DatabaseQueue(path: "\(folder.path)/\(name).sqlite")
            try raw.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA foreign_keys = OFF; " + sql) }
            try raw.close()
        }
        try damage("shop", "UPDATE order_ SET currency = 'ZZZ' WHERE id = 'a'; UPDATE order_ SET received = 1 WHERE id = 'b'; DELETE FROM order_item WHERE order_id = 'c'")
        try damage("shop", "DELETE FROM payment WHERE order_id = 'c'; DELETE FROM learner")
        try damage("beacons", "UPDATE progress SET watched_seconds = 7; INSERT INTO progress SELECT learner, course, 'python/b', 'x', 0, 0, 0, 0, NULL, 0 FROM progress")
        let problems = try await Store.check(folder: folder.path).problems
        #expect(problems == [
            "shop.sqlite: 3 rows of order_ name a learner that is not there", "shop.sqlite: 3 rows of outbox name a learner that is not there",
            "shop.sqlite: order a: an unknown currency", "shop.sqlite: the sums of order b are not those of its facts",
            "shop.sqlite: order c is of nothing", "shop.sqlite: order c asks for more than its courses cost",
            "shop.sqlite: payment pi_c of order c is not in the list of payments",
            "beacons.sqlite: progress in python/a does not add up", "beacons.sqlite: progress in python/b does not add up",
        ])
        try FileManager.default.removeItem(atPath: folder.path + "/beacons.sqlite")
        #expect(try await Store.check(folder: folder.path).problems.last == "beacons.sqlite: \(folder.path)/beacons.sqlite is not there")
    }

    @Test func `a backup of before an upgrade comes back, and is brought up to date`() async throws {
        let folder = try TemporaryFolder(), backup = folder.path + "/old"
        try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
        let old = try DatabaseFile(name: "shop", folder: backup, migrations: Array(shopMigrations.prefix(1)))
        try await old.write { db in
            try db.execute(sql: "INSERT INTO learner (id, email, language, created_at) VALUES ('l', 'ada@example.com', 'en', 1)")
        }
        try await old.close()
        try await DatabaseFile(name: "beacons", folder: backup, migrations: beaconMigrations).close()
        #expect(try await Store.restore(from: backup, to: folder.path + "/new").problems == [])
        let store = try Store.open(folder: folder.path + "/new")
        #expect(try store.learner(email: EmailAddress("ada@example.com")!) != nil)
        try await store.close()
    }

    @Test func `a check leaves nothing beside a backup, also where nothing can be written`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), ada = try await shop.learner()
        try await shop.bought("a", by: ada, payment: "pi")
        // A name that means something in a URI.
        let backup = folder.path + "/100% of #1?"
        try await shop.store.backup(to: backup)
        func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: backup).sorted() }
        #expect(try files() == ["beacons.sqlite", "shop.sqlite"])
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: backup)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: backup) }
        let check = try await Store.check(folder: backup)
        #expect(check.problems == [] && check.counts["order_"] == 1)
        #expect(try files() == ["beacons.sqlite", "shop.sqlite"])
        #expect(try await Store.restore(from: backup, to: folder.path + "/restored").problems == [])
        #expect(try files() == ["beacons.sqlite", "shop.sqlite"])
        // A live store is read with what stands in its log, also where its files are links.
        try await shop.bought("b", by: ada, payment: "pi_2")
        #expect(try await Store.check(folder: folder.path).counts["order_"] == 2)
        let links = folder.path + "/links"
        try FileManager.default.createDirectory(atPath: links, withIntermediateDirectories: true)
        for name in ["shop.sqlite", "beacons.sqlite"] { try FileManager.default.createSymbolicLink(atPath: "\(links)/\(name)", withDestinationPath: "\(folder.path)/\(name)") }
        #expect(try await Store.restore(from: links, to: folder.path + "/of-links").counts["order_"] == 2)
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
