import Dispatch
import Foundation
import GRDB
import LecternCore
import Synchronization
import Testing

@testable import LecternStore

@Suite struct DurabilityTests {
    @Test func `what is answered is on disk: a second connection sees it at once`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), ada = try await shop.learner()
        // Another connection on the same file, as another program would have it.
        let other = try DatabaseQueue(path: folder.path + "/shop.sqlite"), store = shop.store
        let orders = (1...60).map { shop.order("o\($0)", for: ada) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in orders {
                group.addTask {
                    _ = try await store.openOrder(order, claim: nil)
                    let seen = try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM order_ WHERE id = ?", arguments: [order.id.text]) }
                    #expect(seen == 1)
                }
            }
            try await group.waitForAll()
        }
        try await store.close()
    }

    @Test func `nothing is answered before its commit`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), other = try DatabaseQueue(path: folder.path + "/shop.sqlite")
        let seenInside = try await shop.store.shop.write { db in
            try db.execute(sql: "INSERT INTO learner (id, email, language, created_at) VALUES ('x', 'x@example.com', 'en', 0)")
            return try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM learner") }
        }
        #expect(seenInside == 0)
        #expect(try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM learner") } == 1)
        try await shop.store.close()
    }

    @Test func `both files sync every commit, in a write-ahead log, with foreign keys on, readable by their owner alone`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder)
        for file in shop.store.files {
            #expect(try file.synchronous() == 2)
            let (mode, keys) = try file.read { db in
                (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA foreign_keys"))
            }
            #expect(mode == "wal" && keys == 1)
        }
        _ = try await shop.learner()
        for name in ["shop.sqlite", "shop.sqlite-wal", "beacons.sqlite"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try await shop.store.close()
    }

    @Test func `many at once share commits, and one that fails takes nobody with it`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store
        let arrived = DispatchSemaphore(value: 0), commits = Dates()
        // The first commit is not over before all others were asked for.
        let hasWaited = Flag()
        async let first: Void = store.shop.write { _ in
            guard !hasWaited.value.exchange(true, ordering: .relaxed) else { return }
            for _ in 1...200 { arrived.wait() }
        }
        let failed = await withTaskGroup(of: Int?.self) { group in
            for number in 1...200 {
                group.addTask {
                    arrived.signal()
                    do {
                        try await store.shop.write { db in
                            let sql = "INSERT INTO learner (id, email, language, created_at) VALUES (?, ?, 'en', 0)"
                            try db.execute(sql: sql, arguments: ["l\(number)", "l\(number)@example.com"])
                            let date = try db.transactionDate
                            commits.value.withLock { _ = $0.insert(date) }
                            // Every tenth breaks a rule after it wrote something.
                            if number % 10 == 0 { try db.execute(sql: sql, arguments: ["y", nil]) }
                        }
                        return nil
                    } catch {
                        return number
                    }
                }
            }
            return await group.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
        }
        try await first
        #expect(failed.sorted() == Array(stride(from: 10, through: 200, by: 10)))
        #expect(try store.learners(limit: 1000).count == 180)
        let count = commits.value.withLock(\.count)
        #expect(count <= 20)
        try await store.close()
    }

    @Test func `a full disk refuses, loses nothing that was answered, and heals by itself`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store
        let ada = try await shop.learner()
        func limitPages(_ count: Int) async throws {
            // SQLite's own limit answers SQLITE_FULL as a disk without space does.
            try await store.shop.write { db in _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)") }
        }
        try await limitPages(1)
        var kept: [String] = [], refused = 0
        for number in 1...400 {
            do {
                try await shop.bought("o\(number)", by: ada)
                kept.append("o\(number)")
            } catch {
                #expect(error as? StoreError == .full)
                refused += 1
            }
        }
        #expect(refused > 0 && !kept.isEmpty)
        #expect(try Set(store.orders(of: ada.id).map(\.order.id.text)) == Set(kept))
        try await limitPages(1_000_000)
        try await shop.bought("after", by: ada)
        #expect(try store.order(ID("after")) != nil)
        try await store.close()
        #expect(try await Store.check(folder: folder.path).problems == [])
    }

    @Test func `the parts of a transaction that the disk ended are all refused`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store
        try await store.shop.write { db in _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = 1") }
        let now = shop.now
        let answers = await withTaskGroup(of: (String, StoreError?).self) { group in
            for number in 1...200 {
                group.addTask {
                    let id = "l\(number)", email = EmailAddress(String(repeating: "x", count: 60) + "\(number)@example.com")!
                    do {
                        _ = try await store.findOrMakeLearner(email: email, language: String(repeating: "z", count: 2000), newID: ID(id), now: now)
                        return (id, nil)
                    } catch {
                        return (id, error as? StoreError ?? .broken("another error"))
                    }
                }
            }
            return await group.reduce(into: [String: StoreError?]()) { $0[$1.0] = $1.1 }
        }
        let saved = Set(try store.learners(limit: 1000).map(\.id.text))
        #expect(saved == Set(answers.filter { $0.value == nil }.keys))
        #expect(answers.values.contains(where: { $0 == StoreError.full }))
        try await store.close()
    }

    @Test func `two programs write to one store`() async throws {
        let folder = try TemporaryFolder(), server = try Shop(folder: folder), command = try Shop(folder: folder)
        let ada = try await server.learner()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...40 {
                let shop = number % 2 == 0 ? server : command
                group.addTask { try await shop.bought("o\(number)", by: ada, payment: "pi_\(number)") }
            }
            try await group.waitForAll()
        }
        #expect(try server.store.orders(of: ada.id).filter(\.state.grants).count == 40)
        try await server.store.close()
        try await command.store.close()
    }

    @Test func `the log is carried over while readers come and go, and stays bounded`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store, ada = try await shop.learner()
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { while !isDone.value.load(ordering: .relaxed) { _ = try store.orders(of: ada.id).count } }
            defer { isDone.value.store(true, ordering: .relaxed) }
            for number in 1...300 {
                try await store.put(OutboxMail(key: "k\(number)", kind: "x", payload: String(repeating: "p", count: 200_000)), now: shop.now)
            }
        }
        #expect(try store.unsentMail(limit: 1000).count == 300)
        let log = try FileManager.default.attributesOfItem(atPath: folder.path + "/shop.sqlite-wal")[.size] as? Int ?? 0
        // 60 MB were written; a log of 8000 pages is waited for.
        #expect(log < 45_000_000)
        try await store.close()
    }

    @Test func `a closed store says so`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder)
        try await shop.store.close()
        await #expect(throws: StoreError.closed) { try await shop.learner() }
        #expect(throws: StoreError.closed) { try shop.store.learners() }
        try await shop.store.close()
    }
}

private final class Flag: Sendable { let value = Atomic<Bool>(false) }

private final class Dates: Sendable { let value = Mutex(Set<Date>()) }
