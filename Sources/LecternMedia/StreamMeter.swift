import Glibc

/// How far the work on a film is.
public struct FilmProgress: Sendable, Hashable {
    /// As problems name it.
    public var file: String
    /// What is being made: "720", "sound".
    public var part: String
    /// Of the work on this film, 0 to 1.
    public var share: Double
    /// nil before it can be told.
    public var secondsLeft: Int?
}

/// Tells from what ffmpeg says how far the work on a film is, and when it will be done. What an earlier build left whole
/// is no work.
final class StreamMeter {
    private let file: String
    private let heard: @Sendable (FilmProgress) -> Void
    /// What is to be made: how much work, about, each part is.
    private let parts: [String: Double]
    private var done = 0.0
    private var current = ""
    private let begun: Double

    init(
        _ file: String, _ rungs: [StreamLadder.Rung], hasSound: Bool, _ codecs: StreamCodecs = .common, in folder: CacheFolder,
        heard: @escaping @Sendable (FilmProgress) -> Void
    ) {
        self.file = file
        self.heard = heard
        // The work grows with the pixels, and has a beginning that does not: reading and decoding.
        var parts = Dictionary(rungs.map { (codecs.name(of: $0), Double($0.width * $0.height) + 300_000) }) { first, _ in first }
        if hasSound { parts[codecs.soundName] = 100_000 }
        self.parts = parts.filter { folder.size(of: $0.key + ".mp4") == nil }
        begun = Self.now
    }

    func begin(_ name: String) {
        current = name
        reached(0)
    }

    func end(_ name: String) {
        done += parts[name] ?? 0
        current = ""
    }

    /// - Parameter share: of the part that is being made, 0 to 1.
    func reached(_ share: Double) {
        let total = max(1, parts.values.reduce(0, +))
        let share = min(1, (done + (parts[current] ?? 0) * min(1, share)) / total)
        let seconds = Self.now - begun
        let left = seconds > 2 && share > 0.01 ? Int((seconds * (1 - share) / share).rounded(.up)) : nil
        heard(FilmProgress(file: file, part: current, share: share, secondsLeft: left))
    }

    /// - Parameter output: of ffmpeg's `-progress`, lines of `key=value`; whole lines are taken away.
    /// - Returns: how much of the film is done.
    static func microseconds(taking output: inout [UInt8]) -> Int? {
        guard let end = output.lastIndex(of: 0x0A) else { return nil }
        let lines = String(decoding: output[...end], as: UTF8.self).split(separator: "\n")
        output.removeSubrange(...end)
        let key = "out_time_us="
        return lines.last { $0.hasPrefix(key) }.flatMap { Int($0.dropFirst(key.utf8.count)) }
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
