import HTTPTypes
import LecternCore
import LecternCrypto
import LecternShop

/// Who is signed in, and how one gets there.
struct SignInDoor: Sendable {
    let shop: Shop
    let cookies: CookieNames
    let limits: NetworkLimits

    func session(_ asked: Asked) async throws -> Answer {
        let visitor = asked.visitor
        var session: [JSON.Member] = [.init("claim", .flag(visitor.claim != nil))]
        guard let who = try await shop.signedIn(visitor) else {
            return .json(.object([.init("signedIn", false), .init("creator", false), .init("passkeys", 0), .init("password", false)] + session))
        }
        session += [
            .init("signedIn", true), .init("learner", .text(who.learner.id.text)), .init("creator", .flag(who.isCreator)),
            .init("passkeys", .whole(Int64(try shop.store.passkeys(of: who.learner.id).count))),
            .init("password", .flag(try shop.store.password(of: who.learner.id) != nil)),
        ]
        if let email = who.learner.email { session.append(.init("email", .text(email.text))) }
        // The cookie lives as long as the session: from its last use on.
        return .json(.object(session)).setting(cookie: asked.session.map { cookies.set(cookies.session, $0, days: 180) })
    }

    func request(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let email = try form.email(), next = try form.optionalText("next", limit: 2000)
        let visitor = asked.visitor(language: try form.optionalText("language", limit: 35))
        try form.end()
        try limits.mails?.take(asked)
        try await shop.requestSignIn(email, next: next, visitor: visitor)
        return .accepted
    }

    func resetPassword(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let email = try form.email()
        let visitor = asked.visitor(language: try form.optionalText("language", limit: 35))
        try form.end()
        try limits.mails?.take(asked)
        try await shop.requestSignIn(email, next: nil, visitor: visitor, toSetPassword: true)
        return .accepted
    }

    func confirm(_ asked: Asked) async throws -> Answer {
        let proof = try Self.proof(asked)
        try limits.guesses?.take(asked)
        return signedIn(try await shop.confirmSignIn(proof, visitor: asked.visitor))
    }

    func withPassword(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let email = try form.email(), password = try form.text("password", limit: 256)
        try form.end()
        try limits.guesses?.take(asked)
        return signedIn(try await shop.signIn(email, password: password, visitor: asked.visitor))
    }

    func passkeyOptions(_ asked: Asked) async throws -> Answer {
        try Form.requireNothing(asked.body)
        try limits.challenges?.take(asked)
        return .json(try await shop.passkeySignInOptions())
    }

    func withPasskey(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let credential = try form.value("credential").orRefuse("credential")
        try form.end()
        try limits.guesses?.take(asked)
        let response = try PasskeyFields(credential)
        let answer = PasskeyAnswer(
            id: response.id, clientDataJSON: try response.bytes("clientDataJSON"), authenticatorData: try response.bytes("authenticatorData"),
            signature: try response.bytes("signature"), userHandle: try response.optionalBytes("userHandle"))
        return signedIn(try await shop.signIn(answer, visitor: asked.visitor))
    }

    func signOut(_ asked: Asked) async throws -> Answer {
        try Form.requireNothing(asked.body)
        try await shop.signOut(asked.visitor)
        // The claim too: on a shared computer the orders that it opens are the next person's business as little as the session.
        return .nothing.setting(cookie: cookies.set(cookies.session, "", days: 0)).setting(cookie: cookies.set(cookies.claim, "", days: 0))
    }

    private func signedIn(_ session: NewSession) -> Answer {
        .nothing.setting(cookie: cookies.set(cookies.session, session.token.text, days: 180))
    }

    /// A mail's six digits with the address that they were sent to, or the token behind its link's `#`.
    private static func proof(_ asked: Asked) throws(Refused) -> MailProof {
        var form = try asked.form()
        let proof: MailProof
        if form.has("token") { proof = .token(try token(&form)) } else { proof = .code(try form.email(), try code(&form)) }
        try form.end()
        return proof
    }

    static func token(_ form: inout Form) throws(Refused) -> Token {
        guard let token = Token(text: try form.word("token", 43...43)) else { throw .invalidField("token") }
        return token
    }

    static func code(_ form: inout Form) throws(Refused) -> String {
        let code = try form.text("code", limit: 6, least: 6)
        guard code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .invalidField("code") }
        return code
    }
}
