@testable import LecternCore
import LecternCrypto
import LecternPayments
import LecternStore
import Synchronization
import Testing

@testable import LecternShop

/// A shop of its own: a store in memory, a clock that stands still until it is moved, mails kept in a box, pretended payments.
struct World {
    let store: Store
    let shop: Shop
    let box = MailBox()
    let clock = Clock()
    let pretend: PretendPayments
    let secret = SiteSecret(bytes: Array(0..<32))!
    let notes = Notes()

    static let creator = EmailAddress("creator@me.example")!
    static let ann = EmailAddress("ann@example.com")!
    static let bob = EmailAddress("bob@example.com")!

    /// - Parameters:
    ///   - others: providers besides the pretended ones, and instead of those of the same name.
    init(catalogue: Catalogue = .two, payments others: [PaymentProvider] = [], mailer: Mailer? = nil, beaconDays: Int64? = nil) throws {
        store = try Store.inMemory()
        pretend = PretendPayments(pages: "http://localhost:4000/preview/pay/", key: secret.pretendKey)!
        var settings = ShopSettings(site: "http://localhost:4000", creators: [Self.creator])
        settings.beaconDays = beaconDays
        let dice = Dice(), clock = clock, notes = notes
        shop = Shop(
            store: store, catalogue: { [index = CatalogueIndex(catalogue)] in index }, secret: secret,
            payments: [pretend.provider, .manual(instructions: ["zh": ["汇到……"], "en": ["Pay to …"]])] + others,
            mailer: mailer ?? .kept(in: box),
            settings: settings, now: { clock.now },
            random: { dice.roll($0) }, note: { notes.add($0) })
    }

    /// Of a device; another name is another device.
    func visitor(_ session: NewSession? = nil, claim: Token? = nil, language: String = "en") -> Visitor {
        Visitor(session: session?.token, claim: claim, language: language, device: "Firefox on Linux")
    }

    func request(
        _ items: [String] = ["python"], email: EmailAddress = World.ann, minorUnits: Int64? = nil, attempt: String = "attempt-1",
        provider: ProviderName = .pretend, currency: Currency = .cny
    ) -> CheckoutRequest {
        let price = items.reduce(Int64(0)) { $0 + (["python": 19900, "swift": 9900][$1] ?? 0) }
        return CheckoutRequest(
            items: items, currency: currency, provider: provider, shownTotal: Money(minorUnits: minorUnits ?? price, currency: currency),
            email: email, language: "en", visit: nil, attempt: attempt, terms: "t1")
    }

    /// Orders without being signed in.
    func order(_ items: [String] = ["python"], email: EmailAddress = World.ann, attempt: String = "attempt-1") async throws -> CheckedOut {
        try await shop.checkout(request(items, email: email, attempt: attempt), visitor: visitor())
    }

    func press(_ button: PretendPayments.Button, _ order: Order) async throws {
        try await shop.takeNotice(.pretend, pretend.notice(button, order: order, now: clock.now))
    }

    /// A notice that nobody's button sends: another amount, another payment.
    func pay(_ order: Order, minorUnits: Int64? = nil, transaction: String) async throws {
        let body = """
            {"id":"n-\(transaction)","order":"\(order.id)","button":"pay","minorUnits":\(minorUnits ?? order.total.minorUnits),"currency":"\(order.total.currency.code)","transaction":"\(transaction)"}
            """
        try await shop.takeNotice(.pretend, signed(body))
    }

    func signed(_ body: String, at time: Instant? = nil, key: [UInt8]? = nil) -> RawNotice {
        let signature = NoticeSignature(secrets: [key ?? secret.pretendKey])!
        return RawNotice(headers: ["pretend-signature": signature.header(body: Array(body.utf8), now: time ?? clock.now)], body: Array(body.utf8))
    }

    /// What was mailed, newest first, everything due having been sent.
    func mails(to email: EmailAddress? = nil) async throws -> [Mail] {
        try await shop.sendDueMail()
        return box.mails.map(\.mail).filter { email == nil || $0.to == email }
    }

