import LecternCore
import LecternStore

extension Shop {
    /// Removes what pages told longer ago than the creator keeps it. How far learners are stays. Called every day.
    /// - Parameter keep: is told before which moment, and puts aside what has to outlast it.
    /// - Returns: how many events went.
    @discardableResult
    public func removeOldBeacons(after keep: (Instant) async throws(StoreError) -> Void = { _ in }) async throws(StoreError) -> Int {
        guard let days = settings.beaconDays else { return 0 }
        let before = now().adding(seconds: -days * 86_400)
        try await keep(before)
        var count = 0
        // In parts, so that whoever writes meanwhile waits for one of them at most.
        while !Task.isCancelled {
            let removed = try await store.pruneBeacons(before: before)
            if removed == 0 { break }
            count += removed
        }
        return count
    }
}
