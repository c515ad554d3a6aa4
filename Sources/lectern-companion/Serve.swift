import Glibc
import LecternCore
import LecternServer
import LecternReport
import LecternShop
import LecternStore
import Logging
import NIOCore
import ServiceLifecycle

/// Puts the companion together and runs it, until it is told to stop.
///
/// - Parameter onlyChecking: says what there is, and stops before the port opens.
/// - Throws: `Problems` when something it needs is not there.
func serve(_ settings: Settings, onlyChecking: Bool) async throws {
    var log = Logger(label: "lectern") { _ in JSONLog(now: { ProcessEnvironment.now }) }
    if settings.isPreview { log.logLevel = .warning }
    let store = onlyChecking ? try lookAtStore(settings.data) : try openStore(settings.data)
    let keeper = try await CatalogueKeeper(
        source: settings.catalogue, copy: settings.catalogueCopy, keepsCopy: !onlyChecking, secret: settings.secret,
        // A preview may be taken back to what it was yesterday.
        allowsOlder: settings.allowsOlderCatalogue || settings.isPreview, log: log)
    let composed = try compose(settings, store: store, catalogue: { keeper.index }, log: log)
    if onlyChecking {
        let catalogue = keeper.index.catalogue
        try Terminal.write("Everything is there: \(catalogue.courses.count) courses, revision \(catalogue.revision).\n")
        try Terminal.write(waysToPay(settings))
        Terminal.tell(doubts(settings, catalogue))
        return try await store.close()
    }
    let services = work(composed.shop, keeper, isFetched: settings.catalogue.hasPrefix("https://"), log) + [metrics(settings, composed), server(settings, composed.api, log)].compactMap(\.self)
    var configuration = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    configuration.maximumGracefulShutdownDuration = .seconds(40)
    let group = ServiceGroup(configuration: configuration)
    if settings.isPreview { endWithInput(group) }
    do { try await group.run() } catch let error as IOError {
        throw Problems(all: [portProblem(settings, error)])
    }
    try await store.close()
}

/// What would work, and is hardly meant.
private func doubts(_ settings: Settings, _ catalogue: Catalogue) -> [Problem] {
    var doubts: [Problem] = []
    func doubt(_ message: String, _ help: String) { doubts.append(Problem(.warning, message, file: "", help: [help])) }
    if !catalogue.baseURL.isEmpty, catalogue.baseURL != settings.site {
        doubt("site is \(settings.site), and the catalogue was built for \(catalogue.baseURL)", "links in mails lead to site: give both the same address")
    }
    for language in settings.transfer.keys.sorted() where !catalogue.languages.contains(language) {
        doubt("manual.instructions.\(language) is in a language that the site does not have", "it has \(catalogue.languages.joined(separator: ", "))")
    }
    if settings.creators.isEmpty { doubt("creators is missing", "without it nobody is told by mail when a payment needs a person") }
    return doubts
}

/// What is configured, and where its notices are expected.
private func waysToPay(_ settings: Settings) -> String {
    var ways: [String] = []
    if let pay = settings.weChatPay {
        let keys = pay.publicKeys.keys.sorted()
        ways.append("WeChat Pay (merchant \(pay.merchantID), \(keys.isEmpty ? "platform certificates" : keys.joined(separator: ", "))\(pay.appSecret == nil ? "" : ", inside WeChat too"); notices: \(pay.noticeURL))")
    }
    if let pay = settings.alipay {
        ways.append("Alipay (application \(pay.appID), \(pay.certificates == nil ? "public keys" : "certificates"); notices: \(pay.noticeURL))")
    }
    if let stripe = settings.stripe { ways.append("Stripe (\(stripe.mode.rawValue))") }
    if !settings.transfer.isEmpty { ways.append("transfer (\(settings.transfer.keys.sorted().joined(separator: ", ")))") }
    return ways.isEmpty ? "" : "Paid by: \(ways.joined(separator: "; ")).\n"
}

private func portProblem(_ settings: Settings, _ error: IOError) -> Problem {
    var ports = "\(settings.listenHost):\(settings.listenPort)"
    if let port = settings.metricsPort { ports += " or \(settings.metricsHost):\(port)" }
    return error.errnoCode == EADDRINUSE
        ? Problem(.error, "\(ports) is taken by another program", file: "", help: ["perhaps the companion runs already; else choose others with listen and metrics"])
        : Problem(.error, "\(ports) cannot be listened on: \(String(cString: strerror(error.errnoCode)))", file: "")
}

