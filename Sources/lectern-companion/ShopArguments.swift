import ArgumentParser
import LecternCore
import LecternShop
import LecternStore
import Logging

/// What every command on the companion's data takes.
struct ShopArguments: ParsableArguments {
    @Option(help: "The companion's settings.", completion: .file(extensions: ["yml"]))
    var config = "companion.yml"

    @Flag(help: "Prints JSON, for programs.")
    var json = false

    /// Opens the data; a companion may be running on it.
    func open() async throws -> Shop {
        let (settings, warnings) = try readSettings(config, environment: ProcessEnvironment.variables)
        if !json { Terminal.tell(warnings) }
        var log = Logger(label: "lectern") { _ in JSONLog(now: { ProcessEnvironment.now }) }
        log.logLevel = .error
        let store = try openStore(settings.data)
        let keeper = try await CatalogueKeeper(
            source: settings.catalogue, copy: settings.catalogueCopy, keepsCopy: false, secret: settings.secret,
            allowsOlder: settings.allowsOlderCatalogue, log: log)
        return try compose(settings, store: store, catalogue: { keeper.index }, log: log).shop
    }

    /// A list that ends at its limit says so, beside what it prints.
    func tellOfMore(_ isMore: Bool, _ limit: Int) {
        if isMore { Terminal.tell("These are the first \(limit); there are more: --limit \(limit * 10)\n") }
    }

    /// Prints one of the two, and says in our words why something was not done.
    func tell(_ shop: Shop, _ work: (Store) async throws -> (text: String, json: JSON)) async throws {
        do {
            let (text, json) = try await work(shop.store)
            try Terminal.write(self.json ? String(decoding: json.bytes, as: UTF8.self) + "\n" : text)
        } catch let error as StoreError {
            throw Problem(.error, "\(error)", file: "")
        } catch let error as ShopProblem {
            throw Problem(.error, error.description, file: "")
        }
        try await shop.store.close()
    }
}

/// Rows under their heads, in columns that are as wide as their longest cell.
func table(_ head: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "None.\n" }
    let all = [head] + rows
    let widths = head.indices.map { column in all.map { width($0[column]) }.max() ?? 0 }
    return all.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            line += cell
            if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - width(cell) + 2) }
        }
        return line + "\n"
    }.joined()
}

/// In a terminal's cells: ideographs take two.
private func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 && $1.properties.isIdeographic ? 2 : 1) } }

extension Instant {
    /// For a person: `2026-11-24 14:05`, in UTC.
    var minute: String { String(text.prefix(16)).replacing("T", with: " ") }
}

/// A date of the command line: `2026-03-01`, or RFC 3339.
struct DateArgument: ExpressibleByArgument {
    let instant: Instant

    init?(argument: String) {
        guard let moment = Moment(argument) else { return nil }
        instant = Instant(seconds: moment.seconds)
    }
}
