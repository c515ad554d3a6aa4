import LecternCore
import LecternCrypto
import LecternPayments
import LecternStore
import Testing

@testable import LecternShop

@Suite struct BuyingTests {
    @Test func `a visitor buys, reads at once, and on another device after signing in from the mail alone`() async throws {
        let world = try World()
        let bought = try await world.order()
        let claim = try #require(bought.newClaim), order = bought.order.order
        #expect(bought.next == .redirect(url: "http://localhost:4000/preview/pay/\(order.id)"))
        let browser = world.visitor(claim: claim)
        #expect(await refusal { try world.key(browser) } == .signInNeeded)

        try await world.press(.pay, order)
        let key = try #require(try world.key(browser))
        #expect(key == lessonKey(secret: world.secret, course: "python", lesson: "python/lists", epoch: 2))
        #expect(try await world.shop.order(order.id, visitor: browser).state.kind == .paid)

        let receipt = try #require(try await world.mails(to: World.ann).first)
        #expect(receipt.text.contains("http://localhost:4000/en/courses/python/"))
        #expect(receipt.text.contains("http://localhost:4000/en/sign-in/"))
        #expect(receipt.text.contains("¥199"))

        let session = try await world.signIn()
        #expect(try world.key(world.visitor(session)) == key)
        #expect(try world.shop.orders(world.visitor(session)).map(\.order.id) == [order.id])
    }

    @Test func `the claim opens what its own order bought, and nothing of an account`() async throws {
        let world = try World()
        let bought = try await world.order()
        try await world.press(.pay, bought.order.order)
        let browser = world.visitor(claim: bought.newClaim)
        #expect(await refusal { try world.key(browser, "swift/types", in: "swift", epoch: 1) } == .signInNeeded)
        #expect(await refusal { try world.shop.orders(browser) } == .signInNeeded)
        // Once somebody signed in with that address, the claim gives no access any more: it is theirs.
        _ = try await world.signIn()
        #expect(await refusal { try world.key(browser) } == .signInNeeded)
    }

    @Test func `a claim is good for thirty days`() async throws {
        let world = try World(), bought = try await world.order(), browser = world.visitor(claim: bought.newClaim)
        try await world.press(.pay, bought.order.order)
        world.clock.pass(seconds: 30 * 86_400 - 1)
        #expect(try world.key(browser) != nil)
        #expect(try await world.shop.order(bought.order.order.id, visitor: browser).state.grants)
        world.clock.pass(seconds: 1)
        #expect(await refusal { try world.key(browser) } == .signInNeeded)
        #expect(await refusal { try await world.shop.order(bought.order.order.id, visitor: browser) } == .notFound)
    }

    @Test func `whoever types another's address gets nothing of theirs`() async throws {
        let world = try World()
        let mine = try await world.order()
        try await world.press(.pay, mine.order.order)
        _ = try await world.signIn()
        let stranger = try await world.order(["swift"], email: World.ann, attempt: "stranger-1")
        let browser = world.visitor(claim: stranger.newClaim)
        try await world.press(.pay, stranger.order.order)
        #expect(await refusal { try world.key(browser) } == .signInNeeded)
        #expect(await refusal { try world.key(browser, "swift/types", in: "swift", epoch: 1) } == .signInNeeded)
        #expect(await refusal { try await world.shop.order(mine.order.order.id, visitor: browser) } == .notFound)
        #expect(try await world.shop.order(stranger.order.order.id, visitor: browser).email == "a…@example.com")
    }

    @Test func `the price is the catalogue's, whatever the page shows`() async throws {
        let world = try World()
        do {
            _ = try await world.shop.checkout(world.request(minorUnits: 1), visitor: world.visitor())
            Issue.record("it was sold for a cent")
        } catch {
            #expect(error.code == .priceChanged)
            #expect(error.total == Money(minorUnits: 19900, currency: .cny))
        }
        #expect(try world.store.orders(OrderFilter()).isEmpty)
    }

