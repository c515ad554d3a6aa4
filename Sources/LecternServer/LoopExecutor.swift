import NIOCore

/// Runs a connection's tasks on the connection's own event loop, so that a request is read, answered and written by one
/// thread, without a hop. What may block (a password's digest, a call to a provider) has to go elsewhere.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
