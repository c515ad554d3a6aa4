import ServiceLifecycle

/// Work that is done over and over until the program ends: looking for a new catalogue, sending mail.
struct Repeating: Service {
    let pause: Duration
    let work: @Sendable () async -> Void

    init(every pause: Duration, _ work: @escaping @Sendable () async -> Void) {
        self.pause = pause
        self.work = work
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await work()
                do { try await Task.sleep(for: pause) } catch { return }
            }
        }
    }
}
