import LecternCore
import LecternCrypto
import LecternStore
import Testing

@testable import LecternShop

@Suite struct PasskeyTests {
    private func registered(_ world: World, _ authenticator: SoftAuthenticator) async throws -> NewSession {
        let session = try await world.signIn()
        let options = try await world.shop.passkeyOptions(world.visitor(session))
        #expect(options["rp"]?["id"]?.text == "localhost")
        _ = try await world.shop.addPasskey(authenticator.register(try #require(options["challenge"]?.text)), visitor: world.visitor(session))
        return session
    }

    private func challenge(_ world: World) async throws -> String {
        try #require(try await world.shop.passkeySignInOptions()["challenge"]?.text)
    }

    @Test(arguments: SoftAuthenticator.Kind.allCases) func `a passkey of each kind signs in`(_ kind: SoftAuthenticator.Kind) async throws {
        let world = try World(), authenticator = SoftAuthenticator(kind)
        let session = try await registered(world, authenticator)
        authenticator.counter += 1
        let answer = authenticator.answer(try await challenge(world))
        let signedIn = try await world.shop.signIn(answer, visitor: world.visitor())
        #expect(signedIn.learner == session.learner)
        // Neither the answer nor its challenge is good twice.
        #expect(await refusal { try await world.shop.signIn(answer, visitor: world.visitor()) } == .wrongPasskey)
    }

    @Test func `a new passkey is told to the address, in its language`() async throws {
        for (language, subject) in [("en", "A passkey was added to your account · Ann's courses"), ("zh", "您的账户添加了一个通行密钥 · 安的课")] {
            let world = try World(), authenticator = SoftAuthenticator(.es256)
            let session = try await registered(world, authenticator)
            try await world.store.setLanguage(of: session.learner, to: language)
            #expect(try await world.mails(to: World.ann).first?.text.contains("My phone") == true)
            let options = try await world.shop.passkeyOptions(world.visitor(session))
            let another = SoftAuthenticator(.edDSA).register(try #require(options["challenge"]?.text))
            _ = try await world.shop.addPasskey(another, visitor: world.visitor(session))
            let told = try #require(try await world.mails(to: World.ann).first)
            #expect(told.subject == subject)
            // Nothing was added the second time, and nothing is told.
            #expect(await refusal { try await world.shop.addPasskey(another, visitor: world.visitor(session)) } == .badPasskey)
            #expect(try await world.mails(to: World.ann).count == 3)
        }
    }

    @Test func `an authenticator that does not count signs in again and again; one whose count goes back was copied`() async throws {
        let world = try World(), still = SoftAuthenticator(.es256, counter: 0)
        _ = try await registered(world, still)
        for _ in 1...2 { _ = try await world.shop.signIn(still.answer(try await challenge(world)), visitor: world.visitor()) }

        let other = try World(), counting = SoftAuthenticator(.es256, counter: 7)
        _ = try await registered(other, counting)
        let copied = counting.answer(try await challenge(other))
        #expect(await refusal { try await other.shop.signIn(copied, visitor: other.visitor()) } == .wrongPasskey)
    }

    @Test func `another site, another origin, nobody there, another key, a changed byte, a stale challenge: none signs in`() async throws {
        let world = try World(), authenticator = SoftAuthenticator(.es256, counter: 0)
        _ = try await registered(world, authenticator)
        func tried(_ change: (SoftAuthenticator) -> Void = { _ in }, _ edit: (inout PasskeyAnswer) -> Void = { _ in }) async throws -> Refusal.Code? {
            let (origin, site, flags) = (authenticator.origin, authenticator.site, authenticator.flags)
            defer { (authenticator.origin, authenticator.site, authenticator.flags) = (origin, site, flags) }
            change(authenticator)
            var answer = authenticator.answer(try await challenge(world))
            edit(&answer)
            return await refusal { [answer] in try await world.shop.signIn(answer, visitor: world.visitor()) }
        }
        #expect(try await tried() == nil)
        #expect(try await tried({ $0.origin = "http://localhost:4001" }) == .wrongPasskey)
        #expect(try await tried({ $0.site = "evil.example" }) == .wrongPasskey)
        #expect(try await tried({ $0.flags = 0x04 }) == .wrongPasskey)
        #expect(try await tried({ $0.flags = 0x01 }) == .wrongPasskey)
        #expect(try await tried({ _ in }, { $0.signature[10] ^= 1 }) == .wrongPasskey)
        #expect(try await tried({ _ in }, { $0.authenticatorData[36] ^= 1 }) == .wrongPasskey)
        #expect(try await tried({ _ in }, { $0.authenticatorData.append(0) }) == .wrongPasskey)
        #expect(try await tried({ _ in }, { $0.id = base64URL([1, 2, 3]) }) == .wrongPasskey)
        #expect(try await tried({ _ in }, { $0.userHandle = Array("somebody else".utf8) }) == .wrongPasskey)
        #expect(try await tried({ _ in }, { $0.clientDataJSON = authenticator.clientData("webauthn.create", "AAAA") }) == .wrongPasskey)
        let stale = authenticator.answer(try await challenge(world))
        world.clock.pass(seconds: 301)
        #expect(await refusal { try await world.shop.signIn(stale, visitor: world.visitor()) } == .wrongPasskey)
        let impostor = SoftAuthenticator(.es256, counter: 0).answer(try await challenge(world))
        #expect(await refusal { try await world.shop.signIn(impostor, visitor: world.visitor()) } == .wrongPasskey)
    }

    @Test func `a passkey is kept only by who has just signed in, and only for their own challenge`() async throws {
        let world = try World(), authenticator = SoftAuthenticator()
        let ann = try await world.signIn(World.ann), bob = try await world.signIn(World.bob)
        let challenge = try #require(try await world.shop.passkeyOptions(world.visitor(ann))["challenge"]?.text)
        #expect(await refusal { try await world.shop.addPasskey(authenticator.register(challenge), visitor: world.visitor(bob)) } == .badPasskey)
        world.clock.pass(seconds: 901)
        #expect(await refusal { try await world.shop.passkeyOptions(world.visitor(ann)) } == .proofNeeded)
        #expect(await refusal { try await world.shop.passkeyOptions(world.visitor()) } == .signInNeeded)
    }

    @Test func `a removed passkey opens nothing`() async throws {
        let world = try World(), authenticator = SoftAuthenticator(.es256, counter: 0)
        let session = try await registered(world, authenticator)
        let id = base64URL(authenticator.credential)
        let bob = try await world.signIn(World.bob)
        #expect(await refusal { try await world.shop.removePasskey(id, visitor: world.visitor(bob)) } == .notFound)
        try await world.shop.removePasskey(id, visitor: world.visitor(session))
        #expect(await refusal { try await world.shop.signIn(authenticator.answer(try await challenge(world)), visitor: world.visitor()) } == .wrongPasskey)
    }
}
