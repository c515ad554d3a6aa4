import Glibc
import LecternStore

/// Totals as they are kept between two reports: which events they are of, and all their numbers.
///
/// It is a cache. A file that is missing, damaged, of other paths, of another version of this form, or of events that were changed
/// since, is not used, and the events are read from the first one on.
struct KeptTotals: Sendable {
    /// What has to be the same for totals to be of use.
    struct Key: Hashable, Sendable {
        /// Of the last event in them; and its names as a number, since numbers begin anew in a database that was brought back.
        var seq: Int64
        var event: UInt64
        var changes: Int64
        /// Which page lies where.
        var paths: UInt64
    }

    var key: Key
    var totals: Totals

    private static let magic: UInt64 = 0x4C45_4354_4F54_3031
}

extension KeptTotals {
    /// - Returns: nil when there is none, or it is not whole.
    static func read(_ path: String) -> KeptTotals? { NumberReader(path).flatMap { read(from: $0) } }

    /// What `bytes` wrote.
    static func read(bytes: [UInt8]) -> KeptTotals? { NumberReader(bytes: bytes).flatMap { read(from: $0) } }

    private static func read(from reader: consuming NumberReader) -> KeptTotals? {
        var reader = reader
        guard reader.number() == magic else { return nil }
        let key = Key(
            seq: Int64(bitPattern: reader.number()), event: reader.number(), changes: Int64(bitPattern: reader.number()), paths: reader.number())
        var totals = Totals()
        totals.counts = Totals.Counts(
            events: reader.number(), wrongClock: reader.number(), unreadable: reader.number(), robots: reader.number(), asked: reader.number())
        totals.courses = reader.names(totals.courses.limit)
        totals.lessons = reader.names(totals.lessons.limit)
        totals.sources = reader.names(totals.sources.limit)
        totals.paths = reader.names(totals.paths.limit)
        totals.questions = reader.names(totals.questions.limit)
        totals.answers = reader.names(totals.answers.limit)
        totals.learners = reader.keys()
        totals.visitKeys = reader.keys()
        totals.visits = reader.items(totals.visitKeys.count) { reader in
            Totals.Visit(
                firstAt: reader.small(), lastAt: reader.small(), firstViewAt: reader.small(), source: reader.small(), landing: reader.small(),
                views: reader.small(), learner: reader.small(), isRobot: reader.small() != 0)
        }
        totals.interestKeys = reader.keys()
        totals.interests = reader.items(totals.interestKeys.count) { reader in
            Totals.Interest(viewAt: reader.small(), priceAt: reader.small(), checkoutAt: reader.small())
        }
        totals.watchKeys = reader.keys()
        totals.watches = reader.items(totals.watchKeys.count) { reader in
            Totals.Watch(
                viewAt: reader.small(), startAt: reader.small(), lastAt: reader.small(), doneAt: reader.small(), length: reader.small(),
                played: reader.small(), playedTimesRate: reader.number(), watched: reader.ranges(), twice: reader.ranges())
        }
        totals.answerKeys = reader.keys()
        totals.answered = reader.answers(totals.answerKeys.count)
        totals.surveyKeys = reader.keys()
        totals.surveys = reader.answers(totals.surveyKeys.count)
        guard reader.isWhole() else { return nil }
        return KeptTotals(key: key, totals: totals)
    }

    /// Beside the file first, so that what stands under its name is whole. Readable by its owner alone.
    /// - Returns: in words, why it was not kept; the report stands all the same.
    func write(_ path: String) -> String? {
        guard var writer = NumberWriter(path + ".new") else { return String(cString: strerror(errno)) }
        put(into: &writer)
        guard writer.finish(), rename(path + ".new", path) == 0 else {
            let why = String(cString: strerror(errno))
            unlink(path + ".new")
            return why
        }
        return nil
    }

    var bytes: [UInt8] {
        var writer = NumberWriter()
        put(into: &writer)
        _ = writer.finish()
        return writer.bytes
    }

