/// The SHA-256 digest of a random token: of a session, of a claim, of a link in a mail. The token itself is kept by its
/// holder alone, so that a copy of the database opens no account.
public struct TokenDigest: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let text: String

    public init(_ bytes: some Sequence<UInt8>) {
        text = String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// As a database keeps it.
    public init(text: String) { self.text = text }

    /// Never whole: what a log shows identifies, and opens nothing.
    public var description: String { text.prefix(8) + "…" }

    private static let digits = Array("0123456789abcdef".utf8)
}
