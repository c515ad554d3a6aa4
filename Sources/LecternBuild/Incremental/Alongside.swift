import Glibc

/// Does two pieces of work at once: one in a thread of its own, the other in this one.
///
/// - Parameter threads: false does one after the other.
/// - Returns: what came of both.
func alongside<There, Here>(
    threads: Bool, _ there: sending @escaping () -> There, here: () -> Here
) -> (there: There, here: Here) {
    let errand = Errand(there)
    if threads { errand.begin() }
    let done = here()
    return (errand.finish(), done)
}

/// A piece of work in a thread of its own. Only one side touches what it works on at a time: it is handed over when the
/// thread is started, and taken back when that has ended.
final class Errand<Value> {
    private let work: AnyErrand.Work<Value>
    private var thread: pthread_t?

    init(_ work: sending @escaping () -> Value) { self.work = AnyErrand.Work(work) }

    /// Where the system has no more threads to give, the work is done by `finish`.
    func begin() {
        var started = pthread_t()
        let handed = Unmanaged<AnyErrand>.passRetained(work)
        let code = pthread_create(&started, nil, { Unmanaged<AnyErrand>.fromOpaque($0!).takeRetainedValue().run(); return nil }, handed.toOpaque())
        if code == 0 { thread = started } else { handed.release() }
    }

    /// Waits for what was begun, or does it now.
    func finish() -> Value {
        if let thread = thread.take() { pthread_join(thread, nil) } else if work.value == nil { work.run() }
        return work.value!
    }
}

/// What a thread can be given: it knows no generic types.
private class AnyErrand {
    func run() {}

    final class Work<Value>: AnyErrand {
        private let work: () -> Value
        private(set) var value: Value?

        init(_ work: @escaping () -> Value) { self.work = work }

        override func run() { value = work() }
    }
}
