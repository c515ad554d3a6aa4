import LecternCore

extension Beacon {
    /// Hands out an event as `scanBeacons` would if `append` had kept it, without a database.
    /// - Parameter body: what it is given is gone when it returns.
    public func told(
        seq: Int64, visit: String, learner: ID<Learner>?, isRobot: Bool, now: Instant, _ body: (borrowing ToldBytes) throws -> Void
    ) rethrows {
        var bytes: [UInt8] = [], ends: [Int] = []
        for text in [visit, id, event.kind, learner?.text ?? "", course ?? "", lesson ?? ""] {
            bytes += text.utf8
            ends.append(bytes.count)
        }
        bytes += event.detail.bytes
        ends.append(bytes.count)
        try bytes.withUnsafeBytes { all in
            func text(_ place: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: all[(place == 0 ? 0 : ends[place - 1])..<ends[place]]) }
            try body(
                ToldBytes(
                    seq: seq, at: at.sql, receivedAt: now.sql, visit: text(0), event: text(1), kind: text(2), learner: text(3), course: text(4),
                    lesson: text(5), detail: text(6), isRobot: isRobot))
        }
    }
}
