import CCurl
import LecternCore

/// A request to a payment provider, as a value.
public struct HTTPCall: Sendable, Equatable {
    public var method: String
    public var url: String
    public var headers: [String: String]
    public var body: [UInt8]
    /// Of an answer; nil: the sender's own. A longer one is none.
    public var limitBytes: Int?

    public init(method: String, url: String, headers: [String: String], body: [UInt8] = [], limitBytes: Int? = nil) {
        self.limitBytes = limitBytes
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

public struct HTTPAnswer: Sendable, Equatable {
    public var status: Int
    /// Names in lower case; of one that stands twice, the last.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Sends requests; a provider is handed one, so that a stand-in can answer.
public typealias SendHTTP = @Sendable (HTTPCall) async throws(PaymentFailure) -> HTTPAnswer

/// Sends over TLS, verified, through libcurl. Plain HTTP goes to this machine alone, for stand-ins.
/// - Parameters:
///   - patienceSeconds: from start to end.
///   - limitBytes: of an answer; a longer one is none.
public func httpOverCurl(patienceSeconds: Int = 20, limitBytes: Int = 2 << 20) -> SendHTTP {
    { call throws(PaymentFailure) in
        guard call.url.hasPrefix("https://") || isLoopback(call.url) else {
            throw PaymentFailure(.refused, "no address to send keys to: it is not https")
        }
        let outcome = await CurlTransfer.run { transfer in
            transfer.set(CURLOPT_URL, call.url)
            transfer.set(CURLOPT_PROTOCOLS_STR, isLoopback(call.url) ? "http,https" : "https")
            transfer.set(CURLOPT_CUSTOMREQUEST, call.method)
            transfer.set(CURLOPT_CONNECTTIMEOUT, min(10, patienceSeconds))
            transfer.set(CURLOPT_TIMEOUT, patienceSeconds)
            // "Expect" would wait a second for servers that do not know it.
            transfer.set(CURLOPT_HTTPHEADER, list: call.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } + ["Expect:"])
            if call.method != "GET" {
                transfer.set(CURLOPT_POST, 1)
                transfer.set(CURLOPT_POSTFIELDSIZE, call.body.count)
                transfer.send(call.body)
            }
            transfer.receive(limitBytes: call.limitBytes ?? limitBytes)
        }
        guard let outcome else { throw PaymentFailure(.unreachable, "too many requests to providers are under way") }
        guard outcome.curlCode == 0, outcome.status != 0 else { throw PaymentFailure(.unreachable, outcome.words) }
        return HTTPAnswer(status: outcome.status, headers: outcome.headers, body: outcome.body)
    }
}

/// `http://` to this machine.
package func isLoopback(_ url: String) -> Bool {
    guard url.hasPrefix("http://") else { return false }
    let host = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // What stands before an @ is no host: http://localhost@evil.example leads to evil.example.
    guard !host.contains("@") else { return false }
    if host.hasPrefix("[::1]") { return true }
    let name = host.prefix { $0 != ":" }
    return name == "localhost" || name == "127.0.0.1"
}

/// `application/x-www-form-urlencoded`, names and values in UTF-8.
package func formEncoded(_ fields: [(String, String)]) -> [UInt8] {
    func encoded(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
    return Array(fields.map { encoded($0.0) + [UInt8(ascii: "=")] + encoded($0.1) }.joined(separator: [UInt8(ascii: "&")]))
}
