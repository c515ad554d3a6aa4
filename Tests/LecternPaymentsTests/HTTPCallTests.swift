import LecternCore
import Testing

@testable import LecternPayments

@Suite struct HTTPCallTests {
    private func failure(_ url: String, limitBytes: Int = 1000) async -> PaymentFailure? {
        do throws(PaymentFailure) {
            _ = try await httpOverCurl(patienceSeconds: 10, limitBytes: limitBytes)(HTTPCall(method: "GET", url: url, headers: [:]))
        } catch { return error }
        return nil
    }

    @Test func `a form arrives as it was sent, and the answer as it was given`() async throws {
        let server = LoopbackServer(answer: "HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Sign:  a:b \t\r\n\r\n{}")
        let body = formEncoded([("a b", "&=é"), ("c", String(repeating: "x", count: 50_000))])
        let call = HTTPCall(method: "POST", url: server.url + "/v1/things", headers: ["Authorization": "Bearer k", "Content-Type": "application/x-www-form-urlencoded"], body: body)
        #expect(try await httpOverCurl()(call) == HTTPAnswer(status: 201, headers: ["content-length": "2", "x-sign": "a:b"], body: Array("{}".utf8)))
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /v1/things HTTP/1.1\r\n"))
        #expect(request.contains("\r\nAuthorization: Bearer k\r\n") && request.contains("\r\nContent-Length: \(body.count)\r\n"))
        #expect(request.hasSuffix("\r\n\r\n" + String(decoding: body, as: UTF8.self)))
        #expect(!request.contains("Expect:"))
    }

    @Test func `a refusal of the server's is an answer; a redirection is not followed`() async throws {
        let server = LoopbackServer(answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        #expect(try await httpOverCurl()(HTTPCall(method: "GET", url: server.url, headers: [:])).status == 302)
        #expect(server.requests.count == 1)
    }

    @Test func `an endless answer, a broken one and none are failures that pass`() async {
        let long = LoopbackServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + String(repeating: "x", count: 1001))
        #expect(await failure(long.url) == PaymentFailure(.unreachable, "the answer is too long"))
        let broken = LoopbackServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
        #expect(await failure(broken.url)?.kind == .unreachable)
        #expect(await failure(LoopbackServer(answer: nil).url)?.kind == .unreachable)
        #expect(await failure("http://127.0.0.1:1/")?.kind == .unreachable)
    }

    @Test func `keys go out over TLS alone, but for this machine`() async {
        for url in ["http://api.example/", "ftp://api.example/", "http://localhost@api.example/", "http://localhost.api.example/", "file:///etc/passwd"] {
            #expect(await failure(url)?.kind == .refused)
        }
    }
}
