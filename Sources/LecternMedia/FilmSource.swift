import LecternCore

/// What of a film's file decides how it is encoded.
struct FilmSource: Hashable {
    /// Pictures a second, as a fraction: "30000/1001".
    var rate: String
    /// How long pictures and sound last.
    var milliseconds = 0
    /// Finer light than screens show (HDR: SMPTE ST 2084, ARIB STD-B67), to be brought down to what all of them can.
    var isHighDynamicRange = false
    /// The colours are those of standard television (ITU-R BT.601), not of high definition (BT.709).
    var hasOldColours = false
    /// nil without sound.
    var soundChannels: Int?
    /// There is a track for sound and nothing in it.
    var hasEmptySound = false

    var picturesPerSecond: Double {
        let parts = rate.split(separator: "/").compactMap { Double($0) }
        return parts.count == 2 && parts[1] > 0 ? parts[0] / parts[1] : parts.first ?? 30
    }

    static let question = [
        "-of", "flat", "-show_entries",
        "stream=codec_type,height,avg_frame_rate,r_frame_rate,color_transfer,color_space,channels:stream_disposition=attached_pic",
    ]

    /// Whether the track for sound holds anything: its answer is empty where it does not.
    static let soundQuestion = ["-of", "csv=p=0", "-select_streams", "a:0", "-show_entries", "packet=size", "-read_intervals", "%+#1"]

    /// - Parameter flat: what ffprobe answered.
    /// - Returns: nil when there are no pictures.
    init?(flat: [UInt8]) {
        var values: [Substring: Substring] = [:]
        let text = String(decoding: flat, as: UTF8.self)
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals]] = line[line.index(after: equals)...].filter { $0 != "\"" }[...]
        }
        var found = false
        rate = "30"
        for stream in 0..<64 {
            func value(_ name: String) -> Substring? { values["streams.stream.\(stream).\(name)"] }
            guard let kind = value("codec_type") else { break }
            if kind == "audio", soundChannels == nil { soundChannels = value("channels").flatMap { Int($0) } ?? 2 }
            guard kind == "video", !found, value("disposition.attached_pic") != "1" else { continue }
            found = true
            rate = Self.rate(average: value("avg_frame_rate") ?? "", nominal: value("r_frame_rate") ?? "")
            isHighDynamicRange = value("color_transfer").map { ["smpte2084", "arib-std-b67"].contains($0) } ?? false
            // Who does not say is taken for what everybody takes it for: small pictures are old ones.
            let height = value("height").flatMap { Int($0) } ?? 0
            switch value("color_space") {
            case "bt709": hasOldColours = false
            case "smpte170m", "bt470bg": hasOldColours = true
            default: hasOldColours = height < 720
            }
        }
        guard found else { return nil }
    }

    /// A constant rate: the film's own where it has one, else the next that is usual. No more than 60.
    static func rate(average: Substring, nominal: Substring) -> String {
        func number(_ text: Substring) -> Double? {
            let parts = text.split(separator: "/").compactMap { Double($0) }
            return parts.count == 2 && parts[0] > 0 && parts[1] > 0 ? parts[0] / parts[1] : nil
        }
        let own = number(nominal), mean = number(average) ?? own ?? 30
        // Counting over a whole film is a little off: what is meant is the nominal rate.
        if let own, own <= 60.1, own >= 5, abs(own - mean) <= own * 0.01 { return String(nominal) }
        let usual: [Double] = [10, 15, 24, 25, 30, 50]
        return String(Int(usual.first { $0 >= mean - 0.5 } ?? 60))
    }
}
