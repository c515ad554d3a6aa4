/// The SHA-256 digest of a random token: of a session, of a claim, of a link in a mail. The token itself is kept by its
/// holder alone, so that a copy of the database opens no account.
public struct TokenDigest: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let text: String

    public init(_ bytes: some Sequence<UInt8>) {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(Self.digits[Int(byte >> 4)])
            text.append(Self.digits[Int(byte & 15)])
        }
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// As a database keeps it.
    public init(text: String) { self.text = text }

    /// Never whole: what a log shows identifies, and opens nothing.
    public var description: String { text.prefix(8) + "…" }

    private static let digits = Array("0123456789abcdef".utf8)
}
