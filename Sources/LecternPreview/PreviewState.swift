import Glibc
import LecternBuild
import LecternCore

/// What the preview's pages ask for: the number of the newest build, and its problems.
actor PreviewState {
    /// What a page shows when its script compares `version` with the one it was served with.
    struct Snapshot: Sendable {
        /// Differs after each build that changed something, and between two runs of the preview: a page that stayed open
        /// must not take another run's build for its own.
        var version: Int
        /// False until the first build has ended.
        var isBuilt = false
        var problems: [Problem] = []

        var failed: Bool { problems.contains { $0.severity == .error } }
    }

    private(set) var now = Snapshot(version: microsecondsNow())
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var tickets = 0

    func took(_ report: BuildReport) {
        // A saved file that is as it was reloads nothing.
        let isSame = now.isBuilt && !now.failed && !report.failed && report.written + report.removed == 0
        now.problems = report.problems
        now.isBuilt = true
        if isSame { return }
        now.version += 1
        let all = waiting.values
        waiting = [:]
        for continuation in all { continuation.resume() }
    }

    func firstBuild() async {
        while !now.isBuilt { await wait(takeTicket()) }
    }

    /// Returns at once when there is something other than `seen`, else with the next build or after some seconds: a
    /// request that never ends would outlive the page that asked.
    func change(since seen: Int, within limit: Duration = .seconds(10)) async -> Snapshot {
        if now.version != seen { return now }
        let ticket = takeTicket()
        let alarm = Task {
            // Ends early, and without effect, when it is cancelled below.
            try? await Task.sleep(for: limit)
            release(ticket)
        }
        await wait(ticket)
        alarm.cancel()
        return now
    }

    private func takeTicket() -> Int {
        tickets += 1
        return tickets
    }

    private func wait(_ ticket: Int) async {
        await withCheckedContinuation { waiting[ticket] = $0 }
    }

    private func release(_ ticket: Int) { waiting.removeValue(forKey: ticket)?.resume() }
}

/// Fine enough to tell two runs of the preview apart that begin within one second, and exact in a script's numbers.
private func microsecondsNow() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
}
