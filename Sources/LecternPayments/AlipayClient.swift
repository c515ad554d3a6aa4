import Foundation
import LecternCore
import LecternCrypto

/// Signed requests to Alipay's gateway, and answers that are believed by their signature ("签名规则", Alipay's documentation).
struct AlipayClient: Sendable {
    let settings: AlipaySettings
    private let signingKey: SigningKey
    private let keys: [PublicKey]
    /// What tells Alipay which certificates are used.
    private let certificateFields: [(String, String)]
    private let send: SendHTTP

    init?(settings: AlipaySettings, send: @escaping SendHTTP) {
        guard let key = SigningKey(settings.privateKey) else { return nil }
        signingKey = key
        keys = settings.alipayKeys.compactMap(AlipaySettings.key)
        var fields: [(String, String)] = []
        if let certificates = settings.certificates {
            guard let own = AlipayCertificate(pem: certificates.application)?.name, let root = alipayRootSerial(certificates.root) else { return nil }
            fields = [("app_cert_sn", own), ("alipay_root_cert_sn", root)]
        }
        certificateFields = fields
        self.settings = settings
        self.send = send
    }

    /// All parameters of a request with their signature: over `name=value`, sorted and joined with `&`, without those that are empty.
    func signed(_ method: String, _ content: JSON, _ now: Instant, more: [(String, String)] = []) -> [(String, String)] {
        let fields = [
            ("app_id", settings.appID), ("method", method), ("format", "JSON"), ("charset", "utf-8"), ("sign_type", "RSA2"),
            ("timestamp", chinaTime(now).replacing("T", with: " ")), ("version", "1.0"), ("biz_content", String(decoding: content.bytes, as: UTF8.self)),
        ] + certificateFields + more
        let text = fields.filter { !$0.1.isEmpty }.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        return fields + [("sign", Data(signingKey.signature(of: Array(text.utf8))).base64EncodedString())]
    }

    /// - Returns: what it answered, also when it says no: `code` and `sub_code` tell.
    func call(_ method: String, _ content: JSON, _ now: Instant) async throws(PaymentFailure) -> JSON {
        let answer = try await send(
            HTTPCall(
                method: "POST", url: settings.baseURL + "?charset=utf-8",
                headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "Lectern"],
                body: formEncoded(signed(method, content, now))))
        guard answer.status == 200 else { throw PaymentFailure(.unreachable, "Alipay answered \(answer.status)") }
        let json: JSON
        do { json = try JSON(answer.body) } catch { throw PaymentFailure(.unreachable, "Alipay's answer to \(method) cannot be read") }
        let name = method.replacing(".", with: "_") + "_response"
        guard let value = json[name] else {
            let refused = json["error_response"]
            throw failure(refused ?? .null, "\(method): ")
        }
        // Whose request could not be understood gets an unsigned no.
        guard let text = json["sign"]?.text, !text.isEmpty else { throw failure(value, "\(method), unsigned: ") }
        guard let signature = Data(base64Encoded: text), let raw = rawMember(name, of: answer.body), verifies(Array(signature), raw) else {
            throw PaymentFailure(.unreachable, "Alipay's answer to \(method) is not signed as it should be")
        }
        return value
    }

    func verifies(_ signature: [UInt8], _ message: [UInt8]) -> Bool { keys.contains { $0.verifies(signature, of: message) } }

    func requireDone(_ answer: JSON) throws(PaymentFailure) {
        guard answer["code"]?.text == "10000" else { throw failure(answer, "") }
    }

    private func failure(_ answer: JSON, _ what: String) -> PaymentFailure {
        let code = answer["code"]?.text ?? "", detail = answer["sub_code"]?.text ?? ""
        // Its own faults, and what it is still busy with.
        let passes = code == "20000" || ["ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR"].contains(detail)
        let words = "\(what)\(code) \(detail)".filter { $0.isASCII }
        return PaymentFailure(passes || code.isEmpty ? .unreachable : .refused, "Alipay answered \(words.prefix(120))")
    }
}

/// The bytes of one member's value, as they came: what was signed is these, and no other way to write the same.
/// - Parameter json: an object that was read as JSON already.
func rawMember(_ name: String, of json: [UInt8]) -> [UInt8]? {
    var depth = 0, at = 0
    /// The end of the text that begins at a quote.
    func endOfText(_ start: Int) -> Int {
        var at = start + 1
        while at < json.count, json[at] != UInt8(ascii: "\"") { at += json[at] == UInt8(ascii: "\\") ? 2 : 1 }
        return at + 1
    }
    let wanted = Array("\"\(name)\"".utf8)
    while at < json.count {
        switch json[at] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: "\""):
            let end = endOfText(at)
            var value = end
            while value < json.count, [0x20, 0x09, 0x0A, 0x0D].contains(json[value]) { value += 1 }
            if depth == 1, end <= json.count, value < json.count, json[value] == UInt8(ascii: ":"), json[at..<end].elementsEqual(wanted) {
                value += 1
                while value < json.count, [0x20, 0x09, 0x0A, 0x0D].contains(json[value]) { value += 1 }
                return rawObject(json, from: value, endOfText: endOfText)
            }
            at = end
            continue
        default: break
        }
        at += 1
    }
    return nil
}

private func rawObject(_ json: [UInt8], from start: Int, endOfText: (Int) -> Int) -> [UInt8]? {
    guard start < json.count, json[start] == UInt8(ascii: "{") else { return nil }
    var depth = 0, at = start
    while at < json.count {
        switch json[at] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0 { return Array(json[start...at]) }
        case UInt8(ascii: "\""):
            at = endOfText(at)
            continue
        default: break
        }
        at += 1
    }
    return nil
}
