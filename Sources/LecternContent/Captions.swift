import LecternCore

/// One caption: what is said, from when to when.
public struct Cue: Sendable, Hashable, Codable {
    public var startMilliseconds: Int
    /// Always after the start, in captions without an error.
    public var endMilliseconds: Int
    /// Without markup; its lines are parted by "\n". Empty when the cue shows nothing.
    public var text: String
    /// Who speaks, where the file says so: `<v Ann>`.
    public var voice: String?
    /// Of its timing line in the file, counted from 1.
    public var line: Int

    public init(startMilliseconds: Int, endMilliseconds: Int, text: String, voice: String? = nil, line: Int = 0) {
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.text = text
        self.voice = voice
        self.line = line
    }
}

/// The captions of one film in one language.
public struct Captions: Sendable, Hashable {
    /// In the order of the file.
    public var cues: [Cue]
    /// What to publish: WebVTT in UTF-8 without a byte order mark, whatever the creator's file was.
    public var webVTT: [UInt8]

    /// Larger files are refused: a film of ten hours has less than 1 MB of captions.
    static let limitBytes = 16 << 20

    /// Reads WebVTT (W3C WebVTT: The Web Video Text Tracks Format) and SubRip (`.srt`), strictly: where players differ in
    /// what they make of a line, the line is a problem.
    ///
    /// - Parameter file: the path for the problems; its ending says what the file is when its first line does not.
    /// - Returns: what could be read, and every problem. UTF-16 and GBK are converted, with a warning. With an error among
    ///   the problems, `webVTT` is not fit to publish.
    public static func read(_ bytes: [UInt8], file: String) -> (captions: Captions, problems: [Problem]) {
        guard bytes.count <= limitBytes else {
            let problem = Problem(
                .error, "these captions are larger than \(limitBytes >> 20) MB", file: file,
                help: ["is it a film or an archive under the name of captions?"])
            return (Captions(cues: [], webVTT: []), [problem])
        }
        let decoded = decodeCaptions(bytes, file: file)
        guard let text = decoded.text else { return (Captions(cues: [], webVTT: []), decoded.problems) }
        if let fault = firstFault(in: text), let scalar = fault.refused {
            let problem = refusal(of: scalar, file: file, line: splitLines(Array(text[..<fault.offset])).count)
            return (Captions(cues: [], webVTT: []), decoded.problems + [problem])
        }

        let lines = splitLines(text)
        guard lines.contains(where: { !$0.isBlank }) else {
            let problem = Problem(
                .error, "this caption file is empty", file: file,
                help: ["write captions into it, or remove the file"])
            return (Captions(cues: [], webVTT: []), decoded.problems + [problem])
        }

        var reader: CueReader
        if isWebVTTHeader(lines[0]) {
            reader = CueReader(lines: lines, file: file, format: .webVTT)
            reader.readWebVTT()
        } else if file.lowercased().hasSuffix(".srt") {
            reader = CueReader(lines: lines, file: file, format: .subRip)
            reader.readSubRip()
        } else {
            return (Captions(cues: [], webVTT: []), decoded.problems + [missingHeader(lines, file: file)])
        }

        if reader.cues.isEmpty, !reader.problems.contains(where: { $0.severity == .error }) {
            reader.problems.append(
                Problem(
                    .error, "there is no caption in this file", file: file,
                    help: ["a caption is a line of times and its text: " + exampleTimes, "or remove the file"]))
        }
        let published = reader.format == .webVTT ? text : reader.converted
        return (Captions(cues: reader.cues, webVTT: published), decoded.problems + reader.problems.sorted())
    }

    /// A warning where captions stand after the film's end: they are never shown.
    public func problems(beyond durationMilliseconds: Int, file: String) -> [Problem] {
        guard let first = cues.first(where: { $0.startMilliseconds >= durationMilliseconds }) else { return [] }
        let count = cues.count { $0.startMilliseconds >= durationMilliseconds }
        let what = count == 1 ? "this caption starts" : "this caption and \(count - 1) more start"
        return [
            Problem(
                .warning, "\(what) after the film has ended, at \(timeText(seconds: durationMilliseconds / 1000))",
                file: file, line: first.line, help: ["are these the captions of another cut of the film?"])
        ]
    }
}

private func isWebVTTHeader(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.starts(with: "WEBVTT".utf8) else { return false }
    let rest = line.dropFirst(6)
    return rest.isEmpty || rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: "\t")
}

private func missingHeader(_ lines: [ArraySlice<UInt8>], file: String) -> Problem {
    let written = lines.filter { !$0.isBlank }
    let looksLikeSubRip = written.count > 1 && written[0].isNumber && written[1].contains(arrow)
    if looksLikeSubRip {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let stem = name.lowercased().hasSuffix(".vtt") ? String(name.dropLast(4)) : name
        return Problem(
            .error, "the first line is not WEBVTT", file: file, line: 1,
            help: ["this looks like SubRip: rename it to \"\(stem).srt\", it will be converted"])
    }
    return Problem(
        .error, "the first line is not WEBVTT", file: file, line: 1,
        help: ["write WEBVTT on a line of its own at the top, and an empty line below it"])
}
