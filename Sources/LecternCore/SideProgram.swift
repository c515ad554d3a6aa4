import Glibc

/// A program that runs beside this one, until it is forgotten. It knows that this one is gone, however it ended, by the end
/// of its standard input.
public final class SideProgram {
    private let child: ChildProcess
    private var streams: [(descriptor: Int32, pending: [UInt8])]

    /// - Parameter environment: added to the few variables that `Program.run` describes.
    public init(_ program: Program, _ arguments: [String], environment: [String: String] = [:]) throws(ProgramFailure) {
        child = try ChildProcess(program, arguments, folder: nil, environment: environment, memoryBytes: nil, endsWithUs: false)
        streams = [(child.output, []), (child.errors, [])]
    }

    /// Waits for the next line that it writes to either stream, the newline taken off; lines past 64 KiB are cut in pieces.
    /// - Returns: nil when it has ended.
    public func nextLine() -> String? {
        while true {
            if let line = takeLine() { return line }
            guard !streams.isEmpty else { return nil }
            var waiting = streams.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            guard poll(&waiting, nfds_t(waiting.count), -1) > 0 else { continue }
            for index in waiting.indices.reversed() where waiting[index].revents != 0 { read(index) }
        }
    }

    private func takeLine() -> String? {
        for index in streams.indices {
            let pending = streams[index].pending
            let end = pending.firstIndex(of: 0x0A)
            guard let end = end ?? (pending.count >= 65_536 ? pending.count : nil) else { continue }
            streams[index].pending.removeFirst(min(end + 1, pending.count))
            if streams[index].descriptor < 0, streams[index].pending.isEmpty { streams.remove(at: index) }
            return String(decoding: pending[..<end], as: UTF8.self)
        }
        return nil
    }

    private func read(_ index: Int) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let got = Glibc.read(streams[index].descriptor, &buffer, buffer.count)
        if got > 0 {
            streams[index].pending += buffer[..<got]
        } else if got == 0 || (errno != EINTR && errno != EAGAIN) {
            let rest = streams.remove(at: index).pending
            // Its last line may lack a newline; poll(2) passes over a descriptor below zero.
            if !rest.isEmpty { streams.append((-1, rest + [0x0A])) }
        }
    }
}
