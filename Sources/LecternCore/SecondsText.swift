/// 83 → "1:23", 3723 → "1:02:03".
public func timeText(seconds: Int) -> String {
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}

/// Reads "83", "1:23", "01:02:03" as seconds; also ISO 8601's "PT1H2M3S" and "90m", "1h30m", "45s".
public func seconds(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 1 || parts[0].allSatisfy(\.isASCIIDigit) {
        guard parts.count <= 3, parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 6 && $0.allSatisfy(\.isASCIIDigit) }) else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        return numbers.reduce(0) { $0 * 60 + $1 }
    }
    var total = 0
    var number: Int?
    let body = text.uppercased().hasPrefix("PT") ? text.dropFirst(2) : text[...]
    for character in body.uppercased() {
        if let digit = character.wholeNumberValue, character.isASCIIDigit {
            number = (number ?? 0) * 10 + digit
            if number! > 1_000_000 { return nil }
        } else if let value = number, let unit = ["H": 3600, "M": 60, "S": 1][character] {
            total += value * unit
            number = nil
        } else {
            return nil
        }
    }
    return number == nil && total > 0 ? total : nil
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
