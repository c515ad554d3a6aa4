import HTTPTypes
import HummingbirdCore
import LecternCore
import Logging
import NIOCore
import Testing

@testable import LecternServer

/// What holds for every door, shown on doors made for it.
struct CompanionAPITests {
    private struct Broken: Error {}

    private func api(site: String = "https://me.example/", isPreview: Bool = false) throws -> CompanionAPI {
        CompanionAPI(
            table: RouteTable([
                Route(.get, "thing/{}", "thing") { .json(["id": .text($0.parameters[0])]) },
                Route(.post, "thing/{}", "change", takes: .json) { .json(bytes: $0.body) },
                Route(.delete, "thing/{}", "remove") { _ in .nothing },
                Route(.post, "beacon", "beacon", takes: .text) { _ in .json([:]) },
                Route(.post, "payments/{}", "notice", takes: .notice) { .json(["bytes": .whole(Int64($0.body.count))]) },
                Route(.get, "broken", "broken") { _ in throw Broken() },
                Route(.get, "who", "who") { asked in .json(["session": asked.session.map { .text($0) } ?? .null, "claim": asked.claim.map { .text($0) } ?? .null]) },
            ]),
            origin: try #require(SiteOrigin(site)), base: "/api/", trustedProxies: [], answersLocalNamesOnly: isPreview, now: { Instant(milliseconds: 1_764_000_000_000) },
            log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), run: "t", refusal: { _ in nil })
    }

    private struct Heard {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]
        var json: JSON? { get throws { try JSON(bytes) } }
        var code: String? { get throws { try json?["code"]?.text } }
    }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, site: String = "https://me.example/", authority: String? = "localhost",
        isPreview: Bool = false, _ fields: [(HTTPField.Name, String)] = []
    ) async throws -> Heard {
        var head = HTTPRequest(method: method, scheme: "http", authority: authority, path: path)
        for field in fields { head.headerFields.append(HTTPField(name: field.0, value: field.1)) }
        if let body { head.headerFields[.contentLength] = String(body.utf8.count) }
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let response = try await api(site: site, isPreview: isPreview).respond(to: request, from: try #require(NetworkAddress("192.0.2.1")))
        let bytes = Collected()
        try await response.body.write(bytes)
        return Heard(status: response.status.code, headers: response.headers, bytes: await bytes.box.bytes)
    }

    private let own: [(HTTPField.Name, String)] = [(.origin, "https://me.example"), (.contentType, "application/json")]

    @Test func `an answer is never kept by a cache, never taken for a page, and carries its request's id`() async throws {
        let heard = try await ask(.get, "/api/thing/a%2Fb?x=1")
        #expect(heard.status == 200)
        #expect(try heard.json == ["id": "a/b"])
        #expect(heard.headers[.cacheControl] == "no-store" && heard.headers[.xContentTypeOptions] == "nosniff")
        #expect(heard.headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
        #expect(heard.headers[.date] == "Mon, 24 Nov 2025 16:00:00 GMT")
        #expect(heard.headers[.requestID]?.hasPrefix("t-") == true)
    }

    @Test func `a preview answers to this machine's names alone`() async throws {
        for name in ["localhost:8081", "127.0.0.1:8081", "127.0.0.1", "shop.localhost"] {
            #expect(try await ask(.get, "/api/thing/a", authority: name, isPreview: true).status == 200, "\(name)")
        }
        for name in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8081", "user@localhost", "", nil] {
            #expect(try await ask(.get, "/api/thing/a", authority: name, isPreview: true).code == "not-found", "\(name ?? "no name")")
            #expect(try await ask(.get, "/api/thing/a", authority: name).status == 200, "\(name ?? "no name")")
        }
    }

    @Test func `every failure is a problem with a stable code, in the reader's language`() async throws {
        let english = try await ask(.get, "/api/nothing", nil, [(.acceptLanguage, "en-GB,zh;q=0.5")])
        #expect(english.status == 404 && english.headers[.contentType] == "application/problem+json")
        #expect(try english.json?["detail"]?.text == "There is nothing here.")
        #expect(try english.json?["request"]?.text == english.headers[.requestID])
        let chinese = try await ask(.get, "/api/nothing", nil, [(.acceptLanguage, "zh-CN")])
        #expect(try chinese.json?["detail"]?.text == "这里什么也没有。" && chinese.code == "not-found")
    }

    @Test func `a failure that nobody foresaw is told without its details`() async throws {
        let heard = try await ask(.get, "/api/broken")
        #expect(try heard.status == 500 && heard.code == "internal")
        #expect(!String(decoding: heard.bytes, as: UTF8.self).contains("Broken"))
    }

    @Test func `another method is refused with those that there are`() async throws {
        let heard = try await ask(.put, "/api/thing/a", "{}", own)
        #expect(try heard.status == 405 && heard.code == "method-not-allowed")
        #expect(heard.headers[.allow] == "DELETE, GET, HEAD, POST, OPTIONS")
    }

    @Test func `HEAD is GET without the body`() async throws {
        let heard = try await ask(.head, "/api/thing/a")
        #expect(heard.status == 200 && heard.bytes.isEmpty && heard.headers[.contentLength] == "10")
    }

    @Test func `only the site's own pages change something`() async throws {
        #expect(try await ask(.post, "/api/thing/a", "{}", own).status == 200)
        #expect(try await ask(.post, "/api/thing/a", "{}", [(.contentType, "application/json")]).code == "foreign-origin")
        #expect(try await ask(.post, "/api/thing/a", "{}", [(.origin, "https://evil.example"), (.contentType, "application/json")]).code == "foreign-origin")
        #expect(try await ask(.delete, "/api/thing/a").code == "foreign-origin")
        #expect(try await ask(.post, "/api/beacon", "{}", [(.origin, "https://evil.example"), (.contentType, "text/plain")]).code == "foreign-origin")
        #expect(try await ask(.post, "/api/payments/stripe", "raw").status == 200)
    }

    @Test func `CORS opens to the site alone, with its cookies`() async throws {
        let own = try await ask(.get, "/api/thing/a", nil, [(.origin, "https://me.example")])
        #expect(own.headers[.accessControlAllowOrigin] == "https://me.example" && own.headers[.accessControlAllowCredentials] == "true")
        let other = try await ask(.get, "/api/thing/a", nil, [(.origin, "https://evil.example")])
        #expect(other.headers[.accessControlAllowOrigin] == nil && other.headers[.vary] == "Origin")
        let preflight = try await ask(.options, "/api/thing/a", nil, [(.origin, "https://me.example"), (.accessControlRequestMethod, "POST")])
        #expect(preflight.status == 204 && preflight.headers[.accessControlAllowHeaders] == "content-type, accept-language")
        #expect(try await ask(.options, "/api/thing/a", nil, [(.origin, "https://evil.example"), (.accessControlRequestMethod, "POST")]).code == "foreign-origin")
    }

    @Test func `a body is of the kind and the size that its door takes`() async throws {
        let origin = [own[0]]
        #expect(try await ask(.post, "/api/thing/a", "{}", origin + [(.contentType, "text/plain")]).code == "unsupported-media-type")
        #expect(try await ask(.post, "/api/thing/a", "{}", origin).code == "unsupported-media-type")
        #expect(try await ask(.post, "/api/thing/a", "{}", origin + [(.contentType, "application/json; charset=gbk")]).code == "unsupported-media-type")
        #expect(try await ask(.post, "/api/thing/a", "{}", origin + [(.contentType, "Application/JSON; charset=UTF-8")]).status == 200)
        #expect(try await ask(.post, "/api/thing/a", "{}", own + [(.contentEncoding, "gzip")]).code == "unsupported-media-type")
        #expect(try await ask(.post, "/api/thing/a", nil, own).code == "length-required")
        let large = String(repeating: "x", count: 65_537)
        let refused = try await ask(.post, "/api/thing/a", large, own)
        #expect(try refused.status == 413 && refused.code == "too-large" && refused.headers[.connection] == "close")
        #expect(try await ask(.post, "/api/payments/stripe", large).status == 200)
        #expect(try await ask(.post, "/api/payments/stripe", String(repeating: "x", count: 1_048_577)).code == "too-large")
        #expect(try await ask(.post, "/api/thing/a", large, own + [(.transferEncoding, "chunked")]).code == "too-large")
    }

    @Test func `cookies are told apart from others, and no token is made of anything else`() async throws {
        let token = String(repeating: "aZ9_-", count: 8) + "abc"
        func who(_ cookie: String, site: String = "https://me.example/") async throws -> JSON? {
            try await ask(.get, "/api/who", nil, site: site, [(.cookie, cookie)]).json
        }
        #expect(try await who("a=b; __Host-lectern=\(token); c=d")?["session"]?.text == token)
        #expect(try await who("__Host-lectern-claim=\(token)") == ["session": .null, "claim": .text(token)])
        #expect(try await who("lectern=\(token)")?["session"] == .null)
        #expect(try await who("x__Host-lectern=\(token)")?["session"] == .null)
        #expect(try await who("__Host-lectern=\(token)x")?["session"] == .null)
        #expect(try await who("__Host-lectern=\"\(token)\"")?["session"] == .null)
        #expect(try await who("lectern=\(token)", site: "http://localhost:8080/")?["session"]?.text == token)
    }
}

private struct Collected: ResponseBodyWriter {
    actor Box {
        var bytes: [UInt8] = []
        func add(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }
    }

    let box = Box()

    func write(_ buffer: ByteBuffer) async throws { await box.add(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
