import LecternCore
import LecternCrypto
import Synchronization

/// The keys that WeChat Pay signs with: public keys that were configured, and certificates that it publishes and changes.
final class WeChatPayKeys: Sendable {
    private struct State {
        var certificates: [String: PublicKey] = [:]
        var fetchedAt: Instant?
    }

    private let configured: [String: PublicKey]
    private let state = Mutex(State())
    /// So many, and those that are configured: it has two at a time.
    private static let limit = 20

    init(_ configured: [String: PublicKey]) { self.configured = configured }

    /// The name of the public key to ask for; of several the last by name. Nil: certificates.
    var preferred: String? { configured.keys.max() }

    subscript(serial: String) -> PublicKey? { configured[serial] ?? state.withLock { $0.certificates[serial] } }

    /// Whether to look for a certificate that is not known: not for a public key, and not more than once a minute, whoever makes
    /// up serials.
    func shouldFetch(_ serial: String, _ now: Instant) -> Bool {
        guard !serial.hasPrefix("PUB_KEY_ID_") else { return false }
        return state.withLock { state in
            if let last = state.fetchedAt, last <= now, now < last.adding(seconds: 60) { return false }
            state.fetchedAt = now
            return true
        }
    }

    /// Those of before stay: what they signed may still be on its way.
    func add(_ certificates: [String: PublicKey]) {
        state.withLock { state in
            if state.certificates.count + certificates.count > Self.limit { state.certificates = [:] }
            state.certificates.merge(certificates) { _, new in new }
        }
    }
}
