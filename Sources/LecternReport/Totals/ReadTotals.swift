import Foundation
import LecternCore
import LecternStore

/// All events of a store as totals: those that were kept by the last report, or when events were pruned, and what came since.
///
/// - Parameter keeping: false: nothing is read from the last report's file and nothing written to it.
/// - Returns: the totals; why they could not be kept, if so; and how many events had to be read.
func readTotals(of store: Store, paths: PagePaths, keeping: Bool = true) throws -> (Totals, warning: String?, read: UInt64) {
    let path = keeping ? store.keptTotalsPath : nil
    let digest = paths.digest
    var fold = Fold(Totals(), paths: paths)
    var before: KeptTotals.Key?
    var last: (seq: Int64, event: UInt64) = (0, 0)
    let mark = try store.scanBeacons(
        choose: { moment in
            let mark = moment.mark
            if let kept = path.flatMap(KeptTotals.read), try kept.key.isOf(moment, paths: digest) {
                fold = Fold(kept.totals, paths: paths)
                (before, last) = (kept.key, (kept.key.seq, kept.key.event))
            } else if mark.keptSeq > 0 {
                fold = Fold(try prunedTotals(moment), paths: paths)
                last.seq = mark.keptSeq
            }
            return (last.seq, .max)
        },
        { event in
            fold.add(event)
            last = (event.seq, number(of: event.event, seed: number(of: event.visit)))
        })
    let totals = fold.totals
    let key = KeptTotals.Key(seq: last.seq, event: last.event, changes: mark.changes, paths: digest)
    guard let path, key != before else { return (totals, nil, fold.added) }
    return (totals, KeptTotals(key: key, totals: totals).write(path), fold.added)
}

extension KeptTotals.Key {
    /// Whether the events that are kept under this key are those that the database would give.
    fileprivate func isOf(_ moment: BeaconMoment, paths digest: UInt64) throws -> Bool {
        let mark = moment.mark
        guard paths == digest, changes == mark.changes, seq <= mark.lastSeq, mark.prunedSeq <= seq, mark.keptSeq <= seq else { return false }
        guard let names = try moment.names(seq) else { return true }
        return number(of: names.event, seed: number(of: names.visit)) == event
    }
}

/// - Throws: `.broken`: what was pruned cannot be read again, so that figures without it would be wrong in silence.
private func prunedTotals(_ moment: BeaconMoment) throws -> Totals {
    var bytes: [UInt8] = []
    for piece in try moment.keptTotals() {
        guard let data = Data(base64Encoded: piece) else { throw StoreError.broken("the totals of pruned events are damaged") }
        bytes += data
    }
    guard let kept = KeptTotals.read(bytes: bytes), kept.key.seq == moment.mark.keptSeq else {
        throw StoreError.broken("the totals of pruned events are damaged, or a newer Lectern wrote them")
    }
    return kept.totals
}

/// Puts what was heard of before a moment into totals that stay, so that the events themselves may be pruned and no figure changes.
/// Call it before `pruneBeacons`. Repeating it changes nothing.
/// - Parameter courses: as the catalogue has them: which page lies where is decided now for these events.
public func keepTotals(of store: Store, before moment: Instant, courses: [ReportCourse]) async throws(StoreError) {
    let made: (pieces: [String], seq: Int64, mark: BeaconMark)?
    do { made = try totals(of: store, before: moment, PagePaths(courses)) } catch { throw error as? StoreError ?? .broken("\(error)") }
    guard let made else { return }
    // Somebody was forgotten meanwhile: tomorrow is another day.
    _ = try await store.keepBeaconTotals(made.pieces, through: made.seq, since: made.mark)
}

private func totals(of store: Store, before moment: Instant, _ paths: PagePaths) throws -> (pieces: [String], seq: Int64, mark: BeaconMark)? {
    var fold = Fold(Totals(), paths: paths), through: Int64 = 0
    let mark = try store.scanBeacons(
        choose: { beacons in
            through = try beacons.lastSeq(heardBefore: moment)
            guard through > beacons.mark.keptSeq else { return (through, through) }
            if beacons.mark.keptSeq > 0 { fold = Fold(try prunedTotals(beacons), paths: paths) }
            return (beacons.mark.keptSeq, through)
        }, { fold.add($0) })
    guard through > mark.keptSeq else { return nil }
    let key = KeptTotals.Key(seq: through, event: 0, changes: mark.changes, paths: paths.digest)
    let bytes = KeptTotals(key: key, totals: fold.totals).bytes
    let pieces = stride(from: 0, to: bytes.count, by: pieceBytes).map { Data(bytes[$0..<min(bytes.count, $0 + pieceBytes)]).base64EncodedString() }
    return (pieces, through, mark)
}

private let pieceBytes = 3 << 16
