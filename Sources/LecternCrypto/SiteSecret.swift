/// The secret of one site: 32 random bytes, from which every key of its paid lessons comes (docs/sealed.md).
///
/// Who has it can open and make everything; it never leaves this value but as keys, and never shows in a log.
public struct SiteSecret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// - Returns: nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads what `site.secret` and `LECTERN_SITE_SECRET` hold: 64 hexadecimal digits, with white space around them.
    public init?(hexadecimal text: some Sequence<UInt8>) {
        let digits = Array(text).split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard digits.count == 1, digits[0].count == 64 else { return nil }
        let values = digits[0].compactMap(hexadecimalValue)
        guard values.count == 64 else { return nil }
        self.init(bytes: stride(from: 0, to: 64, by: 2).map { values[$0] << 4 | values[$0 + 1] })
    }

    /// Makes the secret of a new site.
    public static func random() throws(NoRandomness) -> SiteSecret {
        SiteSecret(bytes: try randomBytes(32))!
    }

    /// As `site.secret` holds it.
    public var fileText: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n" }

    /// A key for one purpose: HKDF(secret, info: purpose and parts). 32 bytes.
    func key(_ purpose: String, _ parts: [String] = []) -> [UInt8] { hkdfSHA256(bytes, info: keyInfo([purpose] + parts)) }

    /// Tells one secret from another, and tells nothing else.
    public var fingerprint: Digest { Digest(key("lectern/1/fingerprint")) }

    public var description: String { "SiteSecret(hidden)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The value of a hexadecimal digit in ASCII, of either case.
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}
