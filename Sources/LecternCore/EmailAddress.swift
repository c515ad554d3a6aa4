/// An address that mail can be sent to, and by which a learner is known.
///
/// Lower case throughout: RFC 5321 lets the part before the @ tell capitals apart, no provider does, and learners type
/// both. No quoted local parts, no comments, no addresses of hosts in brackets; letters beyond ASCII are allowed
/// (RFC 6531), control characters and spaces never, so that an address can stand in a mail's header.
public struct EmailAddress: Hashable, Sendable, Codable, CustomStringConvertible {
    public let text: String

    /// - Returns: nil for what is no address, or is longer than 254 bytes (RFC 5321, 4.5.3.1.3).
    public init?(_ typed: String) {
        let trimmed = typed.drop { $0 == " " }
        let text = String(trimmed.prefix(upTo: trimmed.lastIndex { $0 != " " }.map { trimmed.index(after: $0) } ?? trimmed.startIndex))
            .lowercased()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].utf8.count),
            Self.isDotted(parts[0], where: Self.isLocal), parts[1].contains("."), Self.isDotted(parts[1], where: Self.isHost),
            !parts[1].split(separator: ".").contains(where: { $0.hasPrefix("-") || $0.hasSuffix("-") || $0.utf8.count > 63 })
        else { return nil }
        self.text = text
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let address = EmailAddress(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no e-mail address"))
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var description: String { text }

    /// For a page that somebody else may see: `l…@example.com`.
    public var masked: String { text.prefix(1) + "…" + text[text.firstIndex(of: "@")!...] }

    private static func isDotted(_ part: Substring, where isAllowed: (Unicode.Scalar) -> Bool) -> Bool {
        part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0.unicodeScalars.allSatisfy(isAllowed) }
    }

    private static func isLocal(_ scalar: Unicode.Scalar) -> Bool {
        isHost(scalar) || "!#$%&'*+/=?^_`{|}~".unicodeScalars.contains(scalar)
    }

    private static func isHost(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.generalCategory == .nonspacingMark
            || scalar == "-"
    }
}
