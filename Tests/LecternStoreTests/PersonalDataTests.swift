import Foundation
import LecternCore
import Testing

@testable import LecternStore

@Suite struct PersonalDataTests {
    /// A code for Ada's address, asked for by nobody who is known.
    private func putCode(_ name: String, _ shop: Shop, at now: Instant) async throws {
        let code = SignInCode(
            id: ID(name), purpose: .signIn, email: EmailAddress("ada@example.com")!, code: "c", token: TokenDigest(name.utf8), next: nil,
            language: "en", createdAt: now, expiresAt: now.adding(seconds: 900))
        try await shop.store.putCode(code, mail: [OutboxMail(key: "sign-in:\(name)", kind: "sign-in", payload: #"{"sealed":"sealed-\#(name)"}"#)])
    }

    private func filled(_ shop: Shop) async throws -> Learner {
        for name in ["sent", "bounced", "dropped"] { try await putCode(name, shop, at: shop.now.adding(seconds: -2 * 86_400)) }
        try await shop.store.sent("sign-in:sent", now: shop.now)
        try await shop.store.failed("sign-in:bounced", error: "no such mailbox", nextTryAt: nil, now: shop.now)
        try await shop.store.dropped("sign-in:dropped", why: "nobody waits", now: shop.now)
        // The codes before are swept out with this one, their mails are not.
        try await putCode("waits", shop, at: shop.now)
        let ada = try await shop.learner()
        try await shop.store.setName(of: ada.id, to: "Ada Lovelace")
        try await shop.bought("a", by: ada, claim: TokenDigest("claim".utf8))
        let notice = Notice(provider: .stripe, id: "evt", body: #"{"email":"ada@example.com"}"#, receivedAt: shop.now)
        let details = PaymentDetails(countries: ["pi": "DE"])
        _ = try await shop.store.record([.paid(transaction: "pi", money: .yuan(49))], of: ID("a"), details: details, notice: notice, now: shop.now)
        _ = try await shop.session(of: ada, proof: .mail)
        try await shop.store.setPassword(of: ada.id, to: "secret-hash", now: shop.now)
        try await shop.store.enroll(ada.id, in: "gift", source: .byHand, since: shop.now)
        let events = [
            Beacon(id: "1", at: shop.now, course: "python", lesson: "python/a", event: .ask(text: "I am Ada, why?")),
            Beacon(id: "2", at: shop.now, course: "python", lesson: "python/a", event: .done),
        ]
        try await shop.store.append(events, visit: "visit-0001", learner: ada.id, progressOnly: false, now: shop.now)
        return ada
    }

    @Test func `a person's data is exported whole, without what opens their account`() async throws {
        let shop = try Shop(), ada = try await filled(shop)
        let json = try #require(try shop.store.export(ada.id, now: shop.now))
        #expect(json["learner"]?["name"] == "Ada Lovelace")
        #expect(json["orders"]?.items?.first?["state"] == "paid")
        #expect(json["orders"]?.items?.first?["consent"]?["terms"] == "digest")
        #expect(json["orders"]?.items?.first?["items"]?.items?.first?["closed"] == false)
        #expect(json["paidFrom"]?.items?.map { $0["country"] } == ["DE"])
        #expect(json["enrollments"]?.items?.map { $0["course"] } == ["gift", "python"])
        #expect(json["progress"]?.items?.count == 1 && json["events"]?.items?.count == 2)
        #expect(json["devices"]?.items?.count == 1 && json["hasPassword"] == true)
        let text = String(decoding: json.bytes, as: UTF8.self)
        #expect(!text.contains("secret-hash") && !text.contains(TokenDigest("cookie".utf8).text))
        #expect(try shop.store.export(ID("nobody"), now: shop.now) == nil)
    }

    @Test func `forgetting removes the person from the files and keeps the books`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), store = shop.store, ada = try await filled(shop)
        #expect(try await store.forget(ada.id, now: shop.now))
        #expect(try await !store.forget(ada.id, now: shop.now))
        let order = try #require(try store.order(ID("a")))
        #expect(order.state.kind == .paid && order.order.learner == ada.id && order.claim == nil)
        #expect(try store.order(attempt: order.order.attempt, claim: TokenDigest("claim".utf8), learner: nil) == nil)
        #expect(try store.learner(ada.id)?.email == nil)
        #expect(try store.session(TokenDigest("cookie".utf8), now: shop.now) == nil)
        #expect(try store.enrollments(claim: TokenDigest("claim".utf8), now: shop.now).isEmpty)
        #expect(try await store.takeDueMail(limit: 9, now: shop.now).isEmpty)
        // What a provider says of them later is kept as far as it is about money.
        let early = Notice(provider: .stripe, id: "evt_early", body: #"{"email":"ada@example.com"}"#, receivedAt: shop.now)
        let late = Notice(provider: .stripe, id: "evt_late", body: #"{"email":"ada@example.com"}"#, receivedAt: shop.now)
        let refund = OrderFact.refunded(reference: "re", transaction: "pi_2", money: .yuan(49), status: .succeeded)
        _ = try await store.keepUnresolved(early, facts: [refund], payment: "pi_2", now: shop.now)
        _ = try await store.record([.paid(transaction: "pi_2", money: .yuan(49))], of: ID("a"), notice: late, now: shop.now)
        #expect(try store.order(ID("a"))?.facts.count == 3)
        #expect(try store.unresolvedNotices().isEmpty)
        try await store.shop.truncateLog()
        // Who comes back with the same address is somebody new.
        let again = try await store.findOrMakeLearner(email: ada.email!, language: "en", newID: ID("new"), now: shop.now)
        #expect(again.id == ID("new"))
        #expect(try await store.forget(again.id, now: shop.now))
        for name in ["shop.sqlite", "shop.sqlite-wal", "beacons.sqlite", "beacons.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
            for word in ["ada@example.com", "Lovelace", "I am Ada", "secret-hash", "sealed-", TokenDigest("claim".utf8).text] {
                #expect(bytes.firstRange(of: Data(word.utf8)) == nil, "\(word) in \(name)")
            }
        }
        #expect(try await Store.check(folder: folder.path).problems == [])
        try await store.close()
    }
}
