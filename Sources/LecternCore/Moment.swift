/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
public struct Moment: Hashable, Sendable, Comparable, Codable {
    public var seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    public static func < (a: Moment, b: Moment) -> Bool { a.seconds < b.seconds }

    /// Reads a date as front matter writes it: `2026-03-01`, `2026-03-01 09:30`, `2026-03-01T09:30:00+08:00`
    /// (RFC 3339, its time and zone optional; without a zone: UTC).
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        var at = 0
        func number(_ digits: Int) -> Int? {
            guard at + digits <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + digits] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            at += digits
            return value
        }
        func skip(_ any: String) -> Bool {
            guard at < bytes.count, any.utf8.contains(bytes[at]) else { return false }
            at += 1
            return true
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2),
            (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, year: year)
        else { return nil }
        var total = Self.days(year: year, month: month, day: day) * 86_400
        if at < bytes.count {
            guard skip("Tt "), let hour = number(2), skip(":"), let minute = number(2), hour < 24, minute < 60 else { return nil }
            total += Int64(hour * 3600 + minute * 60)
            if skip(":") {
                guard let second = number(2), second <= 60 else { return nil }
                total += Int64(min(second, 59))
                if skip(".") { while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 } }
            }
            _ = skip(" ")
            if at < bytes.count, !skip("Zz") {
                let east = bytes[at] == UInt8(ascii: "+")
                guard skip("+-"), let hours = number(2), hours < 24 else { return nil }
                _ = skip(":")
                let minutes = at < bytes.count ? number(2) : 0
                guard let minutes, minutes < 60 else { return nil }
                total -= Int64(hours * 3600 + minutes * 60) * (east ? 1 : -1)
            }
        }
        guard at == bytes.count else { return nil }
        seconds = total
    }

    /// Midnight in UTC.
    /// - Parameter day: of the month; its last where it has fewer.
    public init(year: Int, month: Int, day: Int) {
        seconds = Self.days(year: year, month: month, day: min(day, Self.days(inMonth: month, year: year))) * 86_400
    }

    /// 2026-03-01, in UTC.
    public var day: String {
        let (year, month, day) = civil
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "-" + Self.two(month) + "-" + Self.two(day)
    }

    /// 2026-03-01T09:30:00Z (RFC 3339).
    public var rfc3339: String {
        let rest = Int(((seconds % 86_400) + 86_400) % 86_400)
        return day + "T" + Self.two(rest / 3600) + ":" + Self.two(rest / 60 % 60) + ":" + Self.two(rest % 60) + "Z"
    }

    /// Year, month 1 to 12, day of the month, in UTC.
    public var civil: (year: Int, month: Int, day: Int) {
        // Days to civil date in the proleptic Gregorian calendar, counted in eras of 400 years from 1 March.
        let days = (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), Int(month), Int(dayOfYear - (153 * shifted + 2) / 5 + 1))
    }

    private static func days(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return Int64(era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
    }

    private static func days(inMonth month: Int, year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
