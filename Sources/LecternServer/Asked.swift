import HTTPTypes
import LecternCore

/// A request, as a door sees it. What only some doors want (cookies, query, language) is read when it is asked for.
struct Asked: Sendable {
    /// For the log and for the person who has a question.
    var id: String
    /// Below the base, decoded.
    var path: [String]
    var query: Substring?
    var headers: HTTPFields
    var body: [UInt8] = []
    var client: NetworkAddress
    var now: Instant
    /// The values of the route's parameters, in its order.
    var parameters: [String] = []
    var cookieNames: CookieNames

    var language: Language { preferredLanguage(headers[.acceptLanguage]) }
    var session: String? { cookie(cookieNames.session) }
    var claim: String? { cookie(cookieNames.claim) }

    /// Somebody who does not want to be counted: globalprivacycontrol.org, or its forerunner.
    var wantsPrivacy: Bool { headers[.secGPC] == "1" || headers[.doNotTrack] == "1" }

    func form() throws(Refused) -> Form { try Form(body) }

    /// - Returns: nil for a cookie that is missing, or cannot be a token of ours.
    private func cookie(_ name: String) -> String? {
        for line in headers[values: .cookie] {
            for pair in line.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == 0x20 }
                guard pair.starts(with: name.utf8), pair.dropFirst(name.utf8.count).first == UInt8(ascii: "=") else { continue }
                let value = pair.dropFirst(name.utf8.count + 1)
                return value.count == 43 && value.allSatisfy(isWordByte) ? String(Substring(value)) : nil
            }
        }
        return nil
    }
}

/// What the cookies are called. With the prefix, no other host and no unencrypted page can set them (RFC 6265bis, 4.1.3.2).
struct CookieNames: Sendable {
    let session: String
    let claim: String
    let isSecure: Bool

    /// - Parameter isSecure: false only for a preview on http://localhost.
    init(isSecure: Bool) {
        session = isSecure ? "__Host-lectern" : "lectern"
        claim = isSecure ? "__Host-lectern-claim" : "lectern-claim"
        self.isSecure = isSecure
    }

    /// - Parameter days: 0 takes it away.
    func set(_ name: String, _ value: String, days: Int) -> String {
        "\(name)=\(value); Max-Age=\(days * 86_400); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}

/// Of the languages in the order in which they stand, the first that the companion speaks.
func preferredLanguage(_ header: String?) -> Language {
    for range in (header ?? "").utf8.split(separator: UInt8(ascii: ",")) {
        let tag = range.drop { $0 == 0x20 }.prefix(2).map { $0 | 0x20 }
        if tag == Array("zh".utf8) { return .zh }
        if tag == Array("en".utf8) { return .en }
    }
    return .en
}

extension HTTPField.Name {
    static let secGPC = HTTPField.Name("Sec-GPC")!
    static let doNotTrack = HTTPField.Name("DNT")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
