/// A piece of the transcript that belongs to one cue, so that a page can light it up while it is spoken.
public struct TranscriptCue: Sendable, Hashable, Codable {
    public var startMilliseconds: Int
    /// With the space that parts it from the next one, where there has to be one.
    public var text: String
}

/// What is said without a longer pause, or by one speaker.
public struct TranscriptParagraph: Sendable, Hashable, Codable {
    public var startMilliseconds: Int
    public var voice: String?
    public var cues: [TranscriptCue]
    public var text: String { cues.map(\.text).joined() }
}

/// A silence of this length begins a new paragraph.
private let pauseMilliseconds = 2_000
/// Lengths are counted in Latin letters; a Chinese character counts as two. A paragraph ends with the first sentence
/// after `goodLength`, or anywhere after `longLength`: captions are often written without full stops.
private let goodLength = 320
private let longLength = 640

extension Captions {
    /// The captions as text to read.
    ///
    /// - Parameter breaksAt: milliseconds at which a paragraph must begin, in order: the starts of the film's chapters.
    public func transcript(breaksAt: [Int] = []) -> [TranscriptParagraph] {
        var paragraphs: [TranscriptParagraph] = []
        var lastEnd = 0
        var lastText = ""
        var length = 0
        var chapters = breaksAt[...]
        for cue in cues where !cue.text.isEmpty {
            let text = joined(cue.text.split(separator: "\n").map(String.init))
            // Rolling captions show a line twice.
            if text == lastText, cue.startMilliseconds < lastEnd {
                lastEnd = max(lastEnd, cue.endMilliseconds)
                continue
            }

            var begins = paragraphs.isEmpty
            while let chapter = chapters.first, chapter <= cue.startMilliseconds {
                chapters.removeFirst()
                begins = true
            }
            if let paragraph = paragraphs.last {
                begins =
                    begins || paragraph.voice != cue.voice || cue.startMilliseconds - lastEnd >= pauseMilliseconds
                    || (length >= goodLength && endsSentence(lastText)) || length >= longLength
            }
            if begins {
                paragraphs.append(
                    TranscriptParagraph(startMilliseconds: cue.startMilliseconds, voice: cue.voice, cues: []))
                length = 0
            } else {
                let last = paragraphs[paragraphs.count - 1].cues.count - 1
                paragraphs[paragraphs.count - 1].cues[last].text += separator(after: lastText)
            }
            paragraphs[paragraphs.count - 1].cues.append(
                TranscriptCue(startMilliseconds: cue.startMilliseconds, text: text))
            length += text.unicodeScalars.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
            lastEnd = cue.endMilliseconds
            lastText = text
        }
        return paragraphs
    }
}

private func joined(_ lines: [String]) -> String {
    lines.dropFirst().reduce(lines.first ?? "") { $0 + separator(after: $0) + $1 }
}

/// Nothing after a full-width mark. Otherwise a space, between Chinese characters too: there it stands for the comma that
/// captions leave out at the end of a line.
private func separator(after text: String) -> String {
    guard let last = text.unicodeScalars.last else { return "" }
    return (0x3001...0x303F).contains(last.value) || (0xFF01...0xFF65).contains(last.value) ? "" : " "
}

private func endsSentence(_ text: String) -> Bool {
    let closing: Set<Character> = ["\"", "'", "”", "’", "」", "』", "）", ")"]
    guard let last = text.last(where: { !closing.contains($0) }) else { return false }
    return ".!?。！？…".contains(last)
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    (0x2E80...0xD7A3).contains(scalar.value) || (0xF900...0xFAFF).contains(scalar.value)
        || (0xFF00...0xFF65).contains(scalar.value) || (0x20000...0x3FFFF).contains(scalar.value)
}
