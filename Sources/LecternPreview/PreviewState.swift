import LecternBuild
import LecternCore

/// What the preview's pages ask for: the number of the newest build, and its problems.
actor PreviewState {
    private(set) var version = 0
    private(set) var problems: [Problem] = []
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func took(_ report: BuildReport) {
        version += 1
        problems = report.problems
        let all = waiting
        waiting = []
        for continuation in all { continuation.resume() }
    }

    /// Returns at once when there is something newer than `seen`, else with the next build.
    func next(after seen: Int) async {
        if version > seen { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Lets those who wait go, so that no page holds the server up when it stops.
    func wake() {
        let all = waiting
        waiting = []
        for continuation in all { continuation.resume() }
    }
}