func openStore(_ folder: String?) throws -> Store {
    do { return try folder.map { try Store.open(folder: $0) } ?? Store.inMemory() } catch {
        throw Problems(all: [Problem(.error, "the data cannot be opened: \(error)", file: folder ?? "")])
    }
}

/// Looks at the data without touching it: a companion that is older may be running on it.
/// - Returns: an empty store, to put the rest together with.
private func lookAtStore(_ folder: String?) throws -> Store {
    if let folder {
        let isThere = access(folder, F_OK) == 0
        let parent = folder.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        guard access(isThere ? folder : parent.isEmpty ? "/" : parent, R_OK | W_OK | X_OK) == 0 else {
            throw Problems(all: [
                Problem(
                    .error, "the companion cannot \(isThere ? "write into its data" : "make the folder of its data"): \(String(cString: strerror(errno)))",
                    file: folder, help: ["make it, and give it to whoever runs the companion: install -d -m 700 -o lectern \(folder)"])
            ])
        }
        do { try Store.look(folder: folder) } catch {
            throw Problems(all: [Problem(.error, "the data cannot be opened: \(error)", file: folder)])
        }
    }
    return try openStore(nil)
}

/// - Parameter isFetched: the catalogue comes over the network, from a host that may be paid by the request.
private func work(_ shop: Shop, _ keeper: CatalogueKeeper, isFetched: Bool, _ log: Logger) -> [any Service] {
    [
        Repeating(every: .seconds(isFetched ? 60 : 2)) { await keeper.refresh() },
        Repeating(every: .seconds(1)) { await reporting("mail", log) { try await shop.sendDueMail() } },
        Repeating(every: .seconds(300)) {
            await reporting("expiry", log) {
                for problem in try await shop.expireOrders().problems {
                    log.error("background work failed", metadata: ["work": "expiry", "cause": .string("\(problem)")])
                }
            }
        },
        Repeating(every: .seconds(86_400)) {
            await reporting("retention", log) {
                try await shop.removeOldBeacons { moment throws(StoreError) in
                    try await keepTotals(of: shop.store, before: moment, courses: keeper.index.catalogue.courses.map { ReportCourse($0) })
                }
            }
        },
    ]
}

/// Work that nobody waits for: what goes wrong is logged, and done again the next time.
private func reporting(_ work: String, _ log: Logger, _ body: () async throws -> Void) async {
    do { try await body() } catch {
        let cause = (error as? Refusal)?.cause ?? "\(error)"
        log.error("background work failed", metadata: ["work": .string(work), "cause": .string(cause)])
    }
}

private func metrics(_ settings: Settings, _ composed: Composed) -> (any Service)? {
    settings.metricsPort.map { port in
        MetricsServer(host: settings.metricsHost, port: port, log: Logger(label: "metrics") { _ in SwiftLogNoOpLogHandler() }) {
            composed.api.metricsText(gauges: gauges(composed.shop.store))
        }
    }
}

/// What deserves an alarm when it grows. Nothing of it where the database does not answer: the health check says that.
private func gauges(_ store: Store) -> [(name: String, help: String, value: Int64)] {
    do {
        return [
            ("lectern_mail_unsent", "Mails that wait, or were given up; 1000 stands for more.", Int64(try store.unsentMail(limit: 1000).count)),
            ("lectern_alerts_unseen", "Payments and mails that a person should look at; 1000 stands for more.", Int64(try store.alerts(limit: 1000).count)),
        ]
    } catch { return [] }
}

private func server(_ settings: Settings, _ api: CompanionAPI, _ log: Logger) -> any Service {
    var limits = ConnectionLimits()
    // Databases, logs and providers need some files, too.
    limits.connections = max(16, min(settings.limits.connections, ProcessEnvironment.raiseFileLimit() - 128))
    return Server(api, host: settings.listenHost, port: settings.listenPort, limits: limits, log: log) { port in
        log.info("listening", metadata: ["address": .string(settings.listenHost), "port": .stringConvertible(port)])
        if settings.isPreview { Terminal.tell("Mails and payments: http://localhost:\(port)\(settings.path)preview/mail\n") }
    }
}

/// Whoever started a preview is gone when the pipe, or socket, to it ends: then so is this.
private func endWithInput(_ group: ServiceGroup) {
    var info = stat()
    guard fstat(0, &info) == 0, [S_IFIFO, S_IFSOCK].contains(info.st_mode & S_IFMT) else { return }
    InputWatch.start { Task { await group.triggerGracefulShutdown() } }
}
