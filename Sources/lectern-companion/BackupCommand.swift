import ArgumentParser
import LecternCore
import LecternStore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the companion's data while it runs.",
        discussion: """
            The copy is whole, of one moment, and checked. The site's secret is not in it: keep that too, in another place, or \
            no backup opens a lesson.

            EXAMPLES
              lectern backup /backups/2026-11-24
              lectern backup /backups/$(date +%F) --config /etc/lectern/companion.yml
            """)

    @Option(help: "The companion's settings.", completion: .file(extensions: ["yml"]))
    var config = "companion.yml"

    @Argument(help: "A folder for the copy, new or without one.", completion: .directory)
    var folder: String

    func run() async throws {
        let (settings, _) = try readSettings(config, environment: ProcessEnvironment.variables)
        let store = try openStore(settings.data)
        do {
            try await store.backup(to: folder)
            try await store.close()
            try report(try await Store.check(folder: folder), of: folder)
        } catch let error as StoreError {
            throw Problem(.error, "the backup was not made: \(error)", file: folder)
        }
        Terminal.tell("The site's secret is not in it. Keep that too, elsewhere.\n")
    }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Brings a backup back, or checks that it could be.",
        discussion: """
            Restoring goes into the settings' data folder, which must hold no data: move the old one away first, with the \
            companion stopped.

            EXAMPLES
              lectern restore /backups/2026-11-24 --check
              lectern restore /backups/2026-11-24
            """)

    @Option(help: "The companion's settings.", completion: .file(extensions: ["yml"]))
    var config = "companion.yml"

    @Flag(help: "Only looks through the backup; settings are not needed.")
    var check = false

    @Argument(help: "The backup's folder.", completion: .directory)
    var folder: String

    func run() async throws {
        do {
            if check { return try report(try await Store.check(folder: folder), of: folder) }
            let (settings, _) = try readSettings(config, environment: ProcessEnvironment.variables)
            guard let data = settings.data else { throw Problem(.error, "data is missing", file: config) }
            try report(try await Store.restore(from: folder, to: data), of: folder)
            try Terminal.write("Restored into \(data).\n")
        } catch let error as StoreError {
            throw Problem(.error, "\(error)", file: folder)
        }
    }
}

/// - Throws: `Problems` for a store that is not whole.
private func report(_ check: StoreCheck, of folder: String) throws {
    guard check.problems.isEmpty else { throw Problems(all: check.problems.map { Problem(.error, $0, file: folder) }) }
    let counts = check.counts.sorted { $0.key < $1.key }.map { [$0.key, String($0.value)] }
    try Terminal.write("Everything is whole.\n" + table(["table", "rows"], counts))
}
