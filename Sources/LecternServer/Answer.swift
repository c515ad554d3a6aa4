import HTTPTypes
import LecternCore

/// What a door says: a status, perhaps a body, perhaps cookies.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var body: [UInt8] = []
    var contentType: String?
    var fields: [(name: HTTPField.Name, value: String)] = []

    static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, body: value.bytes, contentType: "application/json")
    }

    /// Bytes that are JSON already.
    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, body: bytes, contentType: "application/json")
    }

    static let nothing = Answer(status: .noContent)
    /// What was asked for is on its way.
    static let accepted = Answer.json([:], status: .accepted)

    func setting(cookie: String?) -> Answer {
        guard let cookie else { return self }
        var copy = self
        copy.fields.append((.setCookie, cookie))
        return copy
    }

    func with(_ name: HTTPField.Name, _ value: String) -> Answer {
        var copy = self
        copy.fields.append((name, value))
        return copy
    }

    /// RFC 9457.
    static func problem(_ refused: Refused, request: String, language: Language) -> Answer {
        let problem: [JSON.Member] = [
            .init("type", "about:blank"), .init("title", .text(refused.status.reasonPhrase)), .init("status", .whole(Int64(refused.status.code))),
            .init("detail", .text(refused.words.text(language))), .init("code", .text(refused.code)), .init("request", .text(request)),
        ]
        var answer = Answer(
            status: refused.status, body: JSON.object(problem + refused.more).bytes, contentType: "application/problem+json")
        answer.fields.append((.contentLanguage, language == .zh ? "zh" : "en"))
        if let seconds = refused.retryAfterSeconds { answer.fields.append((.retryAfter, String(seconds))) }
        if let allow = refused.allow { answer.fields.append((.allow, allow)) }
        // RFC 9110, section 15.5.2, wants one; browsers pass over a scheme that they do not know.
        if refused.status == .unauthorized { answer.fields.append((.wwwAuthenticate, "Lectern-Session")) }
        if refused.closes { answer.fields.append((.connection, "close")) }
        return answer
    }
}
