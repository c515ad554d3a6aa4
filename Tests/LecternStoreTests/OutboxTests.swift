import LecternCore
import Testing

@testable import LecternStore

@Suite struct OutboxTests {
    @Test func `a mail is owed once for each key, and sent once`() async throws {
        let shop = try Shop(), store = shop.store, now = shop.now
        for payload in ["{}", #"{"second":true}"#] { try await store.put(OutboxMail(key: "k", kind: "sign-in", payload: payload), now: now) }
        let due = try await store.takeDueMail(limit: 10, now: now)
        #expect(due.map(\.mail) == [OutboxMail(key: "k", kind: "sign-in")])
        #expect(due.map(\.attempts) == [1])
        try await store.sent("k", now: now)
        #expect(try await store.takeDueMail(limit: 10, now: now.adding(seconds: 9999)).isEmpty)
        #expect(try await !store.retry("k", now: now))
        #expect(try store.mail("k")?.sentAt == now)
    }

    @Test func `two senders never get the same mail, and one that crashed leaves it to the next`() async throws {
        let shop = try Shop(), store = shop.store, now = shop.now
        for number in 1...5 { try await store.put(OutboxMail(key: "k\(number)", kind: "sign-in"), now: now.adding(seconds: Int64(number))) }
        let later = now.adding(seconds: 10)
        let first = try await store.takeDueMail(limit: 2, now: later), second = try await store.takeDueMail(limit: 9, now: later)
        #expect(first.map(\.mail.key) == ["k1", "k2"])
        #expect(second.map(\.mail.key) == ["k3", "k4", "k5"])
        let third = try await store.takeDueMail(limit: 9, now: later.adding(seconds: 120))
        #expect(third.map(\.attempts) == [2, 2, 2, 2, 2])
    }

    @Test func `a mail that cannot be sent is tried again, then given up with an alert`() async throws {
        let shop = try Shop(), store = shop.store, now = shop.now
        try await store.put(OutboxMail(key: "k", kind: "sign-in"), now: now)
        _ = try await store.takeDueMail(limit: 1, now: now)
        try await store.failed("k", error: "no answer", nextTryAt: now.adding(seconds: 60), now: now)
        #expect(try await store.takeDueMail(limit: 1, now: now.adding(seconds: 59)).isEmpty)
        #expect(try await store.takeDueMail(limit: 1, now: now.adding(seconds: 60)).map(\.lastError) == ["no answer"])
        try await store.failed("k", error: "no such mailbox", nextTryAt: nil, now: now)
        #expect(try store.alerts().map(\.detail) == ["no such mailbox"])
        #expect(try store.unsentMail().map(\.isGivenUp) == [true])
        try await store.seen("mail:k", now: now)
        #expect(try store.alerts().isEmpty && store.alerts(unseenOnly: false).map(\.seenAt) == [now])
        #expect(try await store.retry("k", now: now))
        #expect(try await store.takeDueMail(limit: 1, now: now).map(\.mail.key) == ["k"])
    }
}
