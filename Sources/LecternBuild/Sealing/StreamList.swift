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

    /// - Parameter seal: seals a piece, some of the bytes of its track's file; gives the digest that its file is named after.
    static func bytes(
        _ stream: FilmStream, epoch: Int, seal: (_ track: FilmStream.Track, _ piece: Int?, _ part: Range<Int>) throws(Problem) -> String
    ) throws(Problem) -> [UInt8] {
        func quality(_ track: FilmStream.Track) throws(Problem) -> JSON {
            let head = try seal(track, nil, 0..<track.headBytes)
            var start = track.headBytes
            var pieces: [JSON] = []
            for (index, segment) in track.segments.enumerated() {
                pieces.append(.text(try seal(track, index, start..<start + segment.bytes)))
                start += segment.bytes
            }
            return .object([
                ("name", .text(track.name)), ("width", .number(track.width)), ("height", .number(track.height)), ("codecs", .text(track.codecs)),
                ("bitrate", .number(track.peakBitrate)), ("head", .text(head)), ("segments", .list(pieces)),
            ])
        }
        // Pictures of every size are cut at the same times, sound at others.
        var tracks: [JSON] = []
        for (type, qualities) in [("video/mp4", stream.pictures), ("audio/mp4", stream.sound.map { [$0] } ?? [])] {
            guard let first = qualities.first else { continue }
            var list: [JSON] = []
            for each in qualities { list.append(try quality(each)) }
            tracks.append(
                .object([
                    ("type", .text(type)), ("timescale", .number(first.timescale)), ("ticks", .list(first.segments.map { .number($0.ticks) })),
                    ("qualities", .list(list)),
                ]))
        }
        var out: [UInt8] = []
        JSON.object([("version", .number(1)), ("epoch", .number(epoch)), ("tracks", .list(tracks))]).write(to: &out)
        return out
    }
}