    @Test func `pressing twice is one order, and other contents are none of it`() async throws {
        let world = try World()
        let first = try await world.order()
        let browser = world.visitor(claim: first.newClaim)
        let again = try await world.shop.checkout(world.request(), visitor: browser)
        #expect(again.order.order.id == first.order.order.id)
        #expect(again.next == first.next)
        #expect(again.newClaim == nil)
        try await world.press(.pay, first.order.order)
        #expect(try await world.shop.checkout(world.request(), visitor: browser).order.state.kind == .paid)
        #expect(await refusal { try await world.shop.checkout(world.request(["swift"], minorUnits: 9900), visitor: browser) } == .attemptDiffers)
    }

    @Test func `a request sent many times at once, before any answer came, is one order with one payment page`() async throws {
        let world = try World()
        let request = world.request(attempt: "AAECAwQFBgcICQoLDA0ODw"), visitor = world.visitor()
        let answers = try await withThrowingTaskGroup(of: CheckedOut.self) { group in
            for _ in 1...12 { group.addTask { try await world.shop.checkout(request, visitor: visitor) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.order.order.id)).count == 1)
        #expect(Set(answers.map { $0.newClaim?.text }).count == 1)
        #expect(try world.store.orders(OrderFilter()).count == 1)
        // The database alone gives nobody that claim.
        #expect(answers[0].order.order.attempt != request.attempt)
        // A short attempt may be guessed, so it is no key to anything.
        let short = try await world.order(), again = try await world.order()
        #expect(short.newClaim != again.newClaim)
    }

    @Test func `nobody buys twice what they have`() async throws {
        let world = try World()
        let first = try await world.order()
        try await world.press(.pay, first.order.order)
        let session = try await world.signIn()
        #expect(await refusal { try await world.shop.checkout(world.request(attempt: "attempt-2"), visitor: world.visitor(session)) } == .alreadyEnrolled)
    }

    @Test func `what costs nothing is paid as it is written, and its course needs no key`() async throws {
        let world = try World()
        let request = world.request(["hello"], minorUnits: 0, provider: .free)
        let got = try await world.shop.checkout(request, visitor: world.visitor())
        #expect(got.order.state.kind == .paid)
        #expect(got.next == Next.none)
        let mails = try await world.mails(to: World.ann)
        #expect(mails.count == 1 && !mails[0].text.contains("payment"))
        #expect(try world.shop.lesson("hello/world", in: "hello", epoch: 1, visitor: world.visitor()).key == nil)
        #expect(await refusal { try await world.shop.checkout(world.request(provider: .free), visitor: world.visitor()) } == .invalidField)
    }

    @Test func `a locked course without a price is not to be had for nothing; who is enrolled by hand reads it`() async throws {
        let world = try World()
        let request = world.request(["club"], minorUnits: 0, provider: .free)
        #expect(await refusal { try await world.shop.checkout(request, visitor: world.visitor()) } == .notForSale)
        #expect(await refusal { try world.shop.offer(["club"], currency: nil, language: "en") } == .notForSale)
        let session = try await world.signIn(), visitor = world.visitor(session)
        #expect(await refusal { try world.key(visitor, "club/secret", in: "club", epoch: 1) } == .notEnrolled)
        _ = try await world.shop.enroll(World.ann, in: "club")
        #expect(try world.key(visitor, "club/secret", in: "club", epoch: 1) != nil)
    }

