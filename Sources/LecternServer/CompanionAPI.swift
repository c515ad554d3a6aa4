import HTTPTypes
import HummingbirdCore
import LecternCore
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// From a request to its answer: what holds for every door stands here, once.
public struct CompanionAPI: Sendable {
    let table: RouteTable
    let origin: SiteOrigin
    /// `/api/`
    let base: String
    let cookies: CookieNames
    let trustedProxies: [NetworkRange]
    /// In a preview: who makes another name point to this machine (DNS rebinding) must not press its buttons.
    let answersLocalNamesOnly: Bool
    let now: @Sendable () -> Instant
    let log: Logger
    let metrics: Metrics
    /// Begins every request's id, so that those of two runs differ.
    let run: String
    /// How failures that the doors' own domain throws are said; nil for those that it does not know.
    let refusal: @Sendable (any Error) -> Refused?
    private let names = RequestNames()
    private let date = HTTPDate()

    init(
        table: RouteTable, origin: SiteOrigin, base: String, trustedProxies: [NetworkRange], answersLocalNamesOnly: Bool = false,
        now: @escaping @Sendable () -> Instant, log: Logger, run: String, refusal: @escaping @Sendable (any Error) -> Refused?
    ) {
        self.table = table
        self.origin = origin
        self.base = base
        self.trustedProxies = trustedProxies
        self.answersLocalNamesOnly = answersLocalNamesOnly
        self.now = now
        self.log = log
        self.run = run
        self.refusal = refusal
        cookies = CookieNames(isSecure: origin.isSecure)
        metrics = Metrics(routes: table.routes.map(\.name), startedAtSeconds: now().milliseconds / 1000)
    }

    public func respond(to request: Request, from peer: NetworkAddress) async -> Response {
        let began = ContinuousClock.now
        let id = run + names.next()
        let target = request.head.path ?? "/"
        let cut = target.firstIndex(of: "?")
        let forwarded = request.headers[values: .forwardedFor]
        var asked = Asked(
            id: id, path: RequestPath(target[..<(cut ?? target.endIndex)], below: base)?.segments ?? [],
            query: cut.map { target[target.index(after: $0)...] }, headers: request.headers,
            client: clientAddress(peer: peer, forwardedFor: forwarded, trusted: trustedProxies), now: now(), cookieNames: cookies)
        let found = table.find(request.method == .head ? .get : request.method, asked.path)
        var route: Int?
        var answer: Answer
        do {
            if answersLocalNamesOnly, SiteOrigin("http://" + (request.head.authority ?? ""))?.isLocal != true { throw Refused.notFound }
            switch found {
            case .route(let place, let parameters):
                route = place
                asked.parameters = parameters
                if table.routes[place].needsOrigin, !origin.isTrusted(request.headers) { throw Refused.foreignOrigin }
                asked.body = try await body(of: request, table.routes[place].takes)
                answer = try await table.routes[place].door(asked)
            case .otherMethods(let methods):
                let allow = Self.allowed(methods)
                guard request.method == .options else { throw Refused.methodNotAllowed(allow) }
                answer = try preflight(request.headers, allow)
            case .nothing: throw Refused.notFound
            }
        } catch {
            answer = .problem(refused(error, asked, route), request: id, language: asked.language)
        }
        let took = ContinuousClock.now - began
        let microseconds = took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000
        metrics.count(route: route, status: answer.status.code, microseconds: microseconds)
        return response(answer, asked, isHead: request.method == .head)
    }

    /// How large the body of a request may be.
    func limitBytes(_ head: HTTPRequestHead) -> Int {
        // The only larger ones are posted.
        guard head.method == .POST, let path = RequestPath(head.uri.prefix { $0 != "?" }, below: base), let method = HTTPRequest.Method(head.method.rawValue),
            case .route(let place, _) = table.find(method, path.segments)
        else { return Route.Body.json.limitBytes }
        return max(table.routes[place].takes.limitBytes, Route.Body.json.limitBytes)
    }

    /// The answer to a request that no door got to see.
    /// - Parameter request: nil when not even its head could be read.
    func refuse(_ refused: Refused, _ request: HTTPRequestHead?) -> (HTTPResponseHead, ByteBuffer) {
        let id = run + names.next()
        let answer = Answer.problem(refused, request: id, language: preferredLanguage(request?.headers.first(name: "accept-language")))
        metrics.count(route: nil, status: refused.status.code, microseconds: 0)
        var headers = HTTPHeaders()
        for field in fields(answer, id: id, origin: request?.headers.first(name: "origin")) { headers.add(name: field.name.rawName, value: field.value) }
        headers.add(name: "Content-Length", value: String(answer.body.count))
        headers.replaceOrAdd(name: "Connection", value: "close")
        let status = HTTPResponseStatus(statusCode: refused.status.code, reasonPhrase: refused.status.reasonPhrase)
        return (HTTPResponseHead(version: .http1_1, status: status, headers: headers), ByteBuffer(bytes: answer.body))
    }

    // MARK: What the doors' failures become

