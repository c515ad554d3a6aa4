import LecternCore

/// Has units built, here or in worker processes.
struct UnitRunner {
    let context: SiteContext
    let tools: BuildTools
    let options: BuildOptions
    let output: UnitOutput
    let staging: StagingFolders?
    let launch: WorkerLaunch?
    let progress: Progress

    /// Fewer files than this are built sooner here than a worker starts.
    private static let fewFiles = 200

    /// - Parameter done: called with each result, in the order in which they are ready.
    func run(_ requests: [UnitRequest], done: (UnitResult) throws(Problem) -> Void) throws(Problem) {
        let files = requests.reduce(0) { $0 + $1.sources.listing.count }
        var finished = 0
        func finish(_ result: UnitResult) throws(Problem) {
            try done(result)
            finished += 1
            progress.report(finished, requests.count, "courses")
        }
        guard let launch, options.jobs > 1, requests.count > 1, files > Self.fewFiles else {
            for request in requests { try finish(work(request, context: context, tools: tools, output: output)) }
            return
        }
        var pool = try WorkerPool(
            launch, count: min(options.jobs, requests.count), setup: WorkerSetup(options: options, staging: staging).encoded())
        defer { pool.stop() }
        try pool.run(requests, note: progress.note, done: finish) { index throws(Problem) in
            throw Problem(
                .error, "the build of this course ended without an answer", file: requests[index].sources.path,
                help: ["lectern build --jobs 1 may show more"])
        }
    }
}
