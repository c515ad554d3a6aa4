import GRDB
import LecternCore

/// The companion's memory: who the learners are, what they bought, what they watched. Its surface is verbs of the domain,
/// one file for each; all SQL of Lectern is in this target.
///
/// Writing is `async` and answers once the commit that holds it is on disk. Reading happens on the caller's thread and
/// waits for no writer. Any number of programs may have the same folder open.
public struct Store: Sendable {
    /// People, orders, money: `shop.sqlite`.
    let shop: DatabaseFile
    /// What was watched, and how far learners are: `beacons.sqlite`.
    let beacons: DatabaseFile

    static let fileNames = ["shop", "beacons"]
    var files: [DatabaseFile] { [shop, beacons] }

    /// Opens the store in a folder, which is made if need be, and brings its tables to what this version knows.
    /// - Throws: `.newer` when a newer Lectern wrote there: nothing was touched.
    public static func open(folder: String) throws(StoreError) -> Store {
        try createFolderPrivately(folder)
        let shop = try database("shop", in: folder, shopMigrations)
        return Store(shop: shop, beacons: try database("beacons", in: folder, beaconMigrations))
    }

    /// Whether `open` would find a store that this version understands, or none yet. Changes nothing.
    /// - Throws: `.newer` when a newer Lectern wrote there.
    public static func look(folder: String) throws(StoreError) {
        for (name, known) in [("shop", shopMigrations.count), ("beacons", beaconMigrations.count)] where fileExists("\(folder)/\(name).sqlite") {
            let file = try openForReading(name, in: folder)
            do {
                _ = try file.read { try version($0, file: name + ".sqlite", known: known) }
                try file.close()
            } catch { throw StoreError(error) }
        }
    }

    /// A store of its own, gone with its last user. For tests and for `lectern preview`: the same SQL, no files.
    public static func inMemory() throws(StoreError) -> Store {
        let shop = try database("shop", in: nil, shopMigrations)
        return Store(shop: shop, beacons: try database("beacons", in: nil, beaconMigrations))
    }

    /// Waits for what was asked before. Later calls throw `.closed`.
    public func close() async throws(StoreError) {
        try await beacons.close()
        try await shop.close()
    }

    /// Whether the database answers, for a health check.
    public func answer() throws(StoreError) {
        for file in files { _ = try file.readOnce { try Int64.fetchOne($0, sql: "SELECT count(*) FROM migration") } }
    }

    /// What PRAGMA synchronous says of the less careful of the two files: 2 is FULL.
    public func synchronous() throws(StoreError) -> Int { min(try shop.synchronous(), try beacons.synchronous()) }

    private static func database(_ name: String, in folder: String?, _ migrations: [String]) throws(StoreError) -> DatabaseFile {
        do { return try DatabaseFile(name: name, folder: folder, migrations: migrations) } catch { throw StoreError(error) }
    }
}
