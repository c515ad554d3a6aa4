import Foundation
import LecternCore
@testable import LecternStore

/// A store of its own, with somebody who buys.
struct Shop {
    let store: Store
    let now = Instant(seconds: 1_800_000_000)

    init() throws { store = try Store.inMemory() }
    init(folder: TemporaryFolder) throws { store = try Store.open(folder: folder.path) }

    func learner(_ name: String = "ada") async throws -> Learner {
        try await store.findOrMakeLearner(email: EmailAddress("\(name)@example.com")!, language: "en", newID: ID("learner-\(name)"), now: now)
    }

    func order(
        _ id: String, for learner: Learner, _ courses: [String] = ["python"], attempt: String? = nil, provider: ProviderName = .stripe,
        at instant: Instant? = nil
    ) -> Order {
        Order(
            id: ID(id), learner: learner.id, items: courses.map { Order.Item(course: $0, title: $0.uppercased(), price: .yuan(49)) },
            total: .yuan(49 * Int64(courses.count)), provider: provider, attempt: attempt ?? "attempt-" + id, language: "en", visit: nil,
            consent: Consent(terms: "digest", immediateDelivery: true, at: instant ?? now), createdAt: instant ?? now)
    }

    /// An order that was opened, and paid if a payment is named.
    @discardableResult
    func bought(
        _ id: String, by learner: Learner, _ courses: [String] = ["python"], claim: TokenDigest? = nil, payment: String? = nil
    ) async throws -> OrderRecord {
        let order = order(id, for: learner, courses)
        let opened = try await store.openOrder(order, claim: claim)
        guard let payment else { return opened.record }
        return try await store.record([.paid(transaction: payment, money: order.total)], of: order.id, now: now)!.record
    }

    func session(_ name: String = "cookie", of learner: Learner, proof: Session.Proof = .passkey) async throws -> TokenDigest {
        let digest = TokenDigest(name.utf8)
        try await store.openSession(
            Session(
                id: ID("session-" + name), digest: digest, learner: learner.id, createdAt: now, expiresAt: now.adding(seconds: 1000),
                device: "Firefox on Linux", proof: proof))
        return digest
    }
}

extension Money {
    static func yuan(_ yuan: Int64) -> Money { Money(minorUnits: yuan * 100, currency: .cny) }
}

/// A folder that is removed with the value's last user.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "lectern-store-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") }
    }
}
