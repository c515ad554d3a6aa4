import Synchronization

/// Counts for `/metrics`, in Prometheus's text form (version 0.0.4). No label holds anything that a visitor chose.
public final class Metrics: Sendable {
    /// Upper bounds of an answer's time, in milliseconds.
    private static let bounds: [Int64] = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000]

    private struct Count {
        /// By the status's first digit.
        var answers = [Int](repeating: 0, count: 6)
        var within = [Int](repeating: 0, count: bounds.count + 1)
        var microseconds: Int64 = 0
    }

    private let routes: [String]
    private let counts: Mutex<[Count]>
    private let started: Int64

    init(routes: [String], startedAtSeconds started: Int64) {
        self.routes = routes + ["none"]
        self.started = started
        counts = Mutex(Array(repeating: Count(), count: routes.count + 1))
    }

    /// - Parameter route: its place in the table; nil for none.
    func count(route: Int?, status: Int, microseconds: Int64) {
        let place = Self.bounds.firstIndex { microseconds <= $0 * 1000 } ?? Self.bounds.count
        counts.withLock { counts in
            let route = route ?? counts.count - 1
            counts[route].answers[min(max(status / 100, 0), 5)] += 1
            counts[route].within[place] += 1
            counts[route].microseconds += microseconds
        }
    }

    /// - Parameter gauges: further lines: a name, what it is, its value now.
    public func text(gauges: [(name: String, help: String, value: Int64)]) -> String {
        let counts = counts.withLock { $0 }
        var out = "# HELP lectern_answers_total Answers by operation and class of status.\n# TYPE lectern_answers_total counter\n"
        for (route, count) in zip(routes, counts) {
            for (digit, number) in count.answers.enumerated() where number > 0 {
                out += "lectern_answers_total{operation=\"\(route)\",status=\"\(digit)xx\"} \(number)\n"
            }
        }
        out += "# HELP lectern_answer_seconds Time from a request's head to its answer.\n# TYPE lectern_answer_seconds histogram\n"
        for (route, count) in zip(routes, counts) where count.within.contains(where: { $0 > 0 }) {
            var sum = 0
            for (bound, number) in zip(Self.bounds, count.within) {
                sum += number
                out += "lectern_answer_seconds_bucket{operation=\"\(route)\",le=\"\(seconds(bound * 1000))\"} \(sum)\n"
            }
            sum += count.within.last!
            out += "lectern_answer_seconds_bucket{operation=\"\(route)\",le=\"+Inf\"} \(sum)\n"
            out += "lectern_answer_seconds_sum{operation=\"\(route)\"} \(seconds(count.microseconds))\n"
            out += "lectern_answer_seconds_count{operation=\"\(route)\"} \(sum)\n"
        }
        let times = [(name: "lectern_start_time_seconds", help: "When this process began, in seconds since 1970.", value: started)]
        for gauge in times + gauges {
            out += "# HELP \(gauge.name) \(gauge.help)\n# TYPE \(gauge.name) gauge\n\(gauge.name) \(gauge.value)\n"
        }
        return out
    }

    private func seconds(_ microseconds: Int64) -> String {
        let digits = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
}