    private func put(into writer: inout NumberWriter) {
        writer.number(Self.magic)
        for number in [UInt64(bitPattern: key.seq), key.event, UInt64(bitPattern: key.changes), key.paths] { writer.number(number) }
        let counts = totals.counts
        for number in [counts.events, counts.wrongClock, counts.unreadable, counts.robots, counts.asked] { writer.number(number) }
        for names in [totals.courses, totals.lessons, totals.sources, totals.paths, totals.questions, totals.answers] { writer.names(names) }
        writer.keys(totals.learners)
        writer.keys(totals.visitKeys)
        for visit in totals.visits {
            writer.small(visit.firstAt)
            writer.small(visit.lastAt)
            writer.small(visit.firstViewAt)
            writer.small(visit.source)
            writer.small(visit.landing)
            writer.small(visit.views)
            writer.small(visit.learner)
            writer.small(visit.isRobot ? 1 : 0)
        }
        writer.keys(totals.interestKeys)
        for interest in totals.interests {
            writer.small(interest.viewAt)
            writer.small(interest.priceAt)
            writer.small(interest.checkoutAt)
        }
        writer.keys(totals.watchKeys)
        for watch in totals.watches {
            writer.small(watch.viewAt)
            writer.small(watch.startAt)
            writer.small(watch.lastAt)
            writer.small(watch.doneAt)
            writer.small(watch.length)
            writer.small(watch.played)
            writer.number(watch.playedTimesRate)
            writer.ranges(watch.watched)
            writer.ranges(watch.twice)
        }
        writer.keys(totals.answerKeys)
        writer.answers(totals.answered)
        writer.keys(totals.surveyKeys)
        writer.answers(totals.surveys)
    }
}

/// Numbers to a file, a piece at a time, with a check sum at the end; or into memory.
private struct NumberWriter {
    /// Nil: into `bytes`.
    private let descriptor: Int32?
    private(set) var bytes: [UInt8] = []
    private var buffer: ContiguousArray<UInt64> = []
    /// Half of a number.
    private var half: UInt32?
    private var sum: UInt64 = 1
    private var isFailed = false
    private static let pieceCount = 1 << 17

    init?(_ path: String) {
        let opened = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
        if opened < 0 { return nil }
        descriptor = opened
        buffer.reserveCapacity(Self.pieceCount)
    }

    init() { descriptor = nil }

    mutating func number(_ number: UInt64) {
        small(UInt32(truncatingIfNeeded: number))
        small(UInt32(number >> 32))
    }

    mutating func small(_ number: UInt32) {
        guard let low = half else { half = number; return }
        half = nil
        buffer.append(UInt64(number) << 32 | UInt64(low))
        if buffer.count == Self.pieceCount { flush() }
    }

    mutating func keys(_ table: KeyTable) {
        number(UInt64(table.count))
        for key in table.keys { number(key) }
    }

    mutating func names(_ table: NameTable) {
        number(UInt64(table.names.count))
        for key in table.keys { number(key) }
        for name in table.names {
            small(UInt32(name.utf8.count))
            for byte in name.utf8 { small(UInt32(byte)) }
        }
    }

    mutating func ranges(_ ranges: SecondRanges) {
        small(UInt32(ranges.ends.count))
        for end in ranges.ends { small(end) }
    }

    mutating func answers(_ answers: ContiguousArray<Totals.Answered>) {
        for answer in answers {
            small(answer.at)
            small(answer.attempt)
            small(answer.attempts)
            small(answer.answer)
            small((answer.isCorrect ? 1 : 0) | (answer.isEverCorrect ? 2 : 0))
        }
    }

