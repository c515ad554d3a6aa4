import HTTPTypes
import LecternCore
import LecternCrypto
import LecternShop
import LecternStore

/// What a learner does with their own account.
struct AccountDoor: Sendable {
    let shop: Shop
    let cookies: CookieNames
    let limits: NetworkLimits

    // MARK: Password

    func setPassword(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let password = try form.text("password", limit: 256, least: 8)
        try form.end()
        try await shop.setPassword(password, visitor: asked.visitor)
        return .nothing
    }

    // MARK: Passkeys

    func passkeys(_ asked: Asked) async throws -> Answer {
        guard let who = try await shop.signedIn(asked.visitor) else { throw Refused.unauthorized }
        let passkeys = try shop.store.passkeys(of: who.learner.id).sorted { $0.createdAt > $1.createdAt }
        return .json(["passkeys": .list(passkeys.map(\.json))])
    }

    func passkeyOptions(_ asked: Asked) async throws -> Answer {
        try Form.requireNothing(asked.body)
        return .json(try await shop.passkeyOptions(asked.visitor))
    }

    func addPasskey(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let credential = try form.value("credential").orRefuse("credential")
        let name = try form.optionalText("name", limit: 100)
        try form.end()
        let response = try PasskeyFields(credential)
        let new = NewPasskey(
            clientDataJSON: try response.bytes("clientDataJSON"), attestationObject: try response.bytes("attestationObject"), name: name ?? "")
        return .json(try await shop.addPasskey(new, visitor: asked.visitor).json, status: .created)
    }

    func removePasskey(_ asked: Asked) async throws -> Answer {
        try await shop.removePasskey(asked.parameters[0], visitor: asked.visitor)
        return .nothing
    }

    // MARK: Devices

    func devices(_ asked: Asked) throws -> Answer {
        let devices = try shop.devices(asked.visitor).map { device, isCurrent -> JSON in
            [
                "id": .text(device.id.text), "name": .text(device.device), "createdAt": .text(device.createdAt.text),
                "lastSeenAt": .text(device.lastSeenAt.text), "current": .flag(isCurrent),
            ]
        }
        return .json(["devices": .list(devices)])
    }

    func signDeviceOut(_ asked: Asked) async throws -> Answer {
        try await shop.endDevice(ID(asked.parameters[0]), visitor: asked.visitor)
        return .nothing
    }

    func signOthersOut(_ asked: Asked) async throws -> Answer {
        try await shop.endOtherDevices(asked.visitor)
        return .nothing
    }

    // MARK: The person

    func export(_ asked: Asked) throws -> Answer {
        .json(try shop.export(asked.visitor)).with(.contentDisposition, "attachment; filename=\"my-data.json\"")
    }

    func changeEmail(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let email = try form.email()
        try form.end()
        try limits.mails?.take(asked)
        try await shop.requestEmailChange(to: email, visitor: asked.visitor)
        return .accepted
    }

    func confirmEmail(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        if form.has("token") {
            let token = try SignInDoor.token(&form)
            try form.end()
            try limits.guesses?.take(asked)
            try await shop.confirmEmailChange(token: token, visitor: asked.visitor)
        } else {
            let code = try SignInDoor.code(&form)
            try form.end()
            try limits.guesses?.take(asked)
            try await shop.confirmEmailChange(code: code, visitor: asked.visitor)
        }
        return .nothing
    }

    func delete(_ asked: Asked) async throws -> Answer {
        var form = try asked.form()
        let email = try form.email("confirm")
        try form.end()
        try await shop.deleteAccount(confirm: email, visitor: asked.visitor)
        return .nothing.setting(cookie: cookies.set(cookies.session, "", days: 0)).setting(cookie: cookies.set(cookies.claim, "", days: 0))
    }
}

extension Passkey {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [.init("id", .text(credential)), .init("name", .text(name)), .init("createdAt", .text(createdAt.text))]
        if let lastUsedAt { members.append(.init("lastUsedAt", .text(lastUsedAt.text))) }
        return .object(members)
    }
}
