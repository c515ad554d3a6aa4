import Foundation
import GRDB
import LecternCore
import Testing

@testable import LecternStore

@Suite struct MigrationTests {
    private let one = "CREATE TABLE thing (name TEXT PRIMARY KEY)"
    private let two = "ALTER TABLE thing ADD COLUMN size BIGINT"

    private func open(_ folder: TemporaryFolder, _ migrations: [String]) throws -> DatabaseFile {
        try DatabaseFile(name: "shop", folder: folder.path, migrations: migrations)
    }

    @Test func `an older program refuses a newer database in words, and leaves it alone`() async throws {
        let folder = try TemporaryFolder()
        try await open(folder, [one, two]).close()
        let before = try Data(contentsOf: URL(filePath: folder.path + "/shop.sqlite"))
        let path = folder.path + "/shop.sqlite"
        let error = #expect(throws: StoreError.self) { try open(folder, [one]) }
        #expect(error == .newer(file: path, found: 2, known: 1))
        #expect(error?.description.contains("newer Lectern") == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func `what is there is copied beside before its tables change`() async throws {
        let folder = try TemporaryFolder(), old = try open(folder, [one])
        try await old.write { db in try db.execute(sql: "INSERT INTO thing (name) VALUES ('kept')") }
        try await old.close()
        let new = try open(folder, [one, two])
        #expect(try new.read { try String.fetchAll($0, sql: "SELECT name FROM thing WHERE size IS NULL") } == ["kept"])
        try await new.close()
        let copy = try DatabaseQueue(path: folder.path + "/shop.before-2.sqlite")
        #expect(try await copy.read { try String.fetchAll($0, sql: "SELECT name FROM thing") } == ["kept"])
        #expect(try await copy.read { try $0.columns(in: "thing").count } == 1)
    }

    @Test func `a migration that fails leaves the database as it was`() async throws {
        let folder = try TemporaryFolder()
        try await open(folder, [one]).close()
        #expect(throws: StoreError.self) { try open(folder, [one, two + "; CREATE TABLE thing (name TEXT)"]) }
        let again = try open(folder, [one])
        #expect(try again.read { try $0.columns(in: "thing").count } == 1)
        try await again.close()
    }

    @Test func `a file that is no database is told as broken`() throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 7, count: 9000).write(to: URL(filePath: folder.path + "/shop.sqlite"))
        let error = #expect(throws: StoreError.self) { try Store.open(folder: folder.path) }
        guard case .broken = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }
}
