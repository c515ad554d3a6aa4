import Glibc
import LecternCore
import LecternServer
import LecternStore
import Logging
import ServiceLifecycle

/// Puts the companion together and runs it: the one place where clock, chance, files and network meet.
///
/// - Parameter onlyChecking: says what there is, and stops before the port opens.
/// - Throws: `Problems` when something it needs is not there.
func serve(_ settings: Settings, onlyChecking: Bool) async throws {
    let log = Logger(label: "lectern") { _ in JSONLog(now: { ProcessEnvironment.now }) }
    let store = try settings.data.map { try Store.open(folder: $0) } ?? Store.inMemory()
    let keeper = try await CatalogueKeeper(
        source: settings.catalogue, copy: settings.data.map { $0 + "/catalogue.json" }, secret: settings.secret,
        allowsOlder: settings.allowsOlderCatalogue, log: log)
    if onlyChecking {
        let catalogue = keeper.current
        try Terminal.write("Everything is there: \(catalogue.courses.count) courses, revision \(catalogue.revision).\n")
        return
    }
    let files = ProcessEnvironment.raiseFileLimit()
    var limits = ConnectionLimits()
    // Databases, logs and providers need some files, too.
    limits.connections = max(16, min(settings.limits.connections, files - 128))
    let api = CompanionAPI(
        store: store, site: settings.origin, base: settings.path, trustedProxies: settings.trustedProxies, now: { ProcessEnvironment.now }, log: log,
        run: String(ProcessEnvironment.random(4).reduce(0) { $0 << 8 | Int($1) }, radix: 36))
    var services: [any Service] = [Repeating(every: .seconds(2)) { await keeper.refresh() }]
    if let port = settings.metricsPort {
        services.append(MetricsServer(host: settings.metricsHost, port: port, log: log) { api.metricsText(gauges: []) })
    }
    services.append(
        Server(api, host: settings.listenHost, port: settings.listenPort, limits: limits, log: log) { port in
            log.info("listening", metadata: ["address": .string(settings.listenHost), "port": .stringConvertible(port)])
        })
    var configuration = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    configuration.maximumGracefulShutdownDuration = .seconds(40)
    try await ServiceGroup(configuration: configuration).run()
    try await store.close()
}
