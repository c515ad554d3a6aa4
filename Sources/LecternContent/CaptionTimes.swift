let exampleTimes = "00:00:01.000 --> 00:00:04.000"

/// A timing line: two times and, in WebVTT, the settings after them.
struct CueTimes {
    var startMilliseconds: Int
    var endMilliseconds: Int
    var settings: ArraySlice<UInt8>
}

/// Reads `00:01.000 --> 00:04.000 line:0` as W3C WebVTT writes it (hours may be missing, then two digits or more), or the
/// same with hours and a comma as SubRip has it.
func readTimes(_ line: ArraySlice<UInt8>, format: CueReader.Format) -> CueTimes? {
    guard let at = line.firstIndex(of: arrow) else { return nil }
    let left = line[..<at]
    let right = line[(at + arrow.count)...]
    if format == .webVTT {
        let spaces: (UInt8?) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard spaces(left.last), spaces(right.first), !spaces(left.first) else { return nil }
    }
    let rest = right.trimmed
    let endOfTime = rest.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } ?? rest.endIndex
    guard let start = readTime(left.trimmed, format: format), let end = readTime(rest[..<endOfTime], format: format)
    else { return nil }
    return CueTimes(startMilliseconds: start, endMilliseconds: end, settings: rest[endOfTime...].trimmed)
}

private func readTime(_ text: ArraySlice<UInt8>, format: CueReader.Format) -> Int? {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let hours = parts.count == 3 ? digits(parts[0], format == .webVTT ? 2...5 : 1...5) : 0
    guard parts.count == 3 || (parts.count == 2 && format == .webVTT), let hours,
        let minutes = digits(parts[parts.count - 2], 2...2), minutes < 60
    else { return nil }
    let last = parts[parts.count - 1]
    guard let mark = last.firstIndex(where: { $0 == UInt8(ascii: ".") || (format == .subRip && $0 == UInt8(ascii: ",")) }),
        let seconds = digits(last[..<mark], 2...2), seconds < 60, let thousandths = digits(last[(mark + 1)...], 3...3)
    else { return nil }
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
}

func digits(_ text: ArraySlice<UInt8>, _ lengths: ClosedRange<Int>) -> Int? {
    guard lengths.contains(text.count), text.isNumber, text.trimmed.count == text.count else { return nil }
    return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
}

/// The timing line that was probably meant, for the problem's help: commas, single digits and short arrows are mended.
func probableTimes(_ line: ArraySlice<UInt8>) -> String? {
    var times: [Int] = []
    for word in line.split(whereSeparator: { !isTimeCharacter($0) }).prefix(2) {
        guard let time = probableTime(word) else { return nil }
        times.append(time)
    }
    guard times.count == 2, times[0] < times[1] else { return nil }
    return webVTTTime(times[0]) + " --> " + webVTTTime(times[1])
}

private func isTimeCharacter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ",")].contains(byte)
}

private func probableTime(_ word: ArraySlice<UInt8>) -> Int? {
    let halves = word.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
    let parts = halves[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), (2...3).contains(parts.count) else { return nil }
    var seconds = 0
    for (place, part) in parts.enumerated() {
        guard let number = digits(part, 1...3), place == 0 || number < 60 else { return nil }
        seconds = seconds * 60 + number
    }
    guard halves.count == 2 else { return seconds * 1000 }
    guard let fraction = digits(halves[1], 1...3) else { return nil }
    return seconds * 1000 + fraction * [100, 10, 1][halves[1].count - 1]
}

/// `01:02:03.004`
func webVTTTime(_ milliseconds: Int) -> String {
    let seconds = milliseconds / 1000
    func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2) + "."
        + padded(milliseconds % 1000, 3)
}
