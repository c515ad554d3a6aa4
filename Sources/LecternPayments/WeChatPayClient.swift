import Foundation
import LecternCore
import LecternCrypto

/// Signed requests to WeChat Pay, and answers that are believed by their signature ("APIv3签名", WeChat Pay's documentation).
struct WeChatPayClient: Sendable {
    let settings: WeChatPaySettings
    let keys: WeChatPayKeys
    private let signingKey: SigningKey
    let send: SendHTTP
    private let base: String

    init?(settings: WeChatPaySettings, send: @escaping SendHTTP) {
        guard let key = SigningKey(settings.privateKey) else { return nil }
        signingKey = key
        self.settings = settings
        self.send = send
        keys = WeChatPayKeys(settings.publicKeys.compactMapValues { PublicKey(rsa: $0) })
        base = settings.baseURL.hasSuffix("/") ? String(settings.baseURL.dropLast()) : settings.baseURL
    }

    /// - Throws: `.refused` with WeChat Pay's code when it says no, `.unreachable` when nothing is certain.
    func call(_ method: String, _ path: String, _ body: JSON?, _ now: Instant) async throws(PaymentFailure) -> JSON {
        let answer = try await signed(method, base + path, body, now)
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
        return try await verified(answer, path, now)
    }

    /// - Returns: nil when there is no such order or refund.
    func callIfThere(_ method: String, _ path: String, _ body: JSON?, _ now: Instant) async throws(PaymentFailure) -> JSON? {
        let answer = try await signed(method, base + path, body, now)
        if answer.status == 404, ["ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"].contains(code(answer)) { return nil }
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
        return try await verified(answer, path, now)
    }

    func callWithoutAnswer(_ method: String, _ path: String, _ body: JSON, _ now: Instant) async throws(PaymentFailure) {
        let answer = try await signed(method, base + path, body, now)
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
    }

