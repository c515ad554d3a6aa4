import LecternCore
import Testing

@testable import LecternStore

@Suite struct SignInTests {
    private func code(_ id: String, _ digits: String, email: EmailAddress, at now: Instant, for learner: ID<Learner>? = nil) -> SignInCode {
        SignInCode(
            id: ID(id), purpose: learner == nil ? .signIn : .changeEmail, email: email, learner: learner, code: digits,
            token: TokenDigest(id.utf8), next: "/courses/python/", language: "en", createdAt: now, expiresAt: now.adding(seconds: 900))
    }
    private let email = EmailAddress("ada@example.com")!

    @Test func `a code is good once, and ends the others`() async throws {
        let shop = try Shop(), now = shop.now
        try await shop.store.putCode(code("one", "111111", email: email, at: now))
        try await shop.store.putCode(code("two", "222222", email: email, at: now))
        #expect(try await shop.store.useCode(email: email, code: "222222", now: now)?.next == "/courses/python/")
        #expect(try await shop.store.useCode(email: email, code: "222222", now: now) == nil)
        #expect(try await shop.store.useCode(email: email, code: "111111", now: now) == nil)
        #expect(try await shop.store.useToken(TokenDigest("one".utf8), now: now) == nil)
    }

    @Test func `six wrong guesses end a code but not its link`() async throws {
        let shop = try Shop(), now = shop.now
        try await shop.store.putCode(code("one", "111111", email: email, at: now))
        for guess in 1...6 { #expect(try await shop.store.useCode(email: email, code: "00000\(guess)", now: now) == nil) }
        #expect(try await shop.store.useCode(email: email, code: "111111", now: now) == nil)
        #expect(try await shop.store.useToken(TokenDigest("one".utf8), now: now)?.email == email)
        #expect(try await shop.store.useToken(TokenDigest("one".utf8), now: now) == nil)
    }

    @Test func `the sixth guess may be right`() async throws {
        let shop = try Shop(), now = shop.now
        try await shop.store.putCode(code("one", "111111", email: email, at: now))
        for guess in 1...5 { #expect(try await shop.store.useCode(email: email, code: "00000\(guess)", now: now) == nil) }
        #expect(try await shop.store.useCode(email: email, code: "111111", now: now) != nil)
    }

    @Test func `of many who try one code at once, one gets in`() async throws {
        let folder = try TemporaryFolder(), shop = try Shop(folder: folder), now = shop.now
        try await shop.store.putCode(code("one", "111111", email: email, at: now))
        let digest = TokenDigest("one".utf8), store = shop.store
        let used = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 1...50 { group.addTask { try await store.useToken(digest, now: now) != nil } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(used == 1)
        try await shop.store.close()
    }

    @Test func `a code is over at its end, and is of its address, purpose and learner`() async throws {
        let shop = try Shop(), now = shop.now, ada = try await shop.learner(), bob = try await shop.learner("bob")
        let other = EmailAddress("new@example.com")!
        try await shop.store.putCode(code("one", "111111", email: email, at: now))
        try await shop.store.putCode(code("two", "222222", email: other, at: now, for: ada.id))
        #expect(try await shop.store.useCode(email: email, code: "111111", now: now.adding(seconds: 900)) == nil)
        #expect(try await shop.store.useCode(email: other, code: "111111", now: now) == nil)
        #expect(try await shop.store.useCode(email: other, code: "222222", now: now) == nil)
        #expect(try await shop.store.useCode(email: other, purpose: .changeEmail, learner: bob.id, code: "222222", now: now) == nil)
        #expect(try await shop.store.useCode(email: other, purpose: .changeEmail, learner: ada.id, code: "222222", now: now) != nil)
    }

    @Test func `an address has one learner, and signing in by mail confirms it`() async throws {
        let shop = try Shop(), ada = try await shop.learner()
        let again = try await shop.store.findOrMakeLearner(email: ada.email!, language: "zh", newID: ID("another"), now: shop.now)
        #expect(again == ada && ada.confirmedAt == nil)
        _ = try await shop.session("password", of: ada, proof: .password)
        #expect(try shop.store.learner(ada.id)?.confirmedAt == nil)
        _ = try await shop.session("mail", of: ada, proof: .mail)
        #expect(try shop.store.learner(ada.id)?.confirmedAt == shop.now)
    }

    @Test func `an address that another learner has is not taken over`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), bob = try await shop.learner("bob")
        #expect(try await shop.store.changeEmail(of: ada.id, to: bob.email!, now: shop.now) == nil)
        let free = EmailAddress("countess@example.com")!
        #expect(try await shop.store.changeEmail(of: ada.id, to: free, now: shop.now)?.email == free)
        #expect(try shop.store.learner(email: ada.email!) == nil)
    }

    @Test func `a session is over at its end, slides when seen, and ends where it is told to`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), bob = try await shop.learner("bob"), now = shop.now
        let phone = try await shop.session("phone", of: ada), desk = try await shop.session("desk", of: ada)
        #expect(try shop.store.session(phone, now: now.adding(seconds: 1000)) == nil)
        let session = try #require(try shop.store.session(phone, now: now))
        let later = now.adding(seconds: 3600)
        try await shop.store.touch(session, expiresAt: later.adding(seconds: 5000), now: now.adding(seconds: 900))
        #expect(try shop.store.session(phone, now: now)?.lastSeenAt == now)
        try await shop.store.touch(session, expiresAt: later.adding(seconds: 5000), now: later)
        // It was over by then: being seen does not bring it back.
        #expect(try shop.store.session(phone, now: later) == nil)
        #expect(try shop.store.sessions(of: ada.id, now: now).map(\.id.text) == ["session-desk", "session-phone"])
        #expect(try await !shop.store.endSession(ID("session-phone"), of: bob.id))
        #expect(try await shop.store.endAllSessions(of: ada.id, besides: desk) == 1)
        #expect(try await shop.store.endSession(desk))
        #expect(try shop.store.sessions(of: ada.id, now: now).isEmpty)
    }

    @Test func `signing in ends the session that the device had before`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), old = try await shop.session("old", of: ada)
        let new = Session(
            id: ID("new"), digest: TokenDigest("new".utf8), learner: ada.id, createdAt: shop.now, expiresAt: shop.now.adding(seconds: 9),
            device: "", proof: .mail)
        try await shop.store.openSession(new, replacing: old)
        #expect(try shop.store.session(old, now: shop.now) == nil)
        #expect(try shop.store.session(new.digest, now: shop.now) == new)
    }

    @Test func `a password hashed anew does not undo a change made meanwhile`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), store = shop.store
        #expect(try store.password(of: ada.id) == nil)
        try await store.setPassword(of: ada.id, to: "old", now: shop.now)
        try await store.setPassword(of: ada.id, to: "changed", now: shop.now)
        #expect(try await !store.setPassword(of: ada.id, to: "old, stronger", replacing: "old", now: shop.now))
        #expect(try store.password(of: ada.id) == "changed")
        #expect(try await store.setPassword(of: ada.id, to: "stronger", replacing: "changed", now: shop.now))
        try await store.removePassword(of: ada.id)
        #expect(try store.password(of: ada.id) == nil)
    }

    @Test func `a passkey whose counter does not count up is refused`() async throws {
        let shop = try Shop(), ada = try await shop.learner(), bob = try await shop.learner("bob"), store = shop.store
        func passkey(_ id: String, of learner: Learner, counter: Int64) -> Passkey {
            Passkey(credential: id, learner: learner.id, publicKey: "key", counter: counter, name: "Phone", createdAt: shop.now)
        }
        #expect(try await store.addPasskey(passkey("a", of: ada, counter: 5)))
        #expect(try await !store.addPasskey(passkey("a", of: bob, counter: 0)))
        #expect(try await !store.useCounter(5, of: "a", now: shop.now))
        #expect(try await !store.useCounter(0, of: "a", now: shop.now))
        #expect(try await store.useCounter(6, of: "a", now: shop.now))
        #expect(try store.passkey("a")?.lastUsedAt == shop.now)
        #expect(try await store.addPasskey(passkey("b", of: ada, counter: 0)))
        for _ in 1...2 { #expect(try await store.useCounter(0, of: "b", now: shop.now)) }
        #expect(try await !store.addPasskey(passkey("c", of: ada, counter: 0), limit: 2))
        #expect(try await !store.removePasskey("b", of: bob.id))
        #expect(try await store.removePasskey("b", of: ada.id))
        #expect(try store.passkeys(of: ada.id).map(\.credential) == ["a"])
    }

    @Test func `a challenge is taken once, for its purpose, in time`() async throws {
        let shop = try Shop(), store = shop.store
        func put(_ name: String) async throws -> Challenge {
            let challenge = Challenge(digest: TokenDigest(name.utf8), purpose: .signIn, learner: nil, expiresAt: shop.now.adding(seconds: 60))
            try await store.putChallenge(challenge, now: shop.now)
            return challenge
        }
        let one = try await put("one"), two = try await put("two")
        #expect(try await store.takeChallenge(one.digest, purpose: .register, now: shop.now) == nil)
        #expect(try await store.takeChallenge(one.digest, purpose: .signIn, now: shop.now) == one)
        #expect(try await store.takeChallenge(one.digest, purpose: .signIn, now: shop.now) == nil)
        #expect(try await store.takeChallenge(two.digest, purpose: .signIn, now: shop.now.adding(seconds: 60)) == nil)
    }
}
