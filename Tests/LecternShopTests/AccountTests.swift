import LecternCore
import LecternCrypto
import LecternStore
import Testing

@testable import LecternShop

@Suite struct AccountTests {
    @Test func `a password signs in once it is set; a wrong one and an unknown address are told alike`() async throws {
        let world = try World()
        let session = try await world.signIn()
        try await world.shop.setPassword("correct horse", visitor: world.visitor(session))
        let other = try await world.shop.signIn(World.ann, password: "correct horse", visitor: world.visitor())
        #expect(other.learner == session.learner)
        #expect(await refusal { try await world.shop.signIn(World.ann, password: "wrong horse", visitor: world.visitor()) } == .wrongPassword)
        #expect(await refusal { try await world.shop.signIn(World.bob, password: "correct horse", visitor: world.visitor()) } == .wrongPassword)
        // What was guessed must not become what is set.
        #expect(await refusal { try await world.shop.setPassword("another one", visitor: world.visitor(other)) } == .proofNeeded)
    }

    @Test func `a new password ends all other sessions, and needs a fresh proof`() async throws {
        let world = try World()
        let old = try await world.signIn()
        let session = try await world.signIn()
        try await world.shop.setPassword("correct horse", visitor: world.visitor(session))
        #expect(try await world.shop.signedIn(world.visitor(old)) == nil)
        #expect(try await world.shop.signedIn(world.visitor(session)) != nil)
        #expect(await refusal { try await world.shop.setPassword("short", visitor: world.visitor(session)) } == .invalidField)
        world.clock.pass(seconds: 901)
        #expect(await refusal { try await world.shop.setPassword("correct horses", visitor: world.visitor(session)) } == .proofNeeded)
    }

    @Test func `a new password is told to the address, and to the one of then`() async throws {
        let world = try World(), session = try await world.signIn()
        try await world.shop.setPassword("correct horse", visitor: world.visitor(session))
        // Whoever did it changes the address before the mail goes out.
        _ = try await world.store.changeEmail(of: session.learner, to: World.bob, now: world.clock.now)
        let mails = try await world.mails()
        let told = try #require(mails.first { $0.subject.contains("password") })
        #expect(told.to == World.ann && told.text.contains("If it was not you") && told.text.contains("http://localhost:4000/en/account/"))
        #expect(await refusal { try await world.shop.setPassword("short", visitor: world.visitor(session)) } == .invalidField)
        _ = try await world.shop.signIn(World.bob, password: "correct horse", visitor: world.visitor())
        #expect(try await world.mails().count == mails.count)
    }

    @Test func `passwords cannot be set without end, so that nobody keeps the hashing busy alone`() async throws {
        let world = try World()
        let browser = world.visitor(try await world.signIn())
        for _ in 0..<10 { #expect(await refusal { try await world.shop.setPassword("short", visitor: browser) } == .invalidField) }
        #expect(await refusal { try await world.shop.setPassword("long enough", visitor: browser) } == .tooMany)
    }

    @Test func `passwords cannot be guessed without end`() async throws {
        let world = try World()
        for _ in 1...10 { _ = await refusal { try await world.shop.signIn(World.ann, password: "guess", visitor: world.visitor()) } }
        #expect(await refusal { try await world.shop.signIn(World.ann, password: "guess", visitor: world.visitor()) } == .tooMany)
    }

    @Test func `a password that was hashed more cheaply is hashed anew at the next sign-in`() async throws {
        let world = try World()
        let session = try await world.signIn()
        let cheap = PasswordHash("correct horse", salt: Array(0..<16), cost: .init(logN: 10, blockSize: 8, parallel: 1)).text
        try await world.store.setPassword(of: session.learner, to: cheap, now: world.clock.now)
        _ = try await world.shop.signIn(World.ann, password: "correct horse", visitor: world.visitor())
        let kept = try #require(try world.store.password(of: session.learner))
        #expect(PasswordHash(text: kept)?.isOutdated == false)
        _ = try await world.shop.signIn(World.ann, password: "correct horse", visitor: world.visitor())
    }

    @Test func `devices are listed and ended, one's own alone`() async throws {
        let world = try World()
        let phone = try await world.signIn(), laptop = try await world.signIn(), bob = try await world.signIn(World.bob)
        let devices = try world.shop.devices(world.visitor(laptop))
        #expect(devices.count == 2)
        let other = try #require(devices.first { !$0.isCurrent })
        #expect(await refusal { try await world.shop.endDevice(other.device.id, visitor: world.visitor(bob)) } == .notFound)
        try await world.shop.endDevice(other.device.id, visitor: world.visitor(laptop))
        #expect(try await world.shop.signedIn(world.visitor(phone)) == nil)
        let third = try await world.signIn()
        try await world.shop.endOtherDevices(world.visitor(third))
        #expect(try world.shop.devices(world.visitor(third)).count == 1)
    }

    @Test func `an address is changed by who reads the new one's mail, and the old one hears of it`() async throws {
        let world = try World()
        let session = try await world.signIn()
        let visitor = world.visitor(session), new = EmailAddress("ann@new.example")!
        try await world.shop.requestEmailChange(to: new, visitor: visitor)
        let code = try #require(try await world.code(new))
        let bob = try await world.signIn(World.bob)
        #expect(await refusal { try await world.shop.confirmEmailChange(code: code, visitor: world.visitor(bob)) } == .wrongCode)
        try await world.shop.confirmEmailChange(code: code, visitor: visitor)
        #expect(try await world.shop.signedIn(visitor)?.learner.email == new)
        let told = try await world.mails(to: World.ann).first
        #expect(told?.text.contains("a…@new.example") == true)
        // The code of a change signs nobody in.
        try await world.shop.requestEmailChange(to: World.ann, visitor: visitor)
        let token = try #require(try await world.token(World.ann, "#email-token="))
        #expect(await refusal { try await world.shop.confirmSignIn(.token(token), visitor: world.visitor()) } == .wrongCode)
        try await world.shop.confirmEmailChange(token: token, visitor: visitor)
        #expect(try await world.shop.signedIn(visitor)?.learner.email == World.ann)
    }

    @Test func `another learner's address is told only to who has it`() async throws {
        let world = try World()
        _ = try await world.signIn(World.bob)
        let session = try await world.signIn()
        try await world.shop.requestEmailChange(to: World.bob, visitor: world.visitor(session))
        let code = try #require(try await world.code(World.bob))
        #expect(await refusal { try await world.shop.confirmEmailChange(code: code, visitor: world.visitor(session)) } == .addressTaken)
    }

    @Test func `a deleted account is gone, and its books stay`() async throws {
        let world = try World()
        let bought = try await world.order()
        try await world.press(.pay, bought.order.order)
        let session = try await world.signIn()
        let export = try world.shop.export(world.visitor(session))
        #expect(export["learner"]?["email"]?.text == World.ann.text)
        #expect(export["orders"]?.items?.count == 1)
        #expect(await refusal { try await world.shop.deleteAccount(confirm: World.bob, visitor: world.visitor(session)) } == .invalidField)
        try await world.shop.deleteAccount(confirm: World.ann, visitor: world.visitor(session))
        #expect(try await world.shop.signedIn(world.visitor(session)) == nil)
        #expect(try world.store.learner(email: World.ann) == nil)
        #expect(try world.store.order(bought.order.order.id)?.state.receivedMoney.minorUnits == 19900)
        #expect(await refusal { try world.key(world.visitor(claim: bought.newClaim)) } == .signInNeeded)
    }
}
