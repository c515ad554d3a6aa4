import LecternCore

/// A named part of a film.
public struct VideoChapter: Sendable, Hashable, Codable {
    public var startMilliseconds: Int
    public var title: String

    public init(startMilliseconds: Int, title: String) {
        self.startMilliseconds = startMilliseconds
        self.title = title
    }
}

/// Reads a time as a person writes it: `83`, `1:23`, `01:02:03`, each with up to three decimals (`1:23.5`).
///
/// - Returns: milliseconds, or nothing: `1:2:3:4`, `1:75` and `1:5` are refused, since they may be slips.
public func readClockTime(_ text: String) -> Int? {
    let halves = Array(text.utf8)[...].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count) else { return nil }
    let parts = halves[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var seconds = 0
    for (place, part) in parts.enumerated() {
        // Without hours, minutes may go past 59 (90:00 is an hour and a half), and so may seconds alone.
        guard let number = digits(part, place == 0 ? 1...6 : 2...2), place == 0 || number < 60,
            place > 0 || parts.count < 3 || number < 1000
        else { return nil }
        seconds = seconds * 60 + number
    }
    guard halves.count == 2 else { return seconds * 1000 }
    guard let fraction = digits(halves[1], 1...3) else { return nil }
    return seconds * 1000 + fraction * [100, 10, 1][halves[1].count - 1]
}

/// Chapters as they stand in the front matter, checked: each time readable and after the one above it, each with a title.
///
/// - Parameters:
///   - entries: the time and title as written, and the line in `file`.
///   - durationMilliseconds: of the film, when it is known.
public func readVideoChapters(
    _ entries: [(time: String, title: String, line: Int)], durationMilliseconds: Int? = nil, file: String
) -> (chapters: [VideoChapter], problems: [Problem]) {
    var chapters: [VideoChapter] = []
    var problems: [Problem] = []
    for entry in entries {
        func report(_ message: String, help: String) {
            problems.append(Problem(.error, message, file: file, line: entry.line, help: [help]))
        }
        guard let start = readClockTime(entry.time) else {
            report("\"\(entry.time)\" is not a time", help: "write minutes and seconds: 1:23, or 1:02:03, or seconds: 83")
            continue
        }
        let title = entry.title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if title.isEmpty { report("this chapter has no title", help: "write a few words after its time") }
        if let last = chapters.last, start <= last.startMilliseconds {
            report(
                "this chapter starts at \(entry.time), not after the one above it, at "
                    + timeText(seconds: last.startMilliseconds / 1000),
                help: "put chapters in the order of their times, or mend the time")
        }
        if let durationMilliseconds, start >= durationMilliseconds {
            report(
                "this chapter starts at \(entry.time), after the film has ended, at "
                    + timeText(seconds: durationMilliseconds / 1000),
                help: "mend the time, or remove the chapter")
        }
        chapters.append(VideoChapter(startMilliseconds: start, title: title))
    }
    return (chapters, problems)
}

/// The chapters as a WebVTT file of the kind "chapters": each lasts to the start of the next, the last one to the end of
/// the film, or for an hour when its duration is not known.
public func webVTTChapters(_ chapters: [VideoChapter], durationMilliseconds: Int? = nil) -> [UInt8] {
    var text = Array("WEBVTT\n".utf8)
    for (index, chapter) in chapters.enumerated() {
        let start = chapter.startMilliseconds
        let next = index + 1 < chapters.count ? chapters[index + 1].startMilliseconds : durationMilliseconds
        let end = max(start + 1, next ?? start + 3_600_000)
        text += Array("\n\(webVTTTime(start)) --> \(webVTTTime(end))\n".utf8)
        for byte in chapter.title.utf8 {
            switch byte {
            case UInt8(ascii: "&"): text += "&amp;".utf8
            case UInt8(ascii: "<"): text += "&lt;".utf8
            case UInt8(ascii: ">"): text += "&gt;".utf8
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): text.append(UInt8(ascii: " "))
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\n"))
    }
    return text
}
