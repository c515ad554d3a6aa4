import LecternCore

/// A day of China's, UTC+8, by which WeChat Pay and Alipay keep their books.
public struct BillDay: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    private let number: Int64

    /// The day on which something happened.
    public init(of instant: Instant) {
        let seconds = instant.adding(seconds: chinaSeconds).milliseconds / 1000
        number = (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400
    }

    private init(number: Int64) { self.number = number }

    /// `2026-11-30`
    public var text: String { String(Moment(seconds: number * 86_400).rfc3339.prefix(10)) }

    public func adding(days: Int64) -> BillDay { BillDay(number: number + days) }

    public static func < (one: BillDay, other: BillDay) -> Bool { one.number < other.number }
}

private let chinaSeconds: Int64 = 8 * 3600

/// `2026-11-30T09:30:00`, in China's time.
func chinaTime(_ instant: Instant) -> String { String(instant.adding(seconds: chinaSeconds).text.prefix(19)) }
