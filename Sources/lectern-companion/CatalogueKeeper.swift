import Glibc
import LecternContent
import LecternCore
import LecternCrypto
import LecternPayments
import LecternShop
import Logging
import Synchronization

/// The catalogue that is in force. What `lectern build` deploys is read again when it changes; what is not authentic, or
/// older than what was in force, is refused, and the last good one stays. A copy of that lies with the data, so that a
/// start finds it even while the site's host is down.
final class CatalogueKeeper: Sendable {
    private struct State {
        var index: CatalogueIndex
        /// What was looked at last, good or not: the same is not judged, and not complained of, twice.
        var seen: Digest?
        /// What is in force and could not be kept yet: tried again with every look.
        var unkept: [UInt8]?
    }

    private let source: String
    private let copy: String?
    private let keepsCopy: Bool
    private let secret: SiteSecret
    private let allowsOlder: Bool
    private let log: Logger
    private let state: Mutex<State>

    /// - Parameters:
    ///   - source: a file's path, or an https address.
    ///   - copy: where the last good one is kept; nil: nowhere.
    ///   - keepsCopy: false for who only looks, beside the companion that keeps it.
    /// - Throws: when there is neither a good catalogue nor a good copy.
    init(source: String, copy: String?, keepsCopy: Bool, secret: SiteSecret, allowsOlder: Bool, log: Logger) async throws(Problem) {
        self.source = source
        self.copy = copy
        self.keepsCopy = keepsCopy
        self.secret = secret
        self.allowsOlder = allowsOlder
        self.log = log
        var last: Catalogue?
        if let copy, access(copy, F_OK) == 0 {
            do { last = try Self.parsed(try readFile(copy, shownAs: copy, limitBytes: Self.limitBytes), secret) } catch {
                log.warning("the kept catalogue is not used", metadata: ["why": .string("\(error)")])
            }
        }
        let began: State, new: [UInt8]?
        do throws(Problem) {
            (began, new) = try await Self.begin(source, secret, last: last, allowsOlder, log)
        } catch {
            guard let last else { throw error }
            log.warning("the catalogue cannot be read; the one before stays in force", metadata: ["why": .string(error.message)])
            (began, new) = (State(index: CatalogueIndex(last), seen: nil), nil)
        }
        state = Mutex(began)
        if let new { keep(new) }
    }

    /// - Returns: what is in force, and its bytes when it is not the kept one.
    private static func begin(
        _ source: String, _ secret: SiteSecret, last: Catalogue?, _ allowsOlder: Bool, _ log: Logger
    ) async throws(Problem) -> (State, [UInt8]?) {
        let bytes = try await bytes(source)
        let new: Catalogue
        do throws(CatalogueRefusal) { new = try parsed(bytes, secret) } catch { throw problem(error, source) }
        if let last, !allowsOlder, !new.replaces(last) {
            log.warning("the catalogue is older than the one in force, and is not used", metadata: revisions(new, last))
            return (State(index: CatalogueIndex(last), seen: Digest(bytes)), nil)
        }
        return (State(index: CatalogueIndex(new), seen: Digest(bytes)), new == last ? nil : bytes)
    }

    var index: CatalogueIndex { state.withLock(\.index) }
    private var current: Catalogue { index.catalogue }

    /// Looks again.
    func refresh() async {
        let bytes: [UInt8]
        do throws(Problem) { bytes = try await Self.bytes(source) } catch {
            log.warning("the catalogue cannot be read; the one before stays in force", metadata: ["why": .string(error.message)])
            return
        }
        let digest = Digest(bytes)
        let (isNew, unkept) = state.withLock { state in
            defer { state.seen = digest }
            return (state.seen != digest, state.unkept)
        }
        guard isNew else {
            if let unkept { keep(unkept) }
            return
        }
        do throws(CatalogueRefusal) {
            let new = try Self.parsed(bytes, secret), last = current
            guard allowsOlder || new.replaces(last) else {
                log.warning("the catalogue is older than the one in force, and is not used", metadata: Self.revisions(new, last))
                return
            }
            let index = CatalogueIndex(new)
            state.withLock { $0.index = index }
            log.info("a new catalogue is in force", metadata: ["revision": .stringConvertible(new.revision), "courses": .stringConvertible(new.courses.count)])
            keep(bytes)
        } catch {
            log.error("the catalogue is refused; the one before stays in force", metadata: ["why": .string(Self.words(error))])
        }
    }

    private static let limitBytes = 64 << 20

    private static func parsed(_ bytes: [UInt8], _ secret: SiteSecret) throws(CatalogueRefusal) -> Catalogue {
        try Catalogue.read(bytes: bytes, secret: secret)
    }

    private static func bytes(_ source: String) async throws(Problem) -> [UInt8] {
        guard source.hasPrefix("https://") else { return try readFile(source, shownAs: source, limitBytes: limitBytes) }
        do throws(PaymentFailure) {
            let answer = try await httpOverCurl(limitBytes: limitBytes)(HTTPCall(method: "GET", url: source, headers: [:]))
            guard answer.status == 200 else { throw PaymentFailure(.refused, "it answers \(answer.status)") }
            return answer.body
        } catch {
            throw Problem(.error, "the catalogue cannot be fetched: \(error.words)", file: source)
        }
    }

    /// Without its copy the companion sells on; after a restart it would not know an older catalogue for one.
    private func keep(_ bytes: [UInt8]) {
        guard let copy, keepsCopy else { return }
        let wasUnkept = state.withLock { $0.unkept != nil }
        do throws(Problem) {
            try writeFile(copy, bytes)
            state.withLock { $0.unkept = nil }
        } catch {
            state.withLock { $0.unkept = bytes }
            if !wasUnkept { log.error("the catalogue's copy cannot be written; it is tried again", metadata: ["why": .string("\(error)")]) }
        }
    }

    private static func problem(_ refusal: CatalogueRefusal, _ source: String) -> Problem {
        Problem(.error, words(refusal), file: source, help: ["build the site again, with its secret and this version of Lectern"])
    }

    private static func words(_ refusal: CatalogueRefusal) -> String {
        switch refusal {
        case .isNotAuthenticated: "the catalogue carries no code: the site was built without its secret"
        case .isOfAnotherSecret: "the catalogue was made with another secret, or changed on its way"
        case .isOfAnotherVersion: "the catalogue was made by a Lectern that is newer or older than this one"
        }
    }

    private static func revisions(_ new: Catalogue, _ last: Catalogue) -> Logger.Metadata {
        ["revision": .stringConvertible(new.revision), "inForce": .stringConvertible(last.revision)]
    }
}
