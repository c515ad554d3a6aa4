/// A program that stays: it reads a line of text and answers with one, until its input ends.
///
/// Meant for one thread. Forgetting it ends the program; one that answers no more fails at the deadline.
public final class Conversation {
    private let child: ChildProcess
    private var streams: ChildStreams
    private let limits: Program.Limits

    /// Starts the program.
    /// - Parameter limits: `seconds` and `outputBytes` are those of one answer.
    public init(
        _ program: Program, _ arguments: [String] = [], environment: [String: String] = [:], limits: Program.Limits
    ) throws(ProgramFailure) {
        // Its input ends with us, and so does it. A thread may end before.
        child = try ChildProcess(program, arguments, folder: nil, environment: environment, memoryBytes: limits.memoryBytes, endsWithUs: false)
        streams = ChildStreams(child, endsInput: false)
        self.limits = limits
    }

    /// Sends a line, which must hold no line feed, and waits for the answer's line.
    public func ask(_ line: [UInt8]) throws(ProgramFailure) -> [UInt8] {
        precondition(!line.contains(0x0A), "a question is one line")
        streams.send(line + [0x0A])
        let deadline = Deadline(seconds: limits.seconds)
        var searched = 0
        while true {
            if let end = streams.output[searched...].firstIndex(of: 0x0A) {
                let answer = Array(streams.output[..<end])
                streams.output.removeFirst(end + 1)
                return answer
            }
            searched = streams.output.count
            guard searched <= limits.outputBytes else {
                throw .tooMuchOutput(program: child.name, limitBytes: limits.outputBytes)
            }
            guard streams.canAnswer else { throw ended() }
            try streams.move(until: deadline)
        }
    }

    private func ended() -> ProgramFailure {
        let status = child.wait(until: Deadline(seconds: 1)) ?? .exited(0)
        let output = Program.Output(status: status, bytes: [], complaint: streams.complaint)
        return .ended(program: child.name, complaint: output.lastComplaint)
    }
}
