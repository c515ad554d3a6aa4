import LecternCore
import LecternCrypto

/// `t=1700000000,v1=HEX,v1=HEX`: HMAC-SHA-256 of "t.body" under each secret that is valid ("Check the webhook signatures",
/// Stripe's documentation). The pretended payments sign the same way.
public struct NoticeSignature: Sendable {
    public static let toleranceSeconds: Int64 = 300
    /// While a secret is rolled there are two. Never empty ones.
    private let secrets: [[UInt8]]

    /// - Returns: nil without a secret, or with an empty one: everybody could sign with that.
    public init?(secrets: [[UInt8]]) {
        guard !secrets.isEmpty, secrets.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.secrets = secrets
    }

    public func check(header: String?, body: [UInt8], now: Instant) throws(NoticeRefusal) {
        guard let header, header.utf8.count <= 4096 else { throw .isUnsigned }
        var time: String?
        var candidates: [[UInt8]] = []
        for part in header.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            switch pair[0].drop(while: { $0 == " " }) {
            case "t": time = String(pair[1])
            case "v1": if candidates.count < 8, let bytes = bytes(hexadecimal: pair[1]) { candidates.append(bytes) }
            default: break
            }
        }
        guard let time, let seconds = Int64(time), seconds >= 0, seconds < 1 << 40, !candidates.isEmpty else { throw .isUnsigned }
        // Every pair is compared, so that the time taken tells nothing about which of them was nearly right.
        var matches = false
        for secret in secrets {
            let right = hmacSHA256(Array("\(time).".utf8) + body, key: secret)
            for candidate in candidates where constantTimeEqual(candidate, right) { matches = true }
        }
        guard matches else { throw .isForged }
        let nowSeconds = now.milliseconds / 1000
        guard abs(nowSeconds - seconds) <= Self.toleranceSeconds else { throw .isFromAnotherTime }
    }

    public func header(body: [UInt8], now: Instant) -> String {
        let seconds = now.milliseconds / 1000
        let mac = hmacSHA256(Array("\(seconds).".utf8) + body, key: secrets[0])
        return "t=\(seconds),v1=\(mac.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())"
    }

    private func bytes(hexadecimal text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
