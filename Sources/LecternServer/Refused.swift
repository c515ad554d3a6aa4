import HTTPTypes
import LecternCore

/// Why a request is not done: what RFC 9457 calls a problem. `code` is stable, the words are for a person.
struct Refused: Error {
    var status: HTTPResponse.Status
    var code: String
    var words: Words
    /// Further members, such as `total` or `opens`.
    var more: [JSON.Member] = []
    var retryAfterSeconds: Int?
    /// Methods that the path has, for 405.
    var allow: String?
    /// Whether the rest of the request is not worth reading.
    var closes = false
    /// For the log: what the person is not told.
    var cause = ""

    struct Words: Sendable {
        var zh: String
        var en: String

        func text(_ language: Language) -> String { language == .zh ? zh : en }
    }
}

/// The languages of the companion's own words.
enum Language: Sendable { case zh, en }

extension Refused {
    static let badRequest = Refused(
        status: .badRequest, code: "bad-request",
        words: Words(zh: "这个请求不是完整的 HTTP 请求。", en: "This request is not HTTP as it should be."), closes: true)

    static let headersTooLarge = Refused(
        status: .requestHeaderFieldsTooLarge, code: "headers-too-large",
        words: Words(zh: "请求头太大。清除本站的 Cookie 后再试一次。", en: "The request's headers are too large. Clear this site's cookies, then try again."),
        closes: true)

    static let pathTooLong = Refused(
        status: .uriTooLong, code: "path-too-long", words: Words(zh: "这个地址太长。", en: "This address is too long."), closes: true)

    static let notFound = Refused(
        status: .notFound, code: "not-found", words: Words(zh: "这里什么也没有。", en: "There is nothing here."))

    static func methodNotAllowed(_ allow: String) -> Refused {
        Refused(
            status: .methodNotAllowed, code: "method-not-allowed",
            words: Words(zh: "这个地址不接受这种请求方法。", en: "This address does not take this method."), allow: allow)
    }

    static let foreignOrigin = Refused(
        status: .forbidden, code: "foreign-origin",
        words: Words(zh: "这个请求不是从本站发出的，什么也没有改变。", en: "This request did not come from this site. Nothing was changed."))

    static let lengthRequired = Refused(
        status: .lengthRequired, code: "length-required",
        words: Words(zh: "请求没有说明正文的长度。", en: "The request does not say how long its body is."), closes: true)

    static func tooLarge(limitBytes: Int) -> Refused {
        Refused(
            status: .contentTooLarge, code: "too-large",
            words: Words(zh: "请求正文最多 \(limitBytes >> 10) KiB。", en: "A request's body is at most \(limitBytes >> 10) KiB."), closes: true)
    }

    static func unsupportedMediaType(_ wanted: String) -> Refused {
        Refused(
            status: .unsupportedMediaType, code: "unsupported-media-type",
            words: Words(zh: "这里只接受 \(wanted)。", en: "Only \(wanted) is taken here."))
    }

    static let badJSON = Refused(
        status: .badRequest, code: "bad-json", words: Words(zh: "请求正文不是正确的 JSON。", en: "The request's body is not JSON as it should be."))

    static func invalidField(_ name: String) -> Refused {
        Refused(
            status: .unprocessableContent, code: "invalid-field",
            words: Words(zh: "“\(shown(name))”的值不对。", en: "The value of “\(shown(name))” cannot be right."),
            more: [JSON.Member("field", .text(shown(name)))])
    }

    static func tooMany(retryAfterSeconds: Int) -> Refused {
        Refused(
            status: .tooManyRequests, code: "too-many",
            words: Words(zh: "次数太多了，请过一会儿再试。", en: "That was too often. Wait a while, then try again."),
            retryAfterSeconds: retryAfterSeconds)
    }

    static let unauthorized = Refused(
        status: .unauthorized, code: "sign-in-needed", words: Words(zh: "请先登录。", en: "Sign in first."))

    static let `internal` = Refused(
        status: .internalServerError, code: "internal",
        words: Words(
            zh: "服务器出了问题，什么也没有保存。已付的款不会丢失。请稍后再试；如果一直这样，请把请求编号告诉网站作者。",
            en: "Something went wrong here, and nothing was saved. Money that was paid is safe. Try again later; if it stays so, tell the site's author the request's id."))

    static let busy = Refused(
        status: .serviceUnavailable, code: "busy",
        words: Words(zh: "服务器正忙，什么也没有保存。请稍后再试。", en: "The server is busy, and nothing was saved. Try again shortly."), retryAfterSeconds: 2)

    static let storageFull = Refused(
        status: .insufficientStorage, code: "storage-full",
        words: Words(
            zh: "服务器的磁盘满了，什么也没有保存。已付的款不会丢失。请稍后再试。",
            en: "The server's disk is full, and nothing was saved. Money that was paid is safe. Try again later."),
        retryAfterSeconds: 30)

    /// A field's name as it may stand in an answer: somebody else may have chosen it.
    private static func shown(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F }.prefix(40)))
    }
}

extension HTTPResponse.Status {
    /// A status with its name, which the library gives to its own constants alone.
    static func named(_ code: Int) -> HTTPResponse.Status {
        let known: [HTTPResponse.Status] = [
            .badRequest, .unauthorized, HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"), .forbidden, .notFound, .conflict, .gone,
            .unprocessableContent, .tooManyRequests, .internalServerError, .badGateway, .serviceUnavailable, .insufficientStorage,
        ]
        return known.first { $0.code == code } ?? HTTPResponse.Status(code: code, reasonPhrase: "Error")
    }

    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
