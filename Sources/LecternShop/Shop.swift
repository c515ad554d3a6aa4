import LecternCore
import LecternCrypto
import LecternPayments
import LecternStore

/// What the server and the command line both do: sign people in, sell, settle, enroll, write to them. Each verb stands in
/// the file that is named after it. Nothing here knows HTTP, and no SQL.
public struct Shop: Sendable {
    public let store: Store
    let catalogue: @Sendable () -> CatalogueIndex
    let secret: SiteSecret
    let payments: [PaymentProvider]
    let mailer: Mailer
    public let settings: ShopSettings
    let now: @Sendable () -> Instant
    let random: @Sendable (Int) -> [UInt8]
    /// What went wrong without anybody being told: for the log. Ids, never an address, a token or a key.
    let note: @Sendable (ShopNote) -> Void
    let limits = ShopLimits()
    let passwordWork = PasswordWork()

    /// - Parameters:
    ///   - catalogue: the one of the moment.
    ///   - payments: those that are configured; `free` is always among them.
    ///   - now: the clock.
    ///   - random: that many bytes that nobody can guess.
    public init(
        store: Store, catalogue: @escaping @Sendable () -> CatalogueIndex, secret: SiteSecret, payments: [PaymentProvider],
        mailer: Mailer, settings: ShopSettings, now: @escaping @Sendable () -> Instant, random: @escaping @Sendable (Int) -> [UInt8],
        note: @escaping @Sendable (ShopNote) -> Void = { _ in }
    ) {
        self.store = store
        self.catalogue = catalogue
        self.secret = secret
        self.payments = payments.filter { $0.name != .free } + [.free()]
        self.mailer = mailer
        self.settings = settings
        self.now = now
        self.random = random
        self.note = note
    }

    /// What the site's memberships open now.
    public var memberships: [String: Membership] { catalogue().memberships }

    func newID<Of>() -> ID<Of> { ID(identifierText(random: random(16))) }

    func newToken() -> Token { Token(random: random(Token.bytes)) }

    func provider(_ name: ProviderName) -> PaymentProvider? { payments.first { $0.name == name } }

    /// Asks the store; what it refuses is refused in a learner's words.
    func kept<Value>(_ body: () throws(StoreError) -> Value) throws(Refusal) -> Value {
        do { return try body() } catch { throw Refusal(error) }
    }

    func kept<Value: Sendable>(_ body: () async throws(StoreError) -> Value) async throws(Refusal) -> Value {
        do { return try await body() } catch { throw Refusal(error) }
    }
}

public struct ShopSettings: Sendable {
    /// The site's public address with a slash at its end: `https://me.example/learn/`.
    public var site: String
    /// Who made the site: they may read everything, and are told when a payment needs a person.
    public var creators: Set<EmailAddress>
    /// How long an unpaid order stays open.
    public var expiryHours: Int64 = 24
    /// The same for payments that take days.
    public var slowExpiryHours: Int64 = 14 * 24
    /// How long what pages told is kept; nil: for good.
    public var beaconDays: Int64?

    public init(site: String, creators: Set<EmailAddress> = []) {
        self.site = site.hasSuffix("/") ? site : site + "/"
        self.creators = creators
    }

    /// `https://me.example`: what a browser calls the site.
    public var origin: String {
        guard let scheme = site.firstRange(of: "://") else { return site }
        return String(site[..<scheme.upperBound] + site[scheme.upperBound...].prefix { $0 != "/" })
    }

    /// `me.example`, without a port: the site's name for passkeys.
    public var host: String {
        let authority = origin[(origin.firstRange(of: "://")?.upperBound ?? origin.startIndex)...]
        return String(authority.prefix { $0 != ":" })
    }
}

/// Who asks: what the request's cookies and fields say, believed by nobody yet.
public struct Visitor: Sendable {
    public var session: Token?
    public var claim: Token?
    /// That the page is in, or the browser asks for.
    public var language: String
    private let deviceName: @Sendable () -> String

    /// - Parameter device: coarse, "Chrome on Android". Looked for only when somebody signs in: every check makes a visitor.
    public init(
        session: Token? = nil, claim: Token? = nil, language: String = "zh", device: @escaping @autoclosure @Sendable () -> String = ""
    ) {
        self.session = session
        self.claim = claim
        self.language = language
        deviceName = device
    }

    public var device: String { deviceName() }
}

public struct ShopNote: Sendable, Equatable {
    /// `provider-failed`, `mail-failed`, `notice-unresolved`, …
    public var event: String
    public var fields: [String: String]

    public init(_ event: String, _ fields: [String: String] = [:]) {
        self.event = event
        self.fields = fields
    }
}

struct ShopLimits: Sendable {
    /// companion.md: 5 codes an hour an address.
    let codes = AttemptLimit(5, inSeconds: 3600)
    let passwords = AttemptLimit(10, inSeconds: 900)
    /// Hashing one takes as long as a guess, and holds up everybody who signs in with a password.
    let newPasswords = AttemptLimit(10, inSeconds: 900)
    /// Orders for one address, each of which may send a mail there.
    let orders = AttemptLimit(20, inSeconds: 3600)
    let corrections = AttemptLimit(5, inSeconds: 3600)
    /// New links for one order.
    let invitations = AttemptLimit(20, inSeconds: 3600)
}

extension Token {
    /// As the store keeps it.
    var kept: TokenDigest { TokenDigest(digest.bytes) }
}
