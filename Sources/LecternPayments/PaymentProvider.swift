import LecternCore

/// Somebody who moves money: what is asked of them, and what they say, in our words. How they write it stays in one file each.
public struct PaymentProvider: Sendable {
    public var name: ProviderName
    /// How a buyer reads it, by language.
    public var label: [String: String]
    /// Whether money may still arrive for an order that nobody has paid after a day, as with a bank transfer.
    public var isSlow: Bool
    /// The only currencies that it takes; nil: whichever an order is in.
    public var currencies: Set<Currency>?
    /// Which of several ways to pay a buyer sees first, where they look at the page: the lowest.
    public var place: @Sendable (Screen) -> Int = { _ in 0 }
    /// What it wants to read after it told something that is kept; nil: the status is enough.
    public var acknowledgement: String?
    /// Asks for the order's money. The order is on disk by then; asked again for the same order, it gives the same answer
    /// or a fresh one, and never takes money twice.
    public var start: @Sendable (PaymentStart) async throws(PaymentFailure) -> PaymentStarted
    /// Goes on with an order where the buyer came back with a code that says who they are at the provider; nil where none is needed.
    public var resume: (@Sendable (PaymentStart, String) async throws(PaymentFailure) -> Next)?
    /// Reads a notice, over the exact bytes that came. May ask the provider for the key that it is signed with.
    public var read: @Sendable (RawNotice, Instant) async throws(NoticeRefusal) -> NoticeMeaning
    /// What the provider knows of an order now; the answer goes the same way as a notice. Nil where nobody can be asked.
    public var ask: (@Sendable (PaymentQuestion) async throws(PaymentFailure) -> ProviderWord)?
    /// Gives money back.
    public var refund: @Sendable (RefundRequest) async throws(PaymentFailure) -> ProviderWord
    /// Takes no money for the order any more, as far as the provider can promise that.
    public var close: @Sendable (PaymentQuestion) async throws(PaymentFailure) -> ProviderWord
    /// All that moved on a day by the provider's own books: what nobody told, and nobody knows to ask for. Nil where there are none.
    public var bill: (@Sendable (BillDay, Instant) async throws(PaymentFailure) -> [ProviderWord])?

    public init(
        name: ProviderName, label: [String: String], isSlow: Bool = false, currencies: Set<Currency>? = nil,
        start: @escaping @Sendable (PaymentStart) async throws(PaymentFailure) -> PaymentStarted,
        read: @escaping @Sendable (RawNotice, Instant) async throws(NoticeRefusal) -> NoticeMeaning,
        ask: (@Sendable (PaymentQuestion) async throws(PaymentFailure) -> ProviderWord)?,
        refund: @escaping @Sendable (RefundRequest) async throws(PaymentFailure) -> ProviderWord,
        close: @escaping @Sendable (PaymentQuestion) async throws(PaymentFailure) -> ProviderWord
    ) {
        self.name = name
        self.label = label
        self.isSlow = isSlow
        self.currencies = currencies
        self.start = start
        self.read = read
        self.ask = ask
        self.refund = refund
        self.close = close
    }

    public func takes(_ currency: Currency) -> Bool { currencies?.contains(currency) ?? true }
}

/// Where a buyer looks at the page, as far as it decides how they can pay.
public enum Screen: String, Sendable, CaseIterable {
    case desktop, phone
    /// A page inside WeChat, or inside Alipay.
    case wechat, alipay
}

public struct PaymentStart: Sendable {
    public var order: Order
    /// To save the buyer typing it again. Never an identity.
    public var email: EmailAddress?
    /// Where the provider's page leads back to, paid or not.
    public var returnURL: String
    public var cancelURL: String
    /// When the order is no longer for sale at this price.
    public var expiresAt: Instant
    public var screen: Screen
    /// The buyer's network address, for providers that want it told against fraud. It is kept nowhere.
    public var address: String?
    public var now: Instant

    public init(
        order: Order, email: EmailAddress?, returnURL: String, cancelURL: String, expiresAt: Instant, screen: Screen = .desktop,
        address: String? = nil, now: Instant
    ) {
        self.order = order
        self.email = email
        self.returnURL = returnURL
        self.cancelURL = cancelURL
        self.expiresAt = expiresAt
        self.screen = screen
        self.address = address
        self.now = now
    }
}

