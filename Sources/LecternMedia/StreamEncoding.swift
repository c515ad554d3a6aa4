import LecternCore

/// What ffmpeg is told, so that two machines with the same version of it make the same bytes.
struct StreamEncoding {
    /// Raised whenever a line below changes what comes out.
    static let recipe = "2"

    static let segmentSeconds = 4
    /// What listeners are used to from a screen near them (EBU R 128 measures it; podcasts and lectures aim at it).
    static let loudness = -16.0

    /// No names, times or versions of programs in the file.
    private static let plain = ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"]
    /// A head without pictures, then a fragment a segment, and nothing behind them. Pictures are shown out of order in
    /// time, so that no list of edits is needed to begin at nought.
    private static let fragments = "+empty_moov+default_base_moof+skip_trailer+negative_cts_offsets"

    /// - Parameters:
    ///   - milliseconds: how long the film lasts: its last picture stays until then.
    ///   - input: options that name the file.
    ///   - result: absolute.
    static func pictures(
        _ rung: StreamLadder.Rung, of source: FilmSource, _ codecs: StreamCodecs, milliseconds: Int, input: [String], to result: String
    ) -> [String] {
        let matrix = source.hasOldColours ? "bt601" : "bt709"
        let size = "\(rung.width):\(rung.height)"
        // Every so many seconds anew, whatever the film's own rate was, and only then to the size.
        var filters = ["yadif=deint=interlaced", "fps=\(source.rate):start_time=0", "tpad=stop=-1:stop_mode=clone"]
        if source.isHighDynamicRange {
            filters += [
                "zscale=\(size):t=linear:npl=100", "format=gbrpf32le", "zscale=p=bt709", "tonemap=hable:desat=0",
                "zscale=t=bt709:m=bt709:r=limited",
            ]
        } else {
            filters.append("scale=\(size):flags=bicubic+accurate_rnd+bitexact:in_color_matrix=\(matrix):out_color_matrix=bt709:out_range=limited")
        }
        filters += ["setsar=1", "format=yuv420p"]
        let colours = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
        return input + ["-map", "0:V:0", "-t", "\(milliseconds)ms", "-vf", filters.joined(separator: ",")] + (codecs == .common ? h264(rung) : av1(rung, source)) + colours + plain
            + ["-flags:v", "+bitexact", "-movflags", fragments + "+frag_keyframe", "-f", "mp4", "file:" + result]
    }

    private static func h264(_ rung: StreamLadder.Rung) -> [String] {
        let limit = rung.limitBitrate
        // x264's result depends on the number of its threads, so it is a part of the recipe, and not the machine's.
        return [
            "-c:v", "libx264", "-profile:v", "high", "-preset", "fast", "-threads:v", "4", "-crf", "23", "-maxrate", "\(limit)", "-bufsize",
            "\(limit * 2)", "-g", "600", "-keyint_min", "1", "-sc_threshold", "0", "-forced-idr", "1", "-force_key_frames",
            "expr:gte(t,n_forced*\(segmentSeconds))",
        ]
    }

    /// Pieces are as many pictures long as four seconds are, about: nobody changes between this and H.264 within a film.
    /// Screens and slides are taken for granted (`scm`), which costs films of cameras a fiftieth of their bytes: left alone,
    /// SVT-AV1 1.4 does not see them, and needs more bytes than H.264.
    private static func av1(_ rung: StreamLadder.Rung, _ source: FilmSource) -> [String] {
        let pictures = max(1, Int((source.picturesPerSecond * Double(segmentSeconds)).rounded()))
        return [
            "-c:v", "libsvtav1", "-preset", "8", "-crf", "47", "-g", "\(pictures)", "-svtav1-params", "scd=0:irefresh-type=2:scm=1:lp=4",
        ]
    }

    /// - Parameters:
    ///   - gain: in decibels.
    ///   - milliseconds: how long the film lasts: silence follows its sound until then.
    static func sound(
        of source: FilmSource, _ codecs: StreamCodecs, gain: Double, milliseconds: Int, input: [String], to result: String
    ) -> [String] {
        // Steps of a hundredth: printed the same everywhere.
        let hundredths = Int((gain * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let part = String(abs(hundredths) % 100)
        let decibels = "\(sign)\(abs(hundredths) / 100).\(part.count < 2 ? "0" : "")\(part)"
        // The encoder for AAC puts 1024 samples of nothing before its first: as many are left out, and sound and pictures
        // meet. That of Opus writes how many it puts there, and decoders leave them out.
        let samples = milliseconds * 48
        let filters = [
            even, "volume=\(decibels)dB", "alimiter=limit=0.841:level=disabled:attack=1", "apad=whole_len=\(samples)",
            "atrim=start_sample=\(codecs == .common ? 1024 : 0):end_sample=\(samples)",
        ]
        let isMono = source.soundChannels == 1
        let codec =
            codecs == .common
            ? ["-c:a", "aac", "-b:a", isMono ? "72000" : "128000"] : ["-c:a", "libopus", "-b:a", isMono ? "48000" : "96000"]
        return input + ["-map", "0:a:0", "-af", filters.joined(separator: ",")] + codec + ["-threads:a", "1"] + plain
            + [
                "-flags:a", "+bitexact", "-movflags", fragments, "-frag_duration", "\(segmentSeconds)000000", "-f", "mp4", "file:" + result,
            ]
    }

    /// - Parameters:
    ///   - pictures: options that name the file that they are taken from as they are; `sound` likewise, nil without.
    ///   - result: its head stands at the start, so that it plays while it loads.
    static func plainFile(pictures: [String], sound: [String]?, to result: String) -> [String] {
        pictures + (sound ?? []) + ["-map", "0:V:0"] + (sound == nil ? [] : ["-map", "1:a:0"]) + ["-c", "copy"] + plain
            + ["-movflags", "+faststart+negative_cts_offsets", "-f", "mp4", "file:" + result]
    }

    /// Measures the loudness of the whole; see `gain`.
    static func measurement(input: [String]) -> [String] {
        input + ["-map", "0:a:0", "-af", even + ",ebur128=framelog=verbose", "-f", "null", "-"]
    }

    /// Reads all of the first pictures and sound, without decoding them, and says where their end is.
    static func length(input: [String]) -> [String] {
        input + ["-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-f", "null", "-"]
    }

    /// One sample after the other from the film's start on, silence where there are none; at most two channels.
    private static let even = "aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo|mono"

    /// - Parameter report: ffmpeg's, of a measurement: "I: -23.0 LUFS" stands in its summary.
    /// - Returns: decibels that bring the sound to the loudness that is wanted; 0 for silence, which has none.
    static func gain(report: [UInt8]) -> Double {
        let words = String(decoding: report, as: UTF8.self).split { $0 == " " || $0 == "\n" || $0 == "\r" }
        guard let place = words.lastIndex(of: "I:"), place + 1 < words.count, let measured = Double(words[place + 1]), measured > -60
        else { return 0 }
        return min(max(loudness - measured, -40), 24)
    }
}
