import ArgumentParser
import Foundation
import LecternContent
import LecternCore
import LecternReport
import LecternStore
import Logging

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Says what sold, what was watched, and what to mend.",
        discussion: """
            Reads the companion's data while it runs. Nobody is named unless --learners asks for it. docs/report.md says how \
            each figure is computed.

            EXAMPLES
              lectern report
              lectern report --demo --output report/             of learners that it makes up
              lectern report --since 2026-03-01 --until 2026-06-01 --course python
              lectern report --currency CNY --rate USD=7.2       all money in one currency, at a rate that you state
              lectern report --csv figures/                      every table as a file
              lectern report --publish output/                   sealed onto the site, for the creator's sign-in alone
            """)

    @Option(help: "The companion's settings.", completion: .file(extensions: ["yml"]))
    var config = "companion.yml"

    @Option(help: "Where the content lies, so that advice names the file to look at. Default: this folder, if content/ is in it.", completion: .directory)
    var site: String?

    @Flag(help: "Of a simulated term: no settings, no data.")
    var demo = false

    @Option(help: "With --demo: which term. The same number gives the same one.")
    var seed: UInt64 = 7

    @Option(help: "With --demo: what is hidden in it for the advice to find: all, none, or some of question, second, source.")
    var planted = "all"

    @Option(help: "With --demo: how many visits.")
    var visits = 3600

    @Option(help: "With --demo: so many terms, from --seed on, and of each the advice alone, a line of JSON.")
    var terms: Int?

    @Option(help: "With --demo: keep the simulated data in this new folder.", completion: .directory)
    var data: String?

    @Option(name: .shortAndLong, help: "Writes one HTML page, index.html, into this folder.", completion: .directory)
    var output: String?

    @Option(help: "Seals the page into this built site, where the creator's sign-in alone opens it: /account/report/.", completion: .directory)
    var publish: String?

    @Option(help: "Writes every table as a CSV file into this folder.", completion: .directory)
    var csv: String?

    @Flag(help: "Prints JSON, for programs.")
    var json = false

    @Option(help: "From this date on: orders made, visits begun, lessons first opened.")
    var since: String?

    @Option(help: "Until this date, which is not in it.")
    var until: String?

    @Option(help: "Only about this course, by its id.")
    var course: String?

    @Option(help: "Whose days to count in, such as Asia/Shanghai. Default: UTC.")
    var timezone = "UTC"

    @Option(help: "Adds up all money in this currency, at the rates of --rate.")
    var currency: String?

    @Option(help: "What one of another currency is worth: USD=7.2. Can be given again.")
    var rate: [String] = []

    @Option(help: "zh or en. Default: the site's first language; English on the terminal.")
    var language: String?

    @Flag(help: "Names the learners who went quiet, by their addresses.")
    var learners = false

    @Flag(help: "Reads every event anew, and keeps no totals for the next report.")
    var afresh = false

    func validate() throws {
        if !demo {
            for (name, given) in [("--seed", seed != 7), ("--planted", planted != "all"), ("--visits", visits != 3600), ("--data", data != nil), ("--terms", terms != nil)] where given {
                throw ValidationError("\(name) goes with --demo.")
            }
        }
        if demo, site != nil { throw ValidationError("--site is where your own content lies; --demo has none.") }
        if let terms, !(1...100_000).contains(terms) { throw ValidationError("--terms is from 1 to 100000.") }
        if demo, publish != nil { throw ValidationError("--publish is for your own report; --demo is nobody's.") }
        if !(1...1_000_000).contains(visits) { throw ValidationError("--visits is from 1 to 1000000.") }
        if let language, !["zh", "en"].contains(language) { throw ValidationError("--language is zh or en.") }
        _ = try plants()
        _ = try zone()
        _ = try money()
        let (from, to) = (try moment(since, "--since"), try moment(until, "--until"))
        if let from, let to, from >= to { throw ValidationError("--since comes before --until.") }
    }

    func run() async throws {
        do {
            if let terms { return try await tellAdvice(ofTerms: terms) }
            let (store, asked, settings) = try await demo ? simulated() : own()
            if publish != nil, settings?.creators.isEmpty ?? true {
                throw Problem(
                    .error, "nobody could open it: companion.yml names no creator", file: config, help: ["creators: [you@me.example], the address that you sign in with; then restart the companion"])
            }
            let report = try makeReport(of: store, asked, keepingTotals: !afresh)
            try await store.close()
            for warning in report.warnings { Terminal.tell(Problem(.warning, warning, file: "").description + "\n") }
            if let output {
                try writeFolder(output, [("index.html", report.page)])
                Terminal.tell("Written: \(output.hasSuffix("/") ? output : output + "/")index.html\n")
            }
            if let publish, let settings {
                try publishReport(report.withoutPlaces.page, into: publish, secret: settings.secret, now: ProcessEnvironment.now)
                Terminal.tell("Published: \(inside(publish, CreatorReport.file))\nDeploy it, and open \(settings.site)\(CreatorReport.folder) signed in as a creator.\n")
            }
            if let csv { try writeFolder(csv, report.csv) }
            try Terminal.write(json ? String(decoding: report.json.bytes, as: UTF8.self) + "\n" : report.text)
        } catch let error as StoreError {
            throw Problem(.error, "the data cannot be read: \(error)", file: "")
        }
    }

    /// What Benchmarks/report/alarms.py counts.
    private func tellAdvice(ofTerms count: Int) async throws {
        for term in 0..<UInt64(count) {
            let report = try await SimulatedTerm.report(seed: seed &+ term, visits: visits, planted: try plants())
            let line: JSON = ["seed": .whole(Int64(bitPattern: seed &+ term)), "advice": report.json["advice"] ?? .list([])]
            try Terminal.write(String(decoding: line.bytes, as: UTF8.self) + "\n")
        }
    }

    // MARK: Where the data come from

    private func own() async throws -> (Store, ReportRequest, Settings?) {
        let (settings, warnings) = try readSettings(config, environment: ProcessEnvironment.variables)
        if !json { Terminal.tell(warnings) }
        guard let folder = settings.data, access(folder, F_OK) == 0 else {
            throw Problem(
                .error, "there is no data yet at \(settings.data ?? "data")", file: config, help: ["lectern serve makes it when it starts", "lectern report --demo shows what a report looks like"])
        }
        var log = Logger(label: "lectern") { _ in JSONLog(now: { ProcessEnvironment.now }) }
        log.logLevel = .error
        let keeper = try await CatalogueKeeper(
            source: settings.catalogue, copy: settings.catalogueCopy, keepsCopy: false, secret: settings.secret, allowsOlder: settings.allowsOlderCatalogue, log: log)
        let catalogue = keeper.index.catalogue
        let courses = catalogue.courses.map { ReportCourse($0) }
        if let course, !courses.contains(where: { $0.id == course }) {
            let near = nearest(course, among: courses.map(\.id)).map { ["did you mean \($0)?"] } ?? []
            throw Problem(.error, "the catalogue has no course \"\(course)\"", file: "", help: near)
        }
        var asked = try request(courses, now: ProcessEnvironment.now, siteLanguage: catalogue.languages.first)
        asked.survey = catalogue.survey
        // An empty folder is no site, and says so where it was named.
        if let site { asked.places = try findLessons(in: site) } else if access("content", F_OK) == 0 { asked.places = try findLessons(in: ".") }
        return (try openStore(folder), adding(asked, creators: settings.creators.map(\.text)), settings)
    }

    private func simulated() async throws -> (Store, ReportRequest, Settings?) {
        let store = try data.map { try openStore($0) } ?? Store.inMemory()
        let term = try await SimulatedTerm.write(into: store, seed: seed, visits: visits, planted: try plants())
        var asked = adding(try request(term.courses, now: term.now, siteLanguage: "en"), creators: term.creators)
        asked.isSimulated = true
        asked.survey = term.survey
        return (store, asked, nil)
    }

    private func request(_ courses: [ReportCourse], now: Instant, siteLanguage: String?) throws -> ReportRequest {
        let isForPeople = output == nil && publish == nil && !json && csv == nil
        var asked = ReportRequest(courses: courses, words: Words(language: language ?? (isForPeople ? "en" : siteLanguage ?? "en")), zone: try zone(), now: now)
        asked.since = try moment(since, "--since")
        asked.until = try moment(until, "--until")
        asked.course = course
        (asked.currency, asked.rates) = try money()
        asked.namesLearners = learners
        return asked
    }

    private func adding(_ asked: ReportRequest, creators: [String]) -> ReportRequest {
        var asked = asked
        asked.creators = creators
        return asked
    }

    // MARK: What was typed

    private func plants() throws -> Set<Planted> {
        if planted == "all" { return Set(Planted.allCases) }
        if planted == "none" { return [] }
        return Set(try planted.split(separator: ",").map {
            guard let one = Planted(rawValue: String($0)) else { throw ValidationError("--planted is all, none, or some of question,second,source.") }
            return one
        })
    }

    private func zone() throws -> TimeOffsets {
        guard let offsets = timeOffsets(timezone) else { throw ValidationError("there is no time zone \"\(timezone)\"; they are called like Asia/Shanghai.") }
        return offsets
    }

    /// A date is midnight in the report's own time zone; with a time and a zone it is that moment.
    private func moment(_ text: String?, _ name: String) throws -> Instant? {
        guard let text else { return nil }
        guard let moment = Moment(text) else { throw ValidationError("\(name) is a date, such as 2026-03-01.") }
        guard text.utf8.count == 10 else { return Instant(seconds: moment.seconds) }
        let zone = try zone()
        // The day begins where it is first counted.
        let day = moment.seconds / 86_400
        var second = moment.seconds - 86_400
        while zone.day(second) < day { second += 900 }
        return Instant(seconds: second)
    }

    private func money() throws -> (Currency?, [String: Int64]) {
        guard let currency else {
            if !rate.isEmpty { throw ValidationError("--rate goes with --currency, which all money is added up in.") }
            return (nil, [:])
        }
        guard let target = Currency(currency) else { throw ValidationError("there is no currency \"\(currency)\"; they are called like CNY.") }
        var rates: [String: Int64] = [:]
        for text in rate {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let from = Currency(parts[0]), let value = billionths(parts[1]), value > 0 else {
                throw ValidationError("--rate is written like USD=7.2; \"\(text)\" is not.")
            }
            rates[from.code] = value
        }
        return (target, rates)
    }
}

/// `7.2` → 7 200 000 000.
private func billionths(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, !first.isEmpty, first.utf8.count <= 6, (parts.count == 1 || (1...9).contains(parts[1].utf8.count)),
        parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    return Int64(first + fraction + String(repeating: "0", count: 9 - fraction.utf8.count))
}

/// The system's table of a zone, from 2000 to 2100.
func timeOffsets(_ name: String) -> TimeOffsets? {
    guard let zone = TimeZone(identifier: name) else { return nil }
    var at = Date(timeIntervalSince1970: 946_684_800)
    let end = Date(timeIntervalSince1970: 4_102_444_800)
    var changes = [(from: Int64.min, offset: Int64(zone.secondsFromGMT(for: at)))]
    while let next = zone.nextDaylightSavingTimeTransition(after: at), next < end, next > at {
        changes.append((Int64(next.timeIntervalSince1970), Int64(zone.secondsFromGMT(for: next))))
        at = next
    }
    return TimeOffsets(name: name, changes: changes)
}
