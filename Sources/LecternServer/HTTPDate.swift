import LecternCore
import Synchronization

/// The `Date` of answers (RFC 9110, section 5.6.7), written once a second.
final class HTTPDate: Sendable {
    private let last = Mutex((second: Int64.min, text: ""))

    func text(at now: Instant) -> String {
        let second = now.milliseconds / 1000
        return last.withLock { last in
            if last.second != second { last = (second, Self.text(second: second)) }
            return last.text
        }
    }

    private static func text(second: Int64) -> String {
        let (year, month, day) = Moment(seconds: second).civil
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(second / 86_400 % 7)]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = second % 86_400
        return "\(weekday), \(two(Int64(day))) \(name) \(year) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }
}
