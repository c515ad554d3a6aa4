/// A moment of the real world, in milliseconds since 1970-01-01 UTC. What a database keeps; a `Moment` is what a creator writes.
public struct Instant: Hashable, Sendable, Codable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public init(seconds: Int64) { milliseconds = seconds * 1000 }

    public init(from decoder: any Decoder) throws { milliseconds = try decoder.singleValueContainer().decode(Int64.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    public static func < (one: Instant, other: Instant) -> Bool { one.milliseconds < other.milliseconds }

    public func adding(seconds: Int64) -> Instant { Instant(milliseconds: milliseconds + seconds * 1000) }

    /// RFC 3339, UTC, with milliseconds: `2026-11-24T13:56:59.000Z`.
    public var text: String {
        let rest = (milliseconds % 1000 + 1000) % 1000
        let whole = Moment(seconds: (milliseconds - rest) / 1000).rfc3339
        return whole.dropLast() + "." + String(1000 + rest).dropFirst() + "Z"
    }
}
