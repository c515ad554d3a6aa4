import Glibc

/// A moment on the monotonic clock after which a program is given up.
struct Deadline {
    let seconds: Double
    private let end: Double

    init(seconds: Double) {
        self.seconds = seconds
        end = Self.now + seconds
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    var isPast: Bool { Self.now >= end }
    /// For `poll`, rounded up; 0 when it is past.
    var milliseconds: Int32 { Int32(max(0, min((end - Self.now) * 1000 + 1, 86_400_000))) }
}

/// Moves bytes to and from a child, in both directions at once: neither side ever waits for a full pipe of the other's.
struct ChildStreams {
    private let child: ChildProcess
    private var unwritten: ArraySlice<UInt8>
    private let endsInput: Bool
    private var outputIsOpen = true
    private var errorsAreOpen = true
    /// Everything that came from standard output; the owner may take bytes away.
    var output: [UInt8] = []
    /// The last that came from standard error.
    private(set) var complaint: [UInt8] = []
    private static let complaintBytes = 8 << 10

    init(_ child: ChildProcess, unwritten: [UInt8] = [], endsInput: Bool) {
        self.child = child
        self.unwritten = unwritten[...]
        self.endsInput = endsInput
    }

    var isOpen: Bool { outputIsOpen || errorsAreOpen }
    var canAnswer: Bool { outputIsOpen }

    mutating func send(_ bytes: [UInt8]) {
        unwritten = ArraySlice(Array(unwritten) + bytes)
    }

    /// Waits until some stream is ready, and moves what can be moved.
    mutating func move(until deadline: Deadline) throws(ProgramFailure) {
        if endsInput, unwritten.isEmpty { child.closeInput() }
        var polled = [
            pollfd(fd: outputIsOpen ? child.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errorsAreOpen ? child.errors : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: unwritten.isEmpty ? -1 : child.input, events: Int16(POLLOUT), revents: 0),
        ]
        let ready = poll(&polled, nfds_t(polled.count), deadline.milliseconds)
        if ready < 0, errno == EINTR { return }
        guard ready > 0 || !deadline.isPast else { throw .timedOut(program: child.name, seconds: deadline.seconds) }
        if polled[0].revents != 0 { outputIsOpen = Self.take(child.output, into: &output) }
        if polled[1].revents != 0 {
            errorsAreOpen = Self.take(child.errors, into: &complaint)
            if complaint.count > Self.complaintBytes { complaint.removeFirst(complaint.count - Self.complaintBytes) }
        }
        if polled[2].revents != 0 { write() }
    }

    private mutating func write() {
        let sent = unwritten.withUnsafeBytes { Glibc.send(child.input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if sent > 0 {
            unwritten = unwritten.dropFirst(sent)
        } else if errno != EINTR, errno != EAGAIN {
            // It reads no more. What it has to say about that comes on its other streams.
            unwritten = []
            child.closeInput()
        }
    }

    /// - Returns: false at the stream's end.
    private static func take(_ stream: Int32, into bytes: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
            let got = read(stream, buffer.baseAddress, buffer.count)
            if got > 0 { bytes.append(contentsOf: buffer[..<got]) }
            return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN))
        }
    }
}
