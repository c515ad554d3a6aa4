import LecternCore

extension Videos {
    /// Why nothing could be made of a film, and what mends it: the film itself, or the machine.
    /// - Parameter output: ffmpeg's, which failed.
    static func noStream(_ output: Program.Output, _ file: String) -> Problem {
        if let problem = machineFailure(output, file) { return problem }
        var output = output
        // What ffmpeg ends with; the reason stands before it.
        let farewell = Array("Conversion failed!".utf8)
        if let place = output.complaint.firstRange(of: farewell) { output.complaint.removeSubrange(place) }
        return Problem(
            .error, "this film cannot be made into a stream: \(output.lastComplaint)", file: file,
            help: ["export it again, as MP4 with H.264 and AAC"])
    }

    /// - Returns: nil where it is not the machine that failed.
    static func machineFailure(_ output: Program.Output, _ file: String) -> Problem? {
        let kept = "what was finished is kept: build once more"
        let complaint = String(decoding: output.complaint, as: UTF8.self)
        if complaint.contains("No space left on device") || complaint.contains("Disk quota exceeded") {
            return Problem(
                .error, "the disk is full: there is no room for what is made of this film", file: file,
                help: ["make room where the site's .lectern folder is; " + kept])
        }
        if case .killed(let signal) = output.status {
            return Problem(
                .error, "ffmpeg was ended by signal \(signal) while it worked on this film", file: file,
                help: ["most often memory ran short: close other programs, or take a machine with more; " + kept])
        }
        if complaint.contains("Cannot allocate memory") {
            return Problem(
                .error, "there is not enough memory to work on this film", file: file,
                help: ["close other programs, or take a machine with more; " + kept])
        }
        if complaint.contains("Unknown encoder") {
            return Problem(
                .error, "this ffmpeg cannot make what films become: \(output.lastComplaint)", file: file,
                help: ["install a whole one: apt install ffmpeg"])
        }
        return nil
    }
}
