import LecternStore

/// All events of a store as totals: those that were kept by the last report, and what came since.
///
/// - Parameter keeping: false: nothing is read from the file and nothing written to it.
/// - Returns: the totals; why they could not be kept, if so; and how many events had to be read.
func readTotals(of store: Store, paths: PagePaths, keeping: Bool = true) throws -> (Totals, warning: String?, read: UInt64) {
    let path = keeping ? store.keptTotalsPath : nil
    let digest = paths.digest
    var fold = Fold(Totals(), paths: paths)
    var before: KeptTotals.Key?
    var last: (seq: Int64, event: UInt64) = (0, 0)
    var eventsBefore: UInt64 = 0
    let mark = try store.scanBeacons(
        choose: { mark, names in
            guard let kept = path.flatMap(KeptTotals.read) else { return 0 }
            let key = kept.key
            guard key.paths == digest, key.changes == mark.changes, key.seq <= mark.lastSeq, mark.prunedSeq <= key.seq else { return 0 }
            if let names = try names(key.seq), number(of: names.event, seed: number(of: names.visit)) != key.event { return 0 }
            fold = Fold(kept.totals, paths: paths)
            (before, last, eventsBefore) = (key, (key.seq, key.event), kept.totals.counts.events)
            return key.seq
        },
        { event in
            fold.add(event)
            if event.seq > last.seq { last = (event.seq, number(of: event.event, seed: number(of: event.visit))) }
        })
    let totals = fold.totals, read = totals.counts.events - eventsBefore
    let key = KeptTotals.Key(seq: last.seq, event: last.event, changes: mark.changes, paths: digest)
    guard let path, key != before else { return (totals, nil, read) }
    return (totals, KeptTotals(key: key, totals: totals).write(path), read)
}