public struct PaymentStarted: Sendable, Equatable {
    public var next: Next
    /// When `next` leads nowhere any more, and a fresh one has to be asked for; nil: as long as the order is open.
    public var until: Instant?
    /// The provider's name for what was begun, to ask by later.
    public var reference: String?
    /// Facts that are known at once: a free order is paid.
    public var facts: [OrderFact]

    public init(next: Next, until: Instant? = nil, reference: String? = nil, facts: [OrderFact] = []) {
        self.next = next
        self.until = until
        self.reference = reference
        self.facts = facts
    }
}

/// What the buyer does next.
public enum Next: Sendable, Equatable {
    case redirect(url: String)
    /// A code to scan: the picture, and what it says.
    case qr(svg: String, text: String)
    /// What the page hands to the app that it stands in: WeChat's own.
    case bridge([BridgeField])
    /// A transfer by hand: what to do, and what to write on it.
    case instructions(lines: [String], reference: String)
    case none
}

public struct BridgeField: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A notice as it came through the door, believed by nobody yet.
public struct RawNotice: Sendable {
    /// Names in lower case.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(headers: [String: String], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }
}

/// What a provider says about an order.
public struct ProviderWord: Sendable, Equatable {
    /// Our own id, where the provider carried it.
    public var order: ID<Order>?
    /// The provider's name for what was begun (Stripe's session), where it is told.
    public var reference: String?
    /// The provider's name for the payment, by which an order can be found when nothing carries an id of ours.
    public var payment: String?
    /// May be empty: many things happen that change nothing.
    public var facts: [OrderFact]
    /// What became of refunds, by our own keys, where the provider carried them.
    public var refunds: [String: KeyedRefund]
    public var details: PaymentDetails
    /// Of those that were paid, or are being paid.
    public var refundKeys: Set<String> { Set(refunds.filter { $0.value.status != .failed }.keys) }

    public init(
        order: ID<Order>? = nil, reference: String? = nil, payment: String? = nil, facts: [OrderFact] = [], refunds: [String: KeyedRefund] = [:],
        details: PaymentDetails = PaymentDetails()
    ) {
        self.order = order
        self.reference = reference
        self.payment = payment
        self.facts = facts
        self.refunds = refunds
        self.details = details
    }
}

public struct NoticeMeaning: Sendable, Equatable {
    /// The provider's name for the notice. Two notices may say the same: facts are told apart by their own keys.
    public var notice: String
    public var word: ProviderWord

    public init(notice: String, word: ProviderWord) {
        self.notice = notice
        self.word = word
    }
}

public struct PaymentQuestion: Sendable {
    public var order: ID<Order>
    /// What the provider called it when it was begun; nil when it never was.
    public var reference: String?
    /// The payments that were heard of.
    public var payments: [String]
    /// Our own keys of the refunds that were asked for: some providers tell of a refund only who names it.
    public var refundKeys: [String]
    public var now: Instant

    public init(order: ID<Order>, reference: String?, payments: [String], refundKeys: [String] = [], now: Instant) {
        self.order = order
        self.reference = reference
        self.payments = payments
        self.refundKeys = refundKeys
        self.now = now
    }
}

public struct RefundRequest: Sendable {
    public var order: ID<Order>
    /// The payment that is given back.
    public var transaction: String
    /// How much that was.
    public var paid: Money
    public var money: Money
    /// Ours, the same when the same refund is asked for again: it is paid out once. `ask` tells it again (`refundKeys`).
    public var key: String
    public var now: Instant

    public init(order: ID<Order>, transaction: String, paid: Money, money: Money, key: String, now: Instant) {
        self.order = order
        self.transaction = transaction
        self.paid = paid
        self.money = money
        self.key = key
        self.now = now
    }
}

/// Why a provider did not do what it was asked. `words` are for the log and the creator, never for a buyer, and hold no key.
public struct PaymentFailure: Error, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Nothing certain: it may or may not have been done. Asking again is safe.
        case unreachable
        /// It understood, and said no: asking again changes nothing.
        case refused
        /// It does not offer this.
        case unsupported
    }

    public var kind: Kind
    public var words: String

    public init(_ kind: Kind, _ words: String) {
        self.kind = kind
        self.words = words
    }
}

/// Why a notice is not believed. All are answered 400 or 401, and nothing is written.
public enum NoticeRefusal: Error, Hashable {
    case isUnsigned
    case isForged
    /// Signed more than five minutes ago, or ahead.
    case isFromAnotherTime
    /// Of the provider's test world, or of the real one when we are in the test world.
    case isFromAnotherWorld
    case isMalformed
    /// This provider sends none.
    case isUnexpected
}
