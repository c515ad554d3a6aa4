import LecternCore
import LecternCrypto
import LecternStore
import Testing

@testable import LecternShop

@Suite struct SignInTests {
    @Test func `the mail's link signs in once, and only from where it says`() async throws {
        let world = try World()
        try await world.shop.requestSignIn(World.ann, next: "/courses/python/", visitor: world.visitor())
        let token = try #require(try await world.token())
        let mail = try #require(try await world.mails().first)
        #expect(mail.text.contains("http://localhost:4000/en/sign-in/?next=/courses/python/#token="))
        let session = try await world.shop.confirmSignIn(.token(token), visitor: world.visitor())
        #expect(session.next == "/courses/python/")
        #expect(try await world.shop.signedIn(world.visitor(session))?.learner.email == World.ann)
        #expect(await refusal { try await world.shop.confirmSignIn(.token(token), visitor: world.visitor()) } == .wrongCode)
    }

    @Test func `a known and an unknown address are asked the same, and answered the same`() async throws {
        let world = try World()
        _ = try await world.signIn(World.ann)
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
        try await world.shop.requestSignIn(World.bob, next: nil, visitor: world.visitor())
        #expect(try await world.mails(to: World.bob).count == 1)
        // Nobody is made a learner by typing an address.
        #expect(try world.store.learner(email: World.bob) == nil)
        #expect(await refusal { try await world.shop.confirmSignIn(.code(World.ann, "000000"), visitor: world.visitor()) } == .wrongCode)
        #expect(await refusal { try await world.shop.confirmSignIn(.code(World.creator, "000000"), visitor: world.visitor()) } == .wrongCode)
    }

    @Test func `six wrong guesses end a code, fifteen minutes do as well`() async throws {
        let world = try World()
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
        let code = try #require(try await world.code())
        let wrong = code == "111111" ? "222222" : "111111"
        for _ in 1...6 { _ = await refusal { try await world.shop.confirmSignIn(.code(World.ann, wrong), visitor: world.visitor()) } }
        #expect(await refusal { try await world.shop.confirmSignIn(.code(World.ann, code), visitor: world.visitor()) } == .wrongCode)

        try await world.shop.requestSignIn(World.bob, next: nil, visitor: world.visitor())
        let late = try #require(try await world.code(World.bob))
        world.clock.pass(seconds: 901)
        #expect(await refusal { try await world.shop.confirmSignIn(.code(World.bob, late), visitor: world.visitor()) } == .wrongCode)
    }

    @Test func `who has a used or an old code or link hears which it is, and who guesses hears neither`() async throws {
        let world = try World()
        func answer(_ proof: MailProof) async -> Refusal? {
            do throws(Refusal) { _ = try await world.shop.confirmSignIn(proof, visitor: world.visitor()) } catch { return error }
            return nil
        }
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
        let code = try #require(try await world.code()), token = try #require(try await world.token())
        let other = code == "111111" ? "222222" : "111111"
        #expect(await answer(.code(World.ann, code)) == nil)
        for proof in [MailProof.code(World.ann, code), .token(token)] { #expect(await answer(proof) == .usedCode) }
        #expect(await answer(.code(World.ann, other)) == .wrongCode)
        #expect(await answer(.code(World.bob, code)) == .wrongCode)

        try await world.shop.requestSignIn(World.bob, next: nil, visitor: world.visitor())
        let late = try #require(try await world.code(World.bob)), lateToken = try #require(try await world.token(World.bob))
        world.clock.pass(seconds: 901)
        for proof in [MailProof.code(World.bob, late), .token(lateToken)] { #expect(await answer(proof) == .expiredCode) }
    }

    @Test func `a code is of one address`() async throws {
        let world = try World()
        try await world.shop.requestSignIn(World.bob, next: nil, visitor: world.visitor())
        let code = try #require(try await world.code(World.bob))
        #expect(await refusal { try await world.shop.confirmSignIn(.code(World.ann, code), visitor: world.visitor()) } == .wrongCode)
    }

    @Test func `five codes an hour for one address, then the wait is told`() async throws {
        let world = try World()
        for _ in 1...5 { try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor()) }
        do {
            try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
            Issue.record("a sixth code was mailed")
        } catch {
            #expect(error.code == .tooMany)
            #expect(error.retryAfterSeconds == 3600)
        }
        try await world.shop.requestSignIn(World.bob, next: nil, visitor: world.visitor())
        world.clock.pass(seconds: 3600)
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
    }

    @Test func `the database holds neither codes nor links nor cookies`() async throws {
        let world = try World()
        try await world.shop.requestSignIn(World.ann, next: nil, visitor: world.visitor())
        let unsent = try world.store.unsentMail()
        let code = try #require(try await world.code()), token = try #require(try await world.token())
        for entry in unsent { #expect(!entry.mail.payload.contains(code) && !entry.mail.payload.contains(token.text)) }
    }

    @Test func `signing in ends the session that the browser had`() async throws {
        let world = try World()
        let planted = try await world.signIn(World.bob)
        let session = try await world.signIn(World.ann, visitor: world.visitor(planted))
        #expect(session.token != planted.token)
        #expect(try await world.shop.signedIn(world.visitor(planted)) == nil)
    }

    @Test func `a session lives for 180 days from its last use, and ends by signing out`() async throws {
        let world = try World()
        let session = try await world.signIn()
        let visitor = world.visitor(session)
        world.clock.pass(days: 179)
        #expect(try await world.shop.signedIn(visitor) != nil)
        world.clock.pass(days: 179)
        #expect(try await world.shop.signedIn(visitor) != nil)
        world.clock.pass(days: 181)
        #expect(try await world.shop.signedIn(visitor) == nil)
        let other = try await world.signIn(World.bob)
        try await world.shop.signOut(world.visitor(other))
        #expect(try await world.shop.signedIn(world.visitor(other)) == nil)
    }

    @Test func `only a path of the site is gone on to`() throws {
        let shop = try World().shop
        for path in ["/courses/python/", "/", "/learn/?a=b"] { #expect(shop.ownPath(path) == path) }
        for path in ["//evil.example", "https://evil.example", "/\\evil.example", "\\/evil", "", "/a b", "/a\r\nSet-Cookie: x", "javascript:x"] {
            #expect(shop.ownPath(path) == nil)
        }
    }
}
