import LecternMedia

/// A film's sizes and sound as HLS knows them (RFC 8216): a list of the sizes, and for each a list of its pieces, which
/// are parts of one file.
enum FilmPlaylists {
    /// RFC 8216, section 10.
    static let type = "application/vnd.apple.mpegurl"
    static let mainName = "film.m3u8"

    /// - Returns: names and what stands in the files, the main one first. They name the tracks' files: "720.mp4".
    static func texts(_ stream: FilmStream) -> [(name: String, text: String)] {
        [(mainName, main(stream))] + stream.tracks.map { (name: $0.name + ".m3u8", text: list($0)) }
    }

    private static func main(_ stream: FilmStream) -> String {
        var lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        if let sound = stream.sound {
            lines.append("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"1\",DEFAULT=YES,AUTOSELECT=YES,URI=\"\(sound.name).m3u8\"")
        }
        for track in stream.pictures {
            let bitrate = track.peakBitrate + (stream.sound?.peakBitrate ?? 0)
            let codecs = ([track.codecs] + (stream.sound.map { [$0.codecs] } ?? [])).joined(separator: ",")
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(bitrate),RESOLUTION=\(track.width)x\(track.height),CODECS=\"\(codecs)\""
                    + (stream.sound == nil ? "" : ",AUDIO=\"sound\""))
            lines.append("\(track.name).m3u8")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list(_ track: FilmStream.Track) -> String {
        // The longest piece, rounded as each is (section 4.3.3.1).
        let target = track.segments.map { ($0.ticks + track.timescale / 2) / track.timescale }.max() ?? 0
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:\(max(1, target))", "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-MAP:URI=\"\(track.name).mp4\",BYTERANGE=\"\(track.headBytes)@0\"",
        ]
        var start = track.headBytes
        for segment in track.segments {
            lines += ["#EXTINF:\(seconds(segment.ticks, track.timescale)),", "#EXT-X-BYTERANGE:\(segment.bytes)@\(start)", "\(track.name).mp4"]
            start += segment.bytes
        }
        return lines.joined(separator: "\n") + "\n#EXT-X-ENDLIST\n"
    }

    /// 61440 of 15360 → "4.00000".
    private static func seconds(_ ticks: Int, _ timescale: Int) -> String {
        let parts = (ticks * 100_000 + timescale / 2) / timescale
        return "\(parts / 100_000)." + String(String(100_000 + parts % 100_000).dropFirst())
    }
}
