import LecternCore
import LecternShop
import LecternStore
import Logging

/// What the companion's HTTP side needs to be told.
public struct APISettings: Sendable {
    public var origin: SiteOrigin
    /// `/api/`
    public var base: String
    public var trustedProxies: [NetworkRange]
    public var limits: NetworkLimits
    /// Begins every request's id, so that those of two runs differ.
    public var run: String

    public init(origin: SiteOrigin, base: String, trustedProxies: [NetworkRange], limits: NetworkLimits, run: String) {
        self.origin = origin
        self.base = base
        self.trustedProxies = trustedProxies
        self.limits = limits
        self.run = run
    }
}

extension CompanionAPI {
    /// - Parameters:
    ///   - catalogue: the one of the moment.
    ///   - preview: the pages of a preview; nil outside of one.
    public init(
        _ settings: APISettings, shop: Shop, catalogue: @escaping @Sendable () -> CatalogueIndex, preview: PreviewDoor? = nil,
        now: @escaping @Sendable () -> Instant, log: Logger
    ) {
        let cookies = CookieNames(isSecure: settings.origin.isSecure)
        let limits = settings.limits
        let signIn = SignInDoor(shop: shop, cookies: cookies, limits: limits)
        let account = AccountDoor(shop: shop, cookies: cookies, limits: limits)
        let purchase = PurchaseDoor(shop: shop, cookies: cookies, limits: limits, base: settings.base)
        let notice = NoticeDoor(shop: shop)
        let enrollment = EnrollmentDoor(shop: shop, limits: limits)
        let beacon = BeaconDoor(shop: shop, catalogue: catalogue, limits: limits)

        // The whole API, in the order in which a learner meets its doors (docs/openapi.yaml).
        let operations = [
            Route(.get, "session", "session", signIn.session),
            Route(.post, "sign-in", "requestSignIn", takes: .json, signIn.request),
            Route(.post, "sign-in/confirm", "confirmSignIn", takes: .json, signIn.confirm),
            Route(.post, "sign-in/password", "signInWithPassword", takes: .json, signIn.withPassword),
            Route(.post, "sign-in/passkey/options", "passkeySignInOptions", takes: .json, signIn.passkeyOptions),
            Route(.post, "sign-in/passkey", "signInWithPasskey", takes: .json, signIn.withPasskey),
            Route(.post, "sign-out", "signOut", takes: .json, signIn.signOut),
            Route(.post, "password/reset", "resetPassword", takes: .json, signIn.resetPassword),

            Route(.post, "password", "setPassword", takes: .json, account.setPassword),
            Route(.get, "passkeys", "passkeys", account.passkeys),
            Route(.post, "passkeys", "addPasskey", takes: .json, account.addPasskey),
            Route(.post, "passkeys/options", "passkeyOptions", takes: .json, account.passkeyOptions),
            Route(.delete, "passkeys/{}", "removePasskey", account.removePasskey),
            Route(.get, "devices", "devices", account.devices),
            Route(.delete, "devices", "signOutOthers", account.signOthersOut),
            Route(.delete, "devices/{}", "signDeviceOut", account.signDeviceOut),
            Route(.get, "me/export", "exportMe", account.export),
            Route(.post, "me/email", "changeEmail", takes: .json, account.changeEmail),
            Route(.post, "me/email/confirm", "confirmEmail", takes: .json, account.confirmEmail),
            Route(.delete, "me", "deleteMe", takes: .json, account.delete),

            Route(.get, "checkout", "checkoutOffer", purchase.offer),
            Route(.post, "checkout", "checkout", takes: .json, purchase.checkout),
            Route(.get, "orders", "orders", purchase.orders),
            Route(.get, "orders/{}", "order", purchase.order),
            Route(.post, "orders/{}/payment", "resumePayment", takes: .json, purchase.resume),
            Route(.post, "orders/{}/email", "correctEmail", takes: .json, purchase.correctEmail),
            Route(.post, "orders/{}/invitation", "renewInvitation", takes: .json, purchase.renewInvitation),
            Route(.post, "payments/{}", "notice", takes: .notice, notice.take),

            Route(.get, "enrollment", "enrollments", enrollment.courses),
            Route(.post, "enrollment/invitation", "invitation", takes: .json, enrollment.invitation),
            Route(.post, "enrollment/invitation/accept", "acceptInvitation", takes: .json, enrollment.accept),
            Route(.get, "enrollment/{}", "enrollment", enrollment.course),
            Route(.get, "enrollment/{}/{}", "lesson", enrollment.lesson),

            Route(.post, "beacon", "beacon", takes: .text, beacon.take),

            Route(.get, "healthz", "health") { _ in
                try shop.store.answer()
                return .json(["status": "ok", "synchronous": .whole(Int64(try shop.store.synchronous()))])
            },
        ]
        self.init(
            table: RouteTable(operations + (preview?.routes ?? [])), origin: settings.origin, base: settings.base, trustedProxies: settings.trustedProxies,
            answersLocalNamesOnly: preview != nil, now: now, log: log, run: settings.run, refusal: Refused.init(domain:))
    }

    public func metricsText(gauges: [(name: String, help: String, value: Int64)]) -> String { metrics.text(gauges: gauges) }
}

extension Refused {
    /// What failures of the shop and the store say to who asked; nil for those that nobody foresaw.
    init?(domain error: any Error) {
        switch error {
        case let refusal as Refusal:
            self.init(
                status: .named(refusal.status), code: refusal.code.rawValue, words: Words(zh: refusal.zh, en: refusal.en), more: refusal.members,
                retryAfterSeconds: refusal.retryAfterSeconds)
            cause = refusal.cause
        case StoreError.full: self = .storageFull
        case StoreError.busy, StoreError.closed: self = .busy
        case let error as StoreError:
            self = .internal
            cause = error.description
        default: return nil
        }
    }
}
