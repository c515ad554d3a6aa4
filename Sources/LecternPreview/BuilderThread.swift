import Foundation

/// A thread with a stack that is large enough for deep Markdown.
struct BuilderThread {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() {
        let thread = Thread(block: body)
        thread.stackSize = 16 << 20
        thread.start()
    }
}

/// Lets the builder's thread wait until the state is told.
struct Semaphore: Sendable {
    private let inner = DispatchSemaphore(value: 0)

    func signal() { inner.signal() }
    func wait() { inner.wait() }
}