    /// The six digits of the newest mail that has any.
    func code(_ email: EmailAddress = World.ann) async throws -> String? {
        let mail = try await mails(to: email).first { $0.subject.first?.isNumber == true }
        return mail.map { String($0.subject.prefix(6)) }
    }

    func token(_ email: EmailAddress = World.ann, _ mark: String = "#token=") async throws -> Token? {
        for mail in try await mails(to: email) {
            guard let start = mail.text.firstRange(of: mark)?.upperBound else { continue }
            return Token(text: String(mail.text[start...].prefix(43)))
        }
        return nil
    }

    func signIn(_ email: EmailAddress = World.ann, visitor: Visitor? = nil) async throws -> NewSession {
        try await shop.requestSignIn(email, next: nil, visitor: self.visitor())
        let code = try #require(try await code(email))
        return try await shop.confirmSignIn(.code(email, code), visitor: visitor ?? self.visitor())
    }

    func key(_ visitor: Visitor, _ lesson: String = "python/lists", in course: String = "python", epoch: Int = 2) throws -> LessonKey? {
        try shop.lesson(lesson, in: course, epoch: epoch, visitor: visitor).key
    }
}

final class Clock: Sendable {
    private let time = Mutex(Instant(seconds: 1_764_000_000))
    var now: Instant { time.withLock { $0 } }
    func pass(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
    func pass(days: Int64) { pass(seconds: days * 86_400) }
}

/// Random bytes that are the same in every run.
final class Dice: Sendable {
    private let rolls = Mutex<UInt64>(0)
    func roll(_ count: Int) -> [UInt8] {
        let roll = rolls.withLock {
            $0 += 1
            return $0
        }
        var out: [UInt8] = []
        while out.count < count { out += Digest("\(roll) \(out.count)").bytes }
        return Array(out.prefix(count))
    }
}

final class Notes: Sendable {
    private let list = Mutex<[ShopNote]>([])
    var all: [ShopNote] { list.withLock { $0 } }
    var events: [String] { list.withLock { $0.map(\.event) } }
    func add(_ note: ShopNote) { list.withLock { $0.append(note) } }
}

extension Catalogue {
    /// "python" (¥199, US$29) with a lesson that opens after a week, "swift" (¥99), "hello" (free), "club" (locked, not sold).
    static let two = Catalogue(
        version: 1, revision: 1, baseURL: "http://localhost:4000/", title: ["zh": "安的课", "en": "Ann's courses"], languages: ["zh", "en"],
        currency: "CNY",
        courses: [
            course(
                "python", [Price(currency: "CNY", minorUnits: 19900), Price(currency: "USD", minorUnits: 2900)], epoch: 2,
                previous: PreviousEpoch(epoch: 1, until: "2025-12-01T00:00:00Z"),
                lessons: [("python/intro", .preview, 0), ("python/lists", .paid, 0), ("python/classes", .paid, 7)]),
            course("swift", [Price(currency: "CNY", minorUnits: 9900)], epoch: 1, lessons: [("swift/types", .paid, 0)]),
            course("hello", [], epoch: 1, lessons: [("hello/world", .free, 0)]),
            course("club", [], epoch: 1, lessons: [("club/secret", .paid, 0)]),
        ])

    private static func course(
        _ id: String, _ prices: [Price], epoch: Int, previous: PreviousEpoch? = nil, lessons: [(String, Access, Int)]
    ) -> Course {
        Course(
            id: id, title: ["zh": "课程 \(id)", "en": "Course \(id)"], path: ["zh": "courses/\(id)/", "en": "en/courses/\(id)/"],
            prices: prices, epoch: epoch, previous: previous,
            lessons: lessons.map { id, access, drip in
                Lesson(
                    id: id, title: ["zh": id, "en": id], path: ["zh": "courses/\(id)/", "en": "en/courses/\(id)/"], access: access,
                    durationSeconds: 60, dripDays: drip)
            })
    }
}

/// The code of what a call is refused with; nil when it is not.
func refusal<Value>(_ body: () async throws -> Value) async -> Refusal.Code? {
    do {
        _ = try await body()
        return nil
    } catch let refusal as Refusal {
        return refusal.code
    } catch {
        Issue.record(error)
        return nil
    }
}