    private func refused(_ error: any Error, _ asked: Asked, _ route: Int?) -> Refused {
        if let refused = error as? Refused { return refused }
        if let refused = refusal(error) {
            if refused.status.code >= 500 { report(refused.cause, asked, route, level: refused.status.code == 500 ? .error : .warning, code: refused.code) }
            return refused
        }
        report("\(type(of: error)): \(error)", asked, route, level: .error, code: "internal")
        return .internal
    }

    /// Once, with ids alone: never an address, a token, a key, or what somebody typed.
    private func report(_ cause: String, _ asked: Asked, _ route: Int?, level: Logger.Level, code: String) {
        log.log(
            level: level, "request failed",
            metadata: [
                "request": .string(asked.id), "operation": .string(route.map { table.routes[$0].name } ?? "none"), "code": .string(code),
                "cause": .string(cause),
            ])
    }

    // MARK: What a request may carry

    private func body(of request: Request, _ takes: Route.Body) async throws -> [UInt8] {
        if case .none = takes { return [] }
        let headers = request.headers
        switch takes {
        case .json: try require("application/json", headers)
        case .text: try require("text/plain", headers)
        case .form: try require("application/x-www-form-urlencoded", headers)
        case .none, .notice: break
        }
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" { throw Refused.unsupportedMediaType("identity") }
        if let length = headers[.contentLength] {
            guard let count = Int(length), count <= takes.limitBytes else { throw Refused.tooLarge(limitBytes: takes.limitBytes) }
        } else if headers[.transferEncoding] == nil {
            throw Refused.lengthRequired
        }
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= takes.limitBytes else { throw Refused.tooLarge(limitBytes: takes.limitBytes) }
            bytes += part.readableBytesView
        }
        return bytes
    }

    private func require(_ type: String, _ headers: HTTPFields) throws {
        let asked = headers[.contentType] ?? ""
        if asked == type { return }
        let parts = asked.lowercased().split(separator: ";", omittingEmptySubsequences: false).map { part in
            String(Substring(part.utf8.drop { $0 == 0x20 })).prefix { $0 != " " }
        }
        guard parts.first.map(String.init) == type, parts.dropFirst().allSatisfy({ !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" })
        else { throw Refused.unsupportedMediaType(type) }
    }

    // MARK: CORS and the fields of every answer

    /// Browsers ask before a page of another host sends JSON. Only the site's own pages get a yes.
    private func preflight(_ headers: HTTPFields, _ allow: String) throws -> Answer {
        let answer = Answer.nothing.with(.allow, allow)
        guard headers[.accessControlRequestMethod] != nil else { return answer }
        guard headers[values: .origin] == [origin.text] else { throw Refused.foreignOrigin }
        return answer.with(.accessControlAllowMethods, allow).with(.accessControlAllowHeaders, "content-type, accept-language")
            .with(.accessControlMaxAge, "7200")
    }

    private static func allowed(_ methods: [HTTPRequest.Method]) -> String {
        var names = methods.map(\.rawValue)
        if methods.contains(.get) { names.append("HEAD") }
        return (Set(names).sorted() + ["OPTIONS"]).joined(separator: ", ")
    }

    private func response(_ answer: Answer, _ asked: Asked, isHead: Bool) -> Response {
        var fields = fields(answer, id: asked.id, origin: asked.headers[.origin])
        let hasBody = answer.status.code != 204
        if hasBody { fields[.contentLength] = String(answer.body.count) }
        let body: ResponseBody = hasBody && !isHead ? ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)) : ResponseBody()
        var response = Response(status: answer.status, headers: [:], body: body)
        response.headers = fields
        return response
    }

    private func fields(_ answer: Answer, id: String, origin asking: String?) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(16)
        if let type = answer.contentType { fields.append(HTTPField(name: .contentType, value: type)) }
        fields.append(HTTPField(name: .date, value: date.text(at: now())))
        fields.append(HTTPField(name: .requestID, value: id))
        fields.append(HTTPField(name: .vary, value: "Origin"))
        if asking == origin.text {
            fields.append(HTTPField(name: .accessControlAllowOrigin, value: origin.text))
            fields.append(HTTPField(name: .accessControlAllowCredentials, value: "true"))
            fields.append(HTTPField(name: .accessControlExposeHeaders, value: "retry-after, x-request-id"))
        }
        fields.append(contentsOf: Self.always)
        for field in answer.fields where field.name == .setCookie || fields[field.name] == nil {
            fields.append(HTTPField(name: field.name, value: field.value))
        }
        if fields[.contentSecurityPolicy] == nil {
            fields.append(HTTPField(name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'"))
        }
        return fields
    }

    private static let always = [
        HTTPField(name: .cacheControl, value: "no-store"), HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .crossOriginResourcePolicy, value: "same-site"), HTTPField(name: .referrerPolicy, value: "no-referrer"),
    ]
}

/// Numbers requests of one run.
private final class RequestNames: Sendable {
    private let last = Atomic<Int>(0)

    func next() -> String { "-" + String(last.add(1, ordering: .relaxed).newValue, radix: 36) }
}
