import LecternCore

/// The work on one film.
struct StreamWork {
    let ffmpeg: Program
    let path: String
    let file: String
    /// Of the film's file, when its bytes were read.
    let identity: String
    let source: FilmSource
    let folder: CacheFolder
    let meter: StreamMeter
    var codecs = StreamCodecs.common

    /// Long films on slow machines: what runs longer than this hangs.
    private var seconds: Double { 1800 + Double(source.milliseconds) / 1000 * 60 }
    private var input: [String] { Self.input(path) }

    func pictures(_ rung: StreamLadder.Rung) throws(Problem) -> FilmStream.Track {
        let name = codecs.name(of: rung)
        let parts = try make(name) {
            StreamEncoding.pictures(rung, of: source, codecs, milliseconds: source.milliseconds, input: input, to: $0)
        }
        return track(name, parts, width: rung.width, height: rung.height)
    }

    func sound() throws(Problem) -> FilmStream.Track {
        let parts = try make(codecs.soundName) { result throws(Problem) in
            let report = try run(["-nostats", "-hide_banner", "-v", "info"], StreamEncoding.measurement(input: input), as: 0...0.5)
            let gain = StreamEncoding.gain(report: report.complaint)
            return StreamEncoding.sound(of: source, codecs, gain: gain, milliseconds: source.milliseconds, input: input, to: result)
        }
        return track(codecs.soundName, parts, width: 0, height: 0)
    }

    private func track(_ name: String, _ parts: FragmentedFile, width: Int, height: Int) -> FilmStream.Track {
        .init(
            cacheFile: folder.file(name + ".mp4"), name: name, width: width, height: height, codecs: parts.codecs ?? "", timescale: parts.timescale,
            headBytes: parts.headBytes, segments: parts.segments)
    }

    /// One file that a browser plays while it loads: pictures and sound as they are, interleaved, behind a head that says
    /// where everything lies.
    /// - Parameters:
    ///   - pictures: the file that they are taken from; nil: the film's own, and so for the sound.
    func plain(pictures: FilmStream.Track?, sound: FilmStream.Track?) throws(Problem) -> String {
        let name = Videos.plainName
        meter.begin("MP4")
        let temporary = folder.temporary(name)
        defer { folder.remove(temporary) }
        let arguments = StreamEncoding.plainFile(
            pictures: Self.input(pictures?.cacheFile ?? path), sound: source.soundChannels == nil ? nil : Self.input(sound?.cacheFile ?? path),
            to: folder.file(temporary))
        let output = try run(["-v", "error"], arguments, as: 0...1)
        guard folder.size(of: temporary) ?? 0 > 0 else { throw Videos.noStream(output, file) }
        guard try Videos.identity(path, file) == identity else { throw Videos.changed(file) }
        try folder.rename(temporary, to: name)
        return folder.file(name)
    }

    private static func input(_ path: String) -> [String] { Videos.guardedInput + ["-i", "file:" + path] }

    /// Takes the file that an earlier build left whole, or makes it under another name first.
    private func make(_ name: String, _ arguments: (_ result: String) throws(Problem) -> [String]) throws(Problem) -> FragmentedFile {
        if let parts = FragmentedFile(folder.file(name + ".mp4")), parts.codecs != nil { return parts }
        meter.begin(name)
        let temporary = folder.temporary(name)
        defer { folder.remove(temporary) }
        let output = try run(["-v", "error"], try arguments(folder.file(temporary)), as: name == codecs.soundName ? 0.5...1 : 0...1)
        guard let parts = FragmentedFile(folder.file(temporary)), parts.codecs != nil else { throw Videos.noStream(output, file) }
        // The folder is named after the film's bytes, and what is in it is believed for ever.
        guard try Videos.identity(path, file) == identity else { throw Videos.changed(file) }
        try folder.rename(temporary, to: name + ".mp4")
        meter.end(name)
        return parts
    }

    /// - Parameter part: which part of the current work on the meter this is.
    private func run(_ saying: [String], _ arguments: [String], as part: ClosedRange<Double>) throws(Problem) -> Program.Output {
        let output = try Videos.run(ffmpeg, ["-nostdin", "-y", "-progress", "pipe:1"] + saying + arguments, file, seconds: seconds) { output in
            guard let done = StreamMeter.microseconds(taking: &output) else { return }
            // Before the first picture ffmpeg may tell of a time below nothing.
            let share = min(1, max(0, Double(done) / 1000 / Double(max(1, source.milliseconds))))
            meter.reached(part.lowerBound + (part.upperBound - part.lowerBound) * share)
        }
        guard output.succeeded else { throw Videos.noStream(output, file) }
        return output
    }
}
