/// A named part of a film.
public struct VideoChapter: Sendable, Hashable, Codable {
    public var startMilliseconds: Int
    public var title: String

    public init(startMilliseconds: Int, title: String) {
        self.startMilliseconds = startMilliseconds
        self.title = title
    }
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
