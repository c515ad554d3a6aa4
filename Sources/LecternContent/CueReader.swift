import LecternCore

/// Walks the blocks of a caption file, and goes on after each problem, so that all are told at once.
struct CueReader {
    enum Format { case webVTT, subRip }

    let lines: [ArraySlice<UInt8>]
    let file: String
    let format: Format
    var cues: [Cue] = []
    var problems: [Problem] = []
    /// SubRip as WebVTT.
    var converted: [UInt8] = Array("WEBVTT\n".utf8)

    private var overlaps: [Int] = []
    private var identifiers: [ArraySlice<UInt8>: Int] = [:]

    init(lines: [ArraySlice<UInt8>], file: String, format: Format) {
        self.lines = lines
        self.file = file
        self.format = format
    }

    mutating func readWebVTT() {
        var index = 1
        while index < lines.count, !lines[index].isEmpty {
            // Browsers end the header at a line of times, though the format wants an empty line there.
            if lines[index].contains(arrow) {
                report(.error, "there is no empty line below the header", at: index, help: ["put an empty line above this one"])
                break
            }
            index += 1
        }
        readBlocks(from: index)
    }

    mutating func readSubRip() { readBlocks(from: 0) }

    private mutating func readBlocks(from first: Int) {
        var index = first
        while index < lines.count {
            if isEnd(lines[index]) {
                index += 1
                continue
            }
            var end = index
            while end < lines.count, !isEnd(lines[end]) { end += 1 }
            readBlock(index..<end)
            index = end
        }
        if let first = overlaps.first {
            let more = overlaps.count == 1 ? "" : ", and \(overlaps.count - 1) more below do the same"
            report(
                .warning, "this caption starts before the one above it ends" + more, at: first,
                help: ["both are shown at once; end the one above at this one's start unless you mean it"])
        }
    }

    /// A line of spaces does not end a block in WebVTT; in SubRip, which no standard describes, players take it as an end.
    private func isEnd(_ line: ArraySlice<UInt8>) -> Bool { format == .webVTT ? line.isEmpty : line.isBlank }

    private mutating func readBlock(_ block: Range<Int>) {
        if format == .webVTT, readsAsOther(block) { return }
        let marked = block.filter { lines[$0].contains(arrow) }
        guard let first = marked.first, first <= block.lowerBound + 1 else {
            if let broken = block.prefix(2).first(where: { looksLikeTimes(lines[$0]) }) {
                reportTimes(at: broken)
            } else {
                report(
                    .error, "this text has no times", at: block.lowerBound,
                    help: ["remove the empty line above it, or write its times above it: " + exampleTimes])
            }
            // What stands below may still be cues.
            if let first = marked.first { readCues(first..<block.upperBound, marked) }
            return
        }
        if first > block.lowerBound { remember(identifier: block.lowerBound) }
        readCues(first..<block.upperBound, marked)
    }

    /// NOTE, STYLE and REGION blocks.
    private mutating func readsAsOther(_ block: Range<Int>) -> Bool {
        let line = lines[block.lowerBound]
        let word = line.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let isNote = word.elementsEqual("NOTE".utf8)
        let isStyle = line.trimmed.elementsEqual("STYLE".utf8) || line.trimmed.elementsEqual("REGION".utf8)
        guard isNote || isStyle else { return false }
        let name = String(decoding: word, as: UTF8.self)
        if let times = block.first(where: { lines[$0].contains(arrow) }) {
            report(
                .error, "\(name) must not contain \"-->\": browsers take it for a caption", at: times,
                help: ["remove the block, or the arrow in it"])
        } else if isStyle, !cues.isEmpty {
            report(
                .warning, "\(name) after the first caption has no effect", at: block.lowerBound,
                help: ["move it up, below the WEBVTT line"])
        }
        return true
    }

    /// The cues of one block: one, unless the empty line between two is missing.
    private mutating func readCues(_ block: Range<Int>, _ marked: [Int]) {
        for (place, at) in marked.enumerated() {
            if at > block.lowerBound {
                report(
                    .error, "there is no empty line between this caption and the one above it", at: at,
                    help: ["put an empty line above it, and above its number if it has one"])
            }
            let next = place + 1 < marked.count ? marked[place + 1] : block.upperBound
            readCue(times: at, payload: (at + 1)..<next)
        }
    }

    private mutating func readCue(times at: Int, payload: Range<Int>) {
        guard let times = readTimes(lines[at], format: format) else { return reportTimes(at: at) }
        if format == .webVTT {
            for complaint in complaints(aboutSettings: times.settings) {
                report(.warning, complaint, at: at, help: ["settings are: " + settingNames.joined(separator: " ")])
            }
        }
        let written = lines[payload].joined(separator: [UInt8(ascii: "\n")])
        let markup = format == .webVTT ? Array(written) : webVTTMarkup(fromSubRip: Array(written))
        let payloadText = readCueText(markup)
        for complaint in payloadText.complaints {
            report(.warning, complaint.what, at: payload.lowerBound + complaint.line, help: [complaint.help])
        }
        if payloadText.text.isEmpty, payloadText.complaints.isEmpty {
            report(.warning, "this caption has no text", at: at, help: ["write some below it, or remove it"])
        }
        let cue = Cue(
            startMilliseconds: times.startMilliseconds, endMilliseconds: times.endMilliseconds, text: payloadText.text,
            voice: payloadText.voice, line: at + 1)
        check(cue, at: at)
        cues.append(cue)
        if format == .subRip, !payloadText.text.isEmpty { convert(cue, markup: markup, isOnTop: isOnTop(Array(written))) }
    }

    private mutating func check(_ cue: Cue, at: Int) {
        guard cue.endMilliseconds > cue.startMilliseconds else {
            let what = cue.endMilliseconds == cue.startMilliseconds ? "lasts no time" : "ends before it starts"
            return report(.error, "this caption " + what, at: at, help: ["the second time must be later than the first"])
        }
        guard let last = cues.last else { return }
        if cue.startMilliseconds < last.startMilliseconds {
            report(
                .error, "this caption starts before the one above it, at line \(last.line)", at: at,
                help: ["put captions in the order of their times, or mend the time"])
        } else if cue.startMilliseconds < last.endMilliseconds {
            overlaps.append(at)
        }
    }

    private mutating func convert(_ cue: Cue, markup: [UInt8], isOnTop: Bool) {
        let times = webVTTTime(cue.startMilliseconds) + " --> " + webVTTTime(cue.endMilliseconds)
        converted += Array("\n\(times)\(isOnTop ? " line:0" : "")\n".utf8) + markup + [UInt8(ascii: "\n")]
    }

    private mutating func remember(identifier at: Int) {
        guard format == .webVTT else { return }
        if let earlier = identifiers.updateValue(at, forKey: lines[at]) {
            report(
                .warning, "another caption has this identifier, at line \(earlier + 1)", at: at,
                help: ["identifiers are optional: remove one, or change it"])
        }
    }

    private mutating func reportTimes(at index: Int) {
        let line = String(decoding: lines[index].prefix(80), as: UTF8.self)
        report(
            .error, "the times cannot be read: \(line)", at: index,
            help: ["write: " + (probableTimes(lines[index]) ?? exampleTimes)])
    }

    private func looksLikeTimes(_ line: ArraySlice<UInt8>) -> Bool {
        line.contains(arrow) || probableTimes(line) != nil
    }

    private mutating func report(_ severity: Problem.Severity, _ message: String, at index: Int, help: [String]) {
        problems.append(Problem(severity, message, file: file, line: index + 1, help: help))
    }
}
