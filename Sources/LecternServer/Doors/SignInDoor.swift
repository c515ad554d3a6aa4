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
        let proof = try Self.proof(asked, withEmail: true)
        try limits.guesses?.take(asked)
        return signedIn(try await shop.confirmSignIn(proof, visitor: asked.visitor))
    }

    func signOut(_ asked: Asked) async throws -> Answer {
        try Form.requireNothing(asked.body)
        try await shop.signOut(asked.visitor)
        return .nothing.setting(cookie: cookies.set(cookies.session, "", days: 0))
    }

    private func signedIn(_ session: NewSession) -> Answer {
        .nothing.setting(cookie: cookies.set(cookies.session, session.token.text, days: 180))
    }

    /// A mail's six digits, or the token behind its link's `#`.
    /// - Parameter withEmail: whether the digits come with the address that they were sent to.
    static func proof(_ asked: Asked, withEmail: Bool) throws -> MailProof {
        var form = try asked.form()
        defer { _ = form }
        if form.has("token") {
            guard let token = Token(text: try form.word("token", 43...43)) else { throw Refused.invalidField("token") }
            try form.end()
            return .token(token)
        }
        let email = try form.email()
        let code = try form.text("code", limit: 6, least: 6)
        guard code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw Refused.invalidField("code") }
        try form.end()
        return .code(email, code)
    }
}
