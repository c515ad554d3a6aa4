import LecternCore

/// What a film's file says of itself.
public struct VideoFacts: Sendable, Hashable {
    /// Of `<source type>`: "video/mp4", "video/webm", or what the container is called where browsers do not know it.
    public var mediaType: String
    /// nil when the file does not say, as recordings made in a browser often do not.
    public var durationMilliseconds: Int?
    /// In pixels, as it is shown: turned upright, its pixels made square. nil when there is no picture.
    public var width: Int?
    public var height: Int?
    /// In ffmpeg's words: "h264", "hevc", "vp9", "av1"; nil when there is none.
    public var videoCodec: String?
    public var audioCodec: String?
    /// In ffmpeg's words: "yuv420p".
    public var pixelFormat: String?

    /// The parts that some browsers cannot play, in words; empty when all can.
    ///
    /// H.264 and AAC are played everywhere; HEVC is heard but not seen in some browsers, which report no error.
    public var hindrances: [String] {
        var found: [String] = []
        guard !mediaType.hasPrefix("audio/") else { return [] }
        let isWebM = mediaType == "video/webm"
        if !isWebM, mediaType != "video/mp4" { found.append("its container (\(mediaType.drop { $0 != "/" }.dropFirst()))") }
        let pictures = isWebM ? ["vp8", "vp9", "av1"] : ["h264", "vp9", "av1"]
        let sounds = isWebM ? ["opus", "vorbis"] : ["aac", "mp3", "opus", "flac"]
        if let videoCodec, !pictures.contains(videoCodec) { found.append("its pictures (\(videoCodec))") }
        // The profiles of H.264 for studios have finer colours, and no browser on a telephone decodes them.
        if videoCodec == "h264", let pixelFormat, !["yuv420p", "yuvj420p", "gray"].contains(pixelFormat) {
            found.append("its colours (\(pixelFormat))")
        }
        if let audioCodec, !sounds.contains(audioCodec) { found.append("its sound (\(audioCodec))") }
        return found
    }

    /// What the creator should know, or nil.
    public func warning(shownAs file: String) -> Problem? {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        if !hindrances.isEmpty {
            let isCopy = hindrances.count == 1 && mediaType != "video/mp4" && mediaType != "video/webm"
            let how = isCopy ? "-c copy" : "-c:v libx264 -pix_fmt yuv420p -c:a aac"
            return Problem(
                .warning, "some browsers cannot play \"\(name)\": \(hindrances.joined(separator: ", "))", file: file,
                help: [
                    "it is published as it is; make an MP4 of it:",
                    "ffmpeg -i \(quoted(name)) \(how) -movflags +faststart film.mp4",
                ])
        }
        if durationMilliseconds == nil {
            return Problem(
                .warning, "\"\(name)\" does not say how long it is", file: file,
                help: [
                    "write duration: into the front matter, or let ffmpeg write it:",
                    "ffmpeg -i \(quoted(name)) -c copy film.\(mediaType == "video/webm" ? "webm" : "mp4")",
                ])
        }
        return nil
    }

    private func quoted(_ name: String) -> String {
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) } && !name.hasPrefix("-")
            ? name : "'./" + name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension VideoFacts {
    /// - Parameters:
    ///   - flat: what ffprobe wrote with `-of flat`: `streams.stream.0.codec_name="h264"`, a line a fact.
    ///   - isWebM: of the two kinds of Matroska, the one that browsers know.
    /// - Returns: nil when it holds neither pictures nor sound.
    init?(flat: [UInt8], isWebM: Bool) {
        var values: [Substring: Substring] = [:]
        let text = String(decoding: flat, as: UTF8.self)
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals]] = line[line.index(after: equals)...].trimming("\"")
        }
        let format = values["format.format_name"] ?? ""
        mediaType =
            switch format {
            case let names where names.hasPrefix("mov,"): "video/mp4"
            case let names where names.hasPrefix("matroska"): isWebM ? "video/webm" : "video/x-matroska"
            case "avi": "video/x-msvideo"
            case "mpegts": "video/mp2t"
            case "mpeg": "video/mpeg"
            case "flv": "video/x-flv"
            case "ogg": "video/ogg"
            case "mp3": "audio/mpeg"
            case "wav", "flac", "aac": "audio/\(format)"
            case "asf": "video/x-ms-wmv"
            default: "video/\(format.prefix { $0 != "," })"
            }
        durationMilliseconds = values["format.duration"].flatMap { Double($0) }.flatMap {
            $0.isFinite && $0 > 0 && $0 < 1e9 ? Int(($0 * 1000).rounded()) : nil
        }
        for stream in 0..<64 {
            func value(_ name: String) -> Substring? { values["streams.stream.\(stream).\(name)"] }
            guard let kind = value("codec_type") else { break }
            let codec = value("codec_name").map(String.init) ?? "unknown"
            if kind == "audio", audioCodec == nil { audioCodec = codec }
            // A cover is a stream of one picture.
            guard kind == "video", videoCodec == nil, value("disposition.attached_pic") != "1" else { continue }
            videoCodec = codec
            pixelFormat = value("pix_fmt").map(String.init)
            guard let width = value("width").flatMap({ Int($0) }), let height = value("height").flatMap({ Int($0) }),
                width > 0, height > 0
            else { continue }
            let ratio = value("sample_aspect_ratio")?.split(separator: ":").compactMap { Double($0) } ?? []
            let isStretched = ratio.count == 2 && ratio.allSatisfy { $0 > 0 && $0 < 1000 } && width < 1 << 20
            let shownWidth = isStretched ? Int((Double(width) * ratio[0] / ratio[1]).rounded()) : width
            let turns = (0..<8).compactMap { value("side_data_list.side_data.\($0).rotation").flatMap { Int($0) } }
            let turn = turns.first ?? value("tags.rotate").flatMap { Int($0) } ?? 0
            (self.width, self.height) = turn % 180 == 0 ? (shownWidth, height) : (height, shownWidth)
        }
        guard videoCodec != nil || audioCodec != nil else { return nil }
    }

    /// A line a fact, for the cache.
    var text: String {
        let facts: [(String, String?)] = [
            ("type", mediaType), ("duration", durationMilliseconds.map(String.init)), ("width", width.map(String.init)),
            ("height", height.map(String.init)), ("video", videoCodec), ("audio", audioCodec), ("pixels", pixelFormat),
        ]
        return facts.map { "\($0)=\($1 ?? "")\n" }.joined()
    }

    init?(text: String) {
        let values = text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        let names = ["type", "duration", "width", "height", "video", "audio", "pixels"]
        guard values.map({ String($0[0]) }) == names, values.allSatisfy({ $0.count == 2 }) else { return nil }
        func word(_ index: Int) -> String? { values[index][1].isEmpty ? nil : String(values[index][1]) }
        self.init(
            mediaType: word(0) ?? "", durationMilliseconds: word(1).flatMap { Int($0) }, width: word(2).flatMap { Int($0) },
            height: word(3).flatMap { Int($0) }, videoCodec: word(4), audioCodec: word(5), pixelFormat: word(6))
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var rest = self
        if rest.first == character { rest.removeFirst() }
        if rest.last == character { rest.removeLast() }
        return rest
    }
}