    @Test func `the checkout page is told what may be paid, how, and in what`() throws {
        let shop = try World().shop
        let offer = try shop.offer(["python"], currency: nil, language: "en")
        #expect(offer.total == Money(minorUnits: 19900, currency: .cny))
        #expect(offer.currencies == ["CNY", "USD"])
        #expect(offer.providers.map(\.name) == [.pretend, .manual])
        #expect(offer.items.map(\.title) == ["Course python"])
        #expect(try shop.offer(["python", "swift"], currency: nil, language: "zh").currencies == ["CNY"])
        #expect(try shop.offer(["hello"], currency: nil, language: "zh").providers.map(\.name) == [.free])
        for (courses, code) in [(["none"], Refusal.Code.notFound), ([], .invalidField), (["python", "python"], .invalidField)] {
            do {
                _ = try shop.offer(courses, currency: nil, language: "en")
                Issue.record("it was offered")
            } catch { #expect(error.code == code) }
        }
    }

    @Test func `a mistyped address is mended from the same browser, until somebody proves to have it`() async throws {
        let world = try World()
        let wrong = EmailAddress("anm@example.com")!
        let bought = try await world.order(email: wrong)
        let browser = world.visitor(claim: bought.newClaim), id = bought.order.order.id
        try await world.press(.pay, bought.order.order)
        #expect(try await world.shop.order(id, visitor: browser).canCorrectEmail)
        let mended = try await world.shop.correctAddress(of: id, to: World.ann, visitor: browser)
        #expect(mended.email == "a…@example.com")
        #expect(try await world.mails(to: World.ann).count == 1)
        #expect(try await world.mails(to: wrong).isEmpty)
        let session = try await world.signIn()
        #expect(try world.key(world.visitor(session)) != nil)
        #expect(await refusal { try await world.shop.correctAddress(of: id, to: wrong, visitor: browser) } == .addressConfirmed)
        #expect(await refusal { try await world.shop.correctAddress(of: id, to: wrong, visitor: world.visitor()) } == .signInNeeded)
    }

    @Test func `how to pay, mailed to a mistyped address or about to be, goes to the right one`() async throws {
        for isSent in [true, false] {
            let world = try World(), wrong = EmailAddress("anm@example.com")!
            let bought = try await world.shop.checkout(world.request(email: wrong, provider: .manual), visitor: world.visitor())
            let order = bought.order.order, browser = world.visitor(claim: bought.newClaim)
            if isSent { #expect(try await world.mails(to: wrong).count == 1) }
            _ = try await world.shop.correctAddress(of: order.id, to: World.ann, visitor: browser)
            _ = try await world.shop.correctAddress(of: order.id, to: World.ann, visitor: browser)
            let mails = try await world.mails(to: World.ann)
            #expect(mails.count == 1 && mails.first?.text.contains(transferReference(of: order.id)) == true)
            #expect(try await world.mails(to: wrong).count == (isSent ? 1 : 0))
            #expect(try world.store.unsentMail().isEmpty)
            // A refund that was told to the wrong one is told to the right one, too, and how to pay is not.
            _ = try await world.shop.confirm(order.id.text)
            _ = try await world.shop.refund(order.id.text, money: Money(minorUnits: 5000, currency: .cny))
            _ = try await world.mails()
            _ = try await world.shop.correctAddress(of: order.id, to: World.bob, visitor: browser)
            #expect(try await world.mails(to: World.bob).map { $0.subject.prefix(6) }.sorted() == ["Refund", "Your c"])
        }
    }

    @Test func `an address that was mended and mended back gets its receipt`() async throws {
        let world = try World(), bought = try await world.order()
        let browser = world.visitor(claim: bought.newClaim), id = bought.order.order.id
        try await world.press(.pay, bought.order.order)
        for address in [World.bob, World.ann, World.bob, World.ann] {
            _ = try await world.shop.correctAddress(of: id, to: address, visitor: browser)
        }
        #expect(try await world.mails(to: World.ann).count == 1)
        #expect(try await world.mails(to: World.bob).isEmpty)
        // What was sent is not sent again.
        _ = try await world.shop.correctAddress(of: id, to: World.bob, visitor: browser)
        #expect(try await world.mails(to: World.bob).count == 1)
        #expect(try await world.mails(to: World.ann).count == 1)
    }

    @Test func `whoever types the address again that the order has is mailed again, a few times an hour`() async throws {
        let world = try World()
        let bought = try await world.shop.checkout(world.request(provider: .manual), visitor: world.visitor())
        let id = bought.order.order.id, browser = world.visitor(claim: bought.newClaim)
        #expect(try await world.mails(to: World.ann).count == 1)
        _ = try await world.shop.correctAddress(of: id, to: World.ann, visitor: browser)
        #expect(try await world.mails(to: World.ann).map(\.text).filter { $0.contains(transferReference(of: id)) }.count == 2)
        _ = try await world.shop.confirm(id.text)
        #expect(try await world.mails(to: World.ann).count == 3)
        let view = try await world.shop.correctAddress(of: id, to: World.ann, visitor: browser)
        #expect(!view.receiptSent)
        // How to pay is over.
        #expect(try await world.mails(to: World.ann).map { $0.subject.prefix(6) }.sorted() == ["How to", "How to", "Your c", "Your c"])
        for _ in 1...3 { _ = try await world.shop.correctAddress(of: id, to: World.ann, visitor: browser) }
        #expect(await refusal { try await world.shop.correctAddress(of: id, to: World.ann, visitor: browser) } == .tooMany)
        #expect(try await world.mails(to: World.ann).count == 5)
    }

    @Test func `an order that opens nothing does not tell whether its address is somebody's account`() async throws {
        let world = try World()
        _ = try await world.signIn()
        let known = try await world.order(email: World.ann), unknown = try await world.order(email: World.bob, attempt: "attempt-2")
        let browser = world.visitor(claim: known.newClaim), id = known.order.order.id
        #expect(known.order.canCorrectEmail && unknown.order.canCorrectEmail)
        _ = try await world.shop.correctAddress(of: id, to: World.bob, visitor: browser)
        let back = try await world.shop.correctAddress(of: id, to: World.ann, visitor: browser)
        #expect(back.canCorrectEmail)
        // Once it is paid it is the account's, and stays there.
        try await world.press(.pay, known.order.order)
        #expect(try await !world.shop.order(id, visitor: browser).canCorrectEmail)
        #expect(await refusal { try await world.shop.correctAddress(of: id, to: World.bob, visitor: browser) } == .addressConfirmed)
    }

    @Test func `lessons open with time, and a page of the last epoch opens until its grace is over`() async throws {
        let world = try World()
        let bought = try await world.order()
        try await world.press(.pay, bought.order.order)
        let browser = world.visitor(claim: bought.newClaim)
        #expect(await refusal { try world.key(browser, "python/classes") } == .notYet)
        #expect(try world.key(browser, epoch: 1) != nil)
        world.clock.pass(days: 7)
        #expect(try world.key(browser, "python/classes") != nil)
        #expect(await refusal { try world.key(browser, epoch: 1) } == .epochGone)
        #expect(await refusal { try world.key(browser, "python/none") } == .notFound)
    }

    @Test func `who agreed to other terms than the site shows agrees anew before an order is made`() async throws {
        var catalogue = Catalogue.two
        catalogue.terms = ["zh": "t0", "en": "t1"]
        let world = try World(catalogue: catalogue)
        var request = world.request()
        for old in ["t0", "", "made up"] {
            request.terms = old
            #expect(await refusal { try await world.shop.checkout(request, visitor: world.visitor()) } == .termsChanged)
        }
        #expect(try world.store.orders(OrderFilter()).isEmpty)
        #expect(try await world.order().order.order.consent?.terms == "t1")
    }

    @Test func `a transfer is explained by mail`() async throws {
        let world = try World()
        let bought = try await world.shop.checkout(world.request(provider: .manual), visitor: world.visitor())
        let reference = transferReference(of: bought.order.order.id)
        #expect(bought.next == .instructions(lines: ["Pay to …"], reference: reference))
        let mail = try #require(try await world.mails(to: World.ann).first)
        #expect(mail.text.contains(reference) && mail.text.contains("Pay to …"))
        #expect(try await world.shop.order(bought.order.order.id, visitor: world.visitor(claim: bought.newClaim)).next == bought.next)
    }

    @Test func `the creator reads everything`() async throws {
        let world = try World()
        let session = try await world.signIn(World.creator)
        #expect(try world.key(world.visitor(session), "python/classes") != nil)
        #expect(try await world.shop.signedIn(world.visitor(session))?.isCreator == true)
        let other = try await world.signIn(World.bob)
        #expect(await refusal { try world.key(world.visitor(other)) } == .notEnrolled)
    }
}