    /// - Parameter url: of WeChat Pay's own host: nothing else is sent what the key signed.
    func signed(
        _ method: String, _ url: String, _ body: JSON?, _ now: Instant, limitBytes: Int? = nil
    ) async throws(PaymentFailure) -> HTTPAnswer {
        guard url.hasPrefix(base + "/") else { throw PaymentFailure(.refused, "an address that is not WeChat Pay's") }
        let bytes = body?.bytes ?? []
        let target = String(url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...].drop { $0 != "/" })
        let nonce = try nonce()
        let seconds = now.milliseconds / 1000
        let message = Array("\(method)\n\(target)\n\(seconds)\n\(nonce)\n".utf8) + bytes + [UInt8(ascii: "\n")]
        let signature = Data(signingKey.signature(of: message)).base64EncodedString()
        var headers = [
            "Authorization":
                "WECHATPAY2-SHA256-RSA2048 mchid=\"\(settings.merchantID)\",nonce_str=\"\(nonce)\",signature=\"\(signature)\",timestamp=\"\(seconds)\",serial_no=\"\(settings.certificateSerial)\"",
            "Accept": "application/json", "User-Agent": "Lectern",
        ]
        if body != nil { headers["Content-Type"] = "application/json" }
        // With which of its keys it should sign; without it, with a certificate's.
        if let name = keys.preferred { headers["Wechatpay-Serial"] = name }
        return try await send(HTTPCall(method: method, url: url, headers: headers, body: bytes, limitBytes: limitBytes))
    }

    func nonce() throws(PaymentFailure) -> String {
        do { return try LecternCrypto.randomBytes(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() } catch {
            throw PaymentFailure(.unreachable, "the system gives no random bytes")
        }
    }

    func sign(_ text: String) -> String { Data(signingKey.signature(of: Array(text.utf8))).base64EncodedString() }

    private func verified(_ answer: HTTPAnswer, _ path: String, _ now: Instant) async throws(PaymentFailure) -> JSON {
        do throws(NoticeRefusal) { try await check(answer.headers, answer.body, now) } catch {
            throw PaymentFailure(.unreachable, "WeChat Pay's answer is not signed as it should be: \(error)")
        }
        do { return try JSON(answer.body) } catch {
            throw PaymentFailure(.unreachable, "WeChat Pay's answer to \(path.prefix { $0 != "?" }) cannot be read")
        }
    }

    /// Of a notice, and of an answer: the same headers.
    func check(_ headers: [String: String], _ body: [UInt8], _ now: Instant) async throws(NoticeRefusal) {
        guard let time = headers["wechatpay-timestamp"], let nonce = headers["wechatpay-nonce"], let serial = headers["wechatpay-serial"],
            let text = headers["wechatpay-signature"], let seconds = Int64(time), text.utf8.count <= 4096, nonce.utf8.count <= 256
        else { throw .isUnsigned }
        // Before any key is looked for: what is old costs nothing.
        guard seconds >= 0, seconds < 1 << 40, abs(now.milliseconds / 1000 - seconds) <= NoticeSignature.toleranceSeconds else {
            throw .isFromAnotherTime
        }
        // Probes of WeChat Pay's begin with WECHATPAY/SIGNTEST/, and are no signatures.
        guard let signature = Data(base64Encoded: text) else { throw .isForged }
        var key = keys[serial]
        if key == nil, keys.shouldFetch(serial, now) { key = await fetchCertificates(now)[serial] }
        guard let key, key.verifies(Array(signature), of: Array("\(time)\n\(nonce)\n".utf8) + body + [UInt8(ascii: "\n")]) else { throw .isForged }
    }

    /// "下载平台证书": encrypted with our API key, so that nobody else can have made them, and signed with one of themselves.
    private func fetchCertificates(_ now: Instant) async -> [String: PublicKey] {
        do {
            let answer = try await signed("GET", base + "/v3/certificates", nil, now)
            guard answer.status == 200, let items = try JSON(answer.body)["data"]?.items else { return [:] }
            var found: [String: PublicKey] = [:]
            for item in items {
                guard let sealed = item["encrypt_certificate"], let pem = opened(sealed),
                    let certificate = Certificate(pem: String(decoding: pem, as: UTF8.self))
                else { continue }
                found[certificate.serial] = certificate.publicKey
            }
            keys.add(found)
            return found
        } catch { return [:] }
    }

    /// What AES-256-GCM hides in notices and in the list of certificates.
    func opened(_ resource: JSON) -> [UInt8]? {
        guard resource["algorithm"]?.text ?? "AEAD_AES_256_GCM" == "AEAD_AES_256_GCM", let nonce = resource["nonce"]?.text,
            nonce.utf8.count == AESGCM.nonceBytes, let text = resource["ciphertext"]?.text, let sealed = Data(base64Encoded: text)
        else { return nil }
        do {
            return try AESGCM.open(
                Array(sealed), key: Array(settings.apiKey.utf8), nonce: Array(nonce.utf8),
                authenticated: Array((resource["associated_data"]?.text ?? "").utf8))
        } catch { return nil }
    }

    func failure(_ answer: HTTPAnswer) -> PaymentFailure {
        // Its code, not its sentence: that may quote what was sent.
        let passes = answer.status >= 500 || answer.status == 429 || answer.status < 400
        return PaymentFailure(passes ? .unreachable : .refused, "WeChat Pay answered \(answer.status) \(code(answer))")
    }

    private func code(_ answer: HTTPAnswer) -> String {
        let json: JSON?
        do { json = try JSON(answer.body) } catch { json = nil }
        return String((json?["code"]?.text ?? "").prefix(64).filter { $0.isASCII && !$0.isWhitespace })
    }

    /// An id that becomes part of an address.
    func safe(_ id: String) throws(PaymentFailure) -> String {
        guard (1...64).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2D })
        else { throw PaymentFailure(.refused, "no id of WeChat Pay's") }
        return id
    }
}
