/// A film cut into pieces of four seconds, in several sizes, its sound a track of its own: what a player takes over a
/// network of any speed. The files lie in the cache. Read them, never change them.
public struct FilmStream: Sendable, Hashable {
    /// One size of the pictures, or the sound: a fragmented MP4 file (ISO/IEC 14496-12, as CMAF has it) of a head and
    /// segments that follow each other without a gap.
    public struct Track: Sendable, Hashable {
        public var cacheFile: String
        /// "720": the shorter side in pixels; "sound"; "720-av1" and "sound-opus" where they are of those codecs.
        public var name: String
        /// Without its codec.
        public var label: String { String(name.prefix { $0 != "-" }) }
        /// In pixels, upright; 0 for sound.
        public var width: Int
        public var height: Int
        /// As browsers ask for it (RFC 6381): "avc1.64001f", "mp4a.40.2", "av01.0.04M.08", "opus".
        public var codecs: String
        /// Ticks in a second.
        public var timescale: Int
        /// From the file's start.
        public var headBytes: Int
        public var segments: [Segment]

        public var durationTicks: Int { segments.reduce(0) { $0 + $1.ticks } }

        /// Of the densest segment, in bits a second: what the network has to carry without a break.
        public var peakBitrate: Int {
            segments.reduce(0) { max($0, $1.ticks > 0 ? $1.bytes * 8 * timescale / max($1.ticks, timescale) : 0) }
        }
    }

    /// Begins with a key frame.
    public struct Segment: Sendable, Hashable {
        public var bytes: Int
        public var ticks: Int
    }

    /// The smallest first; all are cut at the same times.
    public var pictures: [Track]
    public var sound: Track?
    /// The film has a track for sound, and there was nothing in it.
    public var lacksSound = false

    public var tracks: [Track] { pictures + (sound.map { [$0] } ?? []) }
}

extension FilmStream {
    /// What the cache keeps of it, a line a track and a line a segment. Written when all files are whole.
    var text: String {
        (lacksSound ? "silent\n" : "")
            + tracks.map { track in
                "\(track.name) \(track.width) \(track.height) \(track.codecs) \(track.timescale) \(track.headBytes)\n"
                    + track.segments.map { "\($0.bytes) \($0.ticks)\n" }.joined()
            }.joined()
    }

    /// - Parameter file: the path of the track of that name.
    /// - Returns: nil for what `text` did not write.
    init?(text: String, file: (String) -> String) {
        var tracks: [Track] = []
        var lacksSound = false
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let numbers = words.map { Int($0) ?? -1 }
            if words.count == 6, numbers[1] >= 0, numbers[2] >= 0, numbers[4] > 0, numbers[5] > 0 {
                let name = String(words[0])
                tracks.append(
                    Track(
                        cacheFile: file(name), name: name, width: numbers[1], height: numbers[2], codecs: String(words[3]), timescale: numbers[4],
                        headBytes: numbers[5], segments: []))
            } else if words.count == 2, numbers[0] > 0, numbers[1] >= 0, !tracks.isEmpty {
                tracks[tracks.count - 1].segments.append(Segment(bytes: numbers[0], ticks: numbers[1]))
            } else if words == ["silent"] {
                lacksSound = true
            } else {
                return nil
            }
        }
        self.init(tracks: tracks)
        self.lacksSound = lacksSound
    }

    /// - Returns: nil when there are no pictures, or they are not cut at the same times: a player could not change between them.
    init?(tracks: [Track]) {
        pictures = tracks.filter { $0.label != StreamCodecs.sound }
        sound = tracks.first { $0.label == StreamCodecs.sound }
        guard let first = pictures.first, tracks.allSatisfy({ !$0.segments.isEmpty }) else { return nil }
        guard pictures.allSatisfy({ $0.timescale == first.timescale && $0.segments.map(\.ticks) == first.segments.map(\.ticks) }) else {
            return nil
        }
    }
}
