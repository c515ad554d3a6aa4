import LecternCore
import LecternCrypto
import LecternPayments
import LecternServer
import LecternShop
import LecternStore
import Logging

/// The shop with everything outside of it plugged in, and the HTTP side before it.
struct Composed: Sendable {
    let shop: Shop
    let api: CompanionAPI
}

/// - Parameter catalogue: the one of the moment.
func compose(
    _ settings: Settings, store: Store, catalogue: @escaping @Sendable () -> CatalogueIndex, log: Logger
) throws -> Composed {
    let now: @Sendable () -> Instant = { ProcessEnvironment.now }, random: @Sendable (Int) -> [UInt8] = { ProcessEnvironment.random($0) }
    let mails = MailBox()
    var payments: [PaymentProvider] = []
    var pretend: PretendPayments?
    if settings.isPreview {
        pretend = PretendPayments(pages: "http://localhost:\(settings.listenPort)\(settings.path)preview/pay/", key: settings.secret.pretendKey)
        if let pretend { payments.append(pretend.provider) }
    } else {
        if let weChatPay = settings.weChatPay.flatMap({ PaymentProvider.weChatPay($0) }) { payments.append(weChatPay) }
        if let alipay = settings.alipay.flatMap({ PaymentProvider.alipay($0) }) { payments.append(alipay) }
        if let stripe = settings.stripe.flatMap({ PaymentProvider.stripe($0) }) { payments.append(stripe) }
        if !settings.transfer.isEmpty { payments.append(.manual(instructions: settings.transfer)) }
    }
    var shopSettings = ShopSettings(site: settings.site, creators: Set(settings.creators))
    shopSettings.beaconDays = settings.beaconDays.map(Int64.init)
    let shop = Shop(
        store: store, catalogue: catalogue, secret: settings.secret, payments: payments,
        mailer: settings.isPreview ? .kept(in: mails) : try mailer(settings),
        settings: shopSettings, now: now, random: random,
        note: { note in log.warning("\(note.event)", metadata: note.fields.mapValues { .string($0) }) })
    let preview = pretend.map { pretend in
        PreviewDoor(shop: shop, pretend: pretend, mails: mails, catalogue: catalogue, site: settings.site, base: settings.path, random: random)
    }
    let api = CompanionAPI(
        APISettings(
            origin: settings.origin, base: settings.path, trustedProxies: settings.trustedProxies,
            limits: settings.isPreview ? .none : NetworkLimits(beaconsPerMinute: settings.limits.beacons),
            run: String(random(4).reduce(0) { $0 << 8 | Int($1) }, radix: 36)),
        shop: shop, catalogue: catalogue, preview: preview, now: now, log: log)
    return Composed(shop: shop, api: api)
}

private func mailer(_ settings: Settings) throws -> Mailer {
    guard let mail = settings.mail, let sender = MailSender(mail.from) else { throw Problems(all: [Problem(.error, "mail is missing", file: "")]) }
    return .smtp(SMTPSettings(sender: sender, server: mail.smtp, user: mail.user, password: mail.password, isInsecure: mail.isInsecure))
}
