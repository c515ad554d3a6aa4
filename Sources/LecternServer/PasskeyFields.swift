import LecternCore
import LecternCrypto

/// A credential as browsers write it in JSON (WebAuthn Level 3, `RegistrationResponseJSON`, `AuthenticationResponseJSON`).
/// Members that are not needed here are passed over: browsers add some.
struct PasskeyFields {
    let id: String
    private let response: JSON

    init(_ credential: JSON) throws(Refused) {
        guard credential["type"]?.text == "public-key", let id = credential["id"]?.text, (1...1400).contains(id.utf8.count), id.utf8.allSatisfy(isWordByte),
            let response = credential["response"], response.members != nil
        else { throw .invalidField("credential") }
        self.id = id
        self.response = response
    }

    func bytes(_ name: String) throws(Refused) -> [UInt8] {
        guard let bytes = try optionalBytes(name) else { throw .invalidField(name) }
        return bytes
    }

    func optionalBytes(_ name: String) throws(Refused) -> [UInt8]? {
        guard let value = response[name], value != .null else { return nil }
        guard let text = value.text, let bytes = LecternCrypto.bytes(base64URL: text) else { throw .invalidField(name) }
        return bytes
    }
}
