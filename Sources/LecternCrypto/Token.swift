/// Something that opens a door to whoever carries it: a session's cookie, a claim, the link in a mail. 32 random bytes;
/// the store keeps its digest alone, so that a stolen database opens nothing.
public struct Token: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    public static let bytes = 32
    /// base64url, 43 letters: as it travels.
    public let text: String
    /// SHA-256 of the 32 bytes: as it is kept.
    public let digest: Digest

    /// - Parameter random: 32 bytes that nobody can guess.
    public init(random: [UInt8]) {
        precondition(random.count == Self.bytes, "a token is 32 bytes")
        text = base64URL(random)
        digest = Digest(random)
    }

    /// - Returns: nil for what no token looks like; whether it opens anything is the store's to say.
    public init?(text: String) {
        guard text.utf8.count == 43, let bytes = LecternCrypto.bytes(base64URL: text), bytes.count == Self.bytes else { return nil }
        self.text = text
        digest = Digest(bytes)
    }

    public var description: String { "Token(hidden)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The text of a random id: 16 bytes as 26 letters of Crockford's base32, lower case. No `i`, `l`, `o`, `u`: it can be read
/// out on the telephone.
public func identifierText(random: [UInt8]) -> String {
    precondition(random.count == 16, "an id is 16 bytes")
    let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    var out: [UInt8] = []
    var bits: UInt32 = 0, count = 0
    for byte in random + [0] {
        bits = (bits << 8 | UInt32(byte)) & 0xFFFF
        count += 8
        while count >= 5, out.count < 26 {
            count -= 5
            out.append(letters[Int(bits >> UInt32(count)) & 31])
        }
    }
    return String(decoding: out, as: UTF8.self)
}

extension SiteSecret {
    /// How a code of six digits is kept: a digest alone could be searched through in a moment, so it takes the secret too.
    /// - Parameter subject: whose code it is; the same digits of another learner are other bytes.
    public func codeDigest(_ code: String, of subject: String) -> [UInt8] {
        hmacSHA256(keyInfo([subject, code]), key: key("lectern/1/code"))
    }

    /// The claim of a browser that has none yet: out of what its page made for this one attempt to buy, so that a request
    /// which is sent twice, because its answer got lost, is the same buyer.
    /// - Returns: nil for a text too short to hold 128 random bits: somebody else might guess it.
    public func claim(attempt: String) -> Token? {
        guard attempt.utf8.count >= 22 else { return nil }
        return Token(random: key("lectern/1/claim", [attempt]))
    }

    /// What takes a seat of an order. Made again whenever it is to be shown: the store keeps its digest alone.
    /// - Parameter edition: grows when the buyer wants another one; those of before are no longer known.
    public func invitation(order: String, edition: Int) -> Token { Token(random: key("lectern/1/invitation", [order, String(edition)])) }

    /// Signs the notices of the pretended payments of a preview.
    public var pretendKey: [UInt8] { key("lectern/1/pretend") }

    /// The same answer for the same unknown address, so that asking twice tells nothing.
    public func decoy(_ purpose: String, of subject: String) -> [UInt8] { key("lectern/1/decoy", [purpose, subject]) }
}

/// Six digits out of random bytes, each code as likely as another.
/// - Parameter random: gives that many bytes that nobody can guess.
public func sixDigits(random: (Int) -> [UInt8]) -> String {
    while true {
        let value = random(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        // The last, incomplete million of the range would make small codes likelier.
        guard value < 4_294_000_000 else { continue }
        let digits = String(value % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
}

extension SiteSecret {
    /// Hides what a mail will say (a code, a link) from whoever copies the database while the mail waits to be sent.
    /// - Parameter nonce: 12 random bytes.
    public func sealed(mail: [UInt8], nonce: [UInt8]) -> String {
        base64URL(nonce + AESGCM.seal(mail, key: key("lectern/1/mail"), nonce: nonce))
    }

    /// - Returns: nil for what another secret sealed.
    public func opened(mail text: String) -> [UInt8]? {
        guard let sealed = bytes(base64URL: text), sealed.count >= AESGCM.nonceBytes + AESGCM.tagBytes else { return nil }
        do throws(SealBroken) {
            return try AESGCM.open(
                Array(sealed.dropFirst(AESGCM.nonceBytes)), key: key("lectern/1/mail"), nonce: Array(sealed.prefix(AESGCM.nonceBytes)))
        } catch { return nil }
    }
}