    private mutating func flush() {
        for number in buffer { sum = mixed(sum ^ number) }
        buffer.withUnsafeBytes { piece in
            guard let descriptor else { return bytes.append(contentsOf: piece) }
            var done = 0
            while done < piece.count, !isFailed {
                let count = Glibc.write(descriptor, piece.baseAddress! + done, piece.count - done)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { isFailed = true } else { done += count }
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() -> Bool {
        if half != nil { small(0) }
        flush()
        buffer.append(sum)
        flush()
        guard let descriptor else { return true }
        let isSynced = !isFailed && fsync(descriptor) == 0
        return close(descriptor) == 0 && isSynced
    }
}

/// Reads what `NumberWriter` wrote. Of a file that is not whole it gives zeros, and says so at the end.
private struct NumberReader {
    /// Nil: from `source`.
    private let descriptor: Int32?
    private let source: [UInt8]
    private var taken = 0
    private var buffer: ContiguousArray<UInt64>
    private var at = 0
    private var filled = 0
    /// Numbers before the check sum that are not in the buffer yet.
    private var rest: Int
    private var high: UInt32?
    private var sum: UInt64 = 1
    private var isFailed = false
    private static let pieceCount = 1 << 17

    init?(_ path: String) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        var info = stat()
        guard fstat(opened, &info) == 0, info.st_size >= 24, info.st_size % 8 == 0 else {
            close(opened)
            return nil
        }
        (descriptor, source) = (opened, [])
        rest = Int(info.st_size) / 8 - 1
        buffer = ContiguousArray(repeating: 0, count: Self.pieceCount)
    }

    init?(bytes: [UInt8]) {
        guard bytes.count >= 24, bytes.count % 8 == 0 else { return nil }
        (descriptor, source) = (nil, bytes)
        rest = bytes.count / 8 - 1
        buffer = ContiguousArray(repeating: 0, count: Self.pieceCount)
    }

    /// So many numbers there may still be.
    private var left: Int { rest + filled - at }

    mutating func number() -> UInt64 {
        let low = small()
        return UInt64(small()) << 32 | UInt64(low)
    }

    mutating func small() -> UInt32 {
        if let high { self.high = nil; return high }
        if at == filled { fill() }
        guard at < filled else { isFailed = true; return 0 }
        let number = buffer[at]
        at += 1
        high = UInt32(number >> 32)
        return UInt32(truncatingIfNeeded: number)
    }

    private mutating func fill() {
        let count = min(rest, Self.pieceCount)
        (at, filled) = (0, count)
        rest -= count
        if !read(count) { (isFailed, filled) = (true, 0) }
        for place in 0..<filled { sum = mixed(sum ^ buffer[place]) }
    }

    private mutating func read(_ count: Int) -> Bool {
        guard let descriptor else {
            guard taken + count * 8 <= source.count else { return false }
            buffer.withUnsafeMutableBytes { $0.copyBytes(from: source[taken..<taken + count * 8]) }
            taken += count * 8
            return true
        }
        return buffer.withUnsafeMutableBytes { bytes in
            var done = 0
            while done < count * 8 {
                let got = Glibc.read(descriptor, bytes.baseAddress! + done, count * 8 - done)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { return false }
                done += got
            }
            return true
        }
    }

    /// A count that the file cannot hold is a damaged one.
    private mutating func count(of number: UInt64, eachAtLeast halves: Int) -> Int {
        guard number <= UInt64(left * 2 + 2), Int(number) * halves <= left * 2 + 2 else { isFailed = true; return 0 }
        return Int(number)
    }

    mutating func keys() -> KeyTable {
        let count = count(of: number(), eachAtLeast: 2)
        var keys: ContiguousArray<UInt64> = []
        keys.reserveCapacity(count)
        for _ in 0..<count { keys.append(number()) }
        return KeyTable(keys: keys)
    }

    mutating func names(_ limit: Int) -> NameTable {
        let count = count(of: number(), eachAtLeast: 3)
        var keys: ContiguousArray<UInt64> = [], names: [String] = []
        for _ in 0..<count { keys.append(number()) }
        for _ in 0..<count {
            let length = self.count(of: UInt64(small()), eachAtLeast: 1)
            var bytes: [UInt8] = []
            for _ in 0..<length { bytes.append(UInt8(truncatingIfNeeded: small())) }
            names.append(String(decoding: bytes, as: UTF8.self))
        }
        return NameTable(limit: limit, names: names, keys: keys)
    }

    mutating func items<Item>(_ count: Int, _ make: (inout NumberReader) -> Item) -> ContiguousArray<Item> {
        var items: ContiguousArray<Item> = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(make(&self)) }
        return items
    }

    mutating func ranges() -> SecondRanges {
        let count = count(of: UInt64(small()), eachAtLeast: 1)
        guard count > 0 else { return SecondRanges() }
        var ends: [UInt32] = []
        ends.reserveCapacity(count)
        for _ in 0..<count { ends.append(small()) }
        return SecondRanges(ends: ends)
    }

    mutating func answers(_ count: Int) -> ContiguousArray<Totals.Answered> {
        items(count) { reader in
            var answer = Totals.Answered(at: reader.small(), attempt: reader.small(), attempts: reader.small(), answer: reader.small())
            let flags = reader.small()
            (answer.isCorrect, answer.isEverCorrect) = (flags & 1 != 0, flags & 2 != 0)
            return answer
        }
    }

    mutating func isWhole() -> Bool {
        // Half a number may be left over.
        high = nil
        defer { if let descriptor { close(descriptor) } }
        guard !isFailed, at == filled, rest == 0, read(1) else { return false }
        return buffer[0] == sum
    }
}
