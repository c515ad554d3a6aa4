import LecternCore

/// Why something that was asked for is not done. `code` and `status` are those of docs/openapi.yaml; the words tell a person
/// what happened, whether money is safe, and what comes next.
public struct Refusal: Error, Hashable {
    public enum Code: String, Sendable, CaseIterable {
        case signInNeeded = "sign-in-needed"
        case wrongCode = "wrong-code"
        case wrongPassword = "wrong-password"
        case wrongPasskey = "wrong-passkey"
        case badPasskey = "bad-passkey"
        case proofNeeded = "proof-needed"
        case addressConfirmed = "address-confirmed"
        case addressTaken = "address-taken"
        case notFound = "not-found"
        case notEnrolled = "not-enrolled"
        case notYet = "not-yet"
        case epochGone = "epoch-gone"
        case priceChanged = "price-changed"
        case termsChanged = "terms-changed"
        case badCoupon = "bad-coupon"
        case alreadyEnrolled = "already-enrolled"
        case badInvitation = "bad-invitation"
        case notForSale = "not-for-sale"
        case attemptDiffers = "attempt-differs"
        case providerFailed = "provider-failed"
        case badNotice = "bad-notice"
        case invalidField = "invalid-field"
        case tooMany = "too-many"
        case busy
        case storageFull = "storage-full"
        case `internal`
    }

    public var code: Code
    public var status: Int
    public var zh: String
    public var en: String
    public var retryAfterSeconds: Int?
    public var field: String?
    public var total: Money?
    public var opens: Instant?
    public var courses: [String]
    /// For the log: what the person is not told, and never an address, a token or a key.
    public var cause: String

    init(
        _ code: Code, _ status: Int, zh: String, en: String, retryAfterSeconds: Int? = nil, field: String? = nil, total: Money? = nil,
        opens: Instant? = nil, courses: [String] = [], cause: String = ""
    ) {
        self.code = code
        self.status = status
        self.zh = zh
        self.en = en
        self.retryAfterSeconds = retryAfterSeconds
        self.field = field
        self.total = total
        self.opens = opens
        self.courses = courses
        self.cause = cause
    }

    public func words(in language: String) -> String { language.hasPrefix("zh") ? zh : en }

    /// What the answer tells besides its words.
    public var members: [JSON.Member] {
        var members: [JSON.Member] = []
        if let field { members.append(.init("field", .text(field))) }
        if let total { members.append(.init("total", total.json)) }
        if let opens { members.append(.init("opens", .text(opens.text))) }
        if !courses.isEmpty { members.append(.init("courses", .list(courses.map { .text($0) }))) }
        return members
    }
}

extension Money {
    public var json: JSON { ["currency": .text(currency.code), "minorUnits": .whole(minorUnits)] }
}
