import LecternCore
import LecternMedia

/// What a player has to know of a film that lies sealed in pieces: `film.json`, sealed as well (docs/video.md).
///
/// All pieces lie beside it. A piece's file is named after its digest, as every sealed file is; what it is opened under is
/// the list's own path with another last part: "720-0.m4s".
enum StreamList {
    static let name = "film.json"

    /// - Parameter piece: from 0; nil: the head.
    static func name(of track: FilmStream.Track, _ piece: Int?) -> String {
        piece.map { "\(track.name)-\($0).m4s" } ?? "\(track.name).mp4"
    }

    /// - Parameters:
    ///   - better: the same film in fewer bytes, for browsers that know how to read them.
    ///   - seal: seals a piece, some of the bytes of its track's file; gives the digest that its file is named after.
    static func bytes(
        _ stream: FilmStream, _ better: FilmStream?, epoch: Int,
        seal: (_ track: FilmStream.Track, _ piece: Int?, _ part: Range<Int>) throws(Problem) -> String
    ) throws(Problem) -> [UInt8] {
        func quality(_ track: FilmStream.Track) throws(Problem) -> JSON {
            let head = try seal(track, nil, 0..<track.headBytes)
            var start = track.headBytes
            var pieces: [JSON] = []
            for (index, segment) in track.segments.enumerated() {
                pieces.append(.text(try seal(track, index, start..<start + segment.bytes)))
                start += segment.bytes
            }
            return .object(
                [("name", .text(track.label))] + (track.name == track.label ? [] : [("file", .text(track.name))]) + [
                    ("width", .number(track.width)), ("height", .number(track.height)), ("codecs", .text(track.codecs)),
                    ("bitrate", .number(track.peakBitrate)), ("head", .text(head)), ("segments", .list(pieces)),
                ])
        }
        // Pictures of every size are cut at the same times, sound at others.
        func track(_ type: String, _ tracks: [FilmStream.Track]) throws(Problem) -> [(String, JSON)] {
            guard let first = tracks.first else { return [] }
            var qualities: [JSON] = []
            for each in tracks { qualities.append(try quality(each)) }
            return [
                ("type", .text(type)), ("timescale", .number(first.timescale)), ("ticks", .list(first.segments.map { .number($0.ticks) })),
                ("qualities", .list(qualities)),
            ]
        }
        var tracks: [JSON] = []
        for (type, common, better) in [
            ("video/mp4", stream.pictures, better?.pictures ?? []), ("audio/mp4", stream.sound.map { [$0] } ?? [], better?.sound.map { [$0] } ?? []),
        ] where !common.isEmpty {
            let other = try track(type, better)
            tracks.append(.object(try track(type, common) + (other.isEmpty ? [] : [("better", .object(other))])))
        }
        var out: [UInt8] = []
        JSON.object([("version", .number(1)), ("epoch", .number(epoch)), ("tracks", .list(tracks))]).write(to: &out)
        return out
    }
}
