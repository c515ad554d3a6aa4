import LecternCore
import LecternCrypto
import LecternPayments
import LecternServer

/// What `companion.yml` says, checked: every value can be used as it stands.
struct Settings: Sendable {
    /// Of the site, as readers type it, with a slash at its end: `https://me.example/learn/`.
    var site: String
    var origin: SiteOrigin
    var listenHost = "127.0.0.1"
    var listenPort = 8787
    /// Below which the API answers: `/api/`.
    var path = "/api/"
    /// A file, or an https address.
    var catalogue: String
    var allowsOlderCatalogue = false
    /// The folder of the databases; nil in a preview: they are in memory.
    var data: String?
    /// Where the last good catalogue is kept, for a start while the site's host is down.
    var catalogueCopy: String? { isPreview ? nil : data.map { $0 + "/catalogue.json" } }
    var secret: SiteSecret
    var mail: MailSettings?
    var stripe: StripeSettings?
    var weChatPay: WeChatPaySettings?
    var alipay: AlipaySettings?
    /// How to pay by transfer, by language.
    var transfer: [String: [String]] = [:]
    var creators: [EmailAddress] = []
    var trustedProxies: [NetworkRange] = []
    /// Where `/metrics` answers; nil: nowhere.
    var metricsHost = "127.0.0.1"
    var metricsPort: Int? = 9787
    var limits = Limits()
    /// How long what pages told is kept; nil: for good.
    var beaconDays: Int?
    var isPreview = false

    struct MailSettings: Sendable {
        var from: String
        /// `smtp://host:587`, `smtps://host:465`.
        var smtp: String
        var user: String?
        var password: String?
        /// Without TLS: to this machine alone.
        var isInsecure = false
    }

    struct Limits: Sendable {
        /// Of one network, a minute; 0: as many as come.
        var beacons = 6000
        var connections = 16_000
    }
}
