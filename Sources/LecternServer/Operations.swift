import LecternCore
import LecternStore
import Logging

extension CompanionAPI {
    /// The whole API, in the order in which a learner meets its doors (docs/openapi.yaml).
    public init(
        store: Store, site: SiteOrigin, base: String, trustedProxies: [NetworkRange], now: @escaping @Sendable () -> Instant, log: Logger, run: String
    ) {
        self.init(
            table: RouteTable([
                Route(.get, "healthz", "health") { _ in
                    try store.answer()
                    return .json(["status": "ok"])
                }
            ]),
            origin: site, base: base, trustedProxies: trustedProxies, now: now, log: log, run: run, refusal: Refused.init(domain:))
    }

    public func metricsText(gauges: [(name: String, help: String, value: Int64)]) -> String { metrics.text(gauges: gauges) }
}

extension Refused {
    /// What failures of the store and the shop say to who asked; nil for those that nobody foresaw.
    init?(domain error: any Error) {
        switch error {
        case StoreError.full: self = .storageFull
        case is StoreError: self = .busy
        default: return nil
        }
    }
}
