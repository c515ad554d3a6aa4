import Glibc

/// Does two pieces of work at once: one in a thread of its own, the other in this one.
///
/// - Parameter threads: false does one after the other.
/// - Returns: what came of both.
func alongside<There, Here>(
    threads: Bool, _ there: sending @escaping () -> There, here: () -> Here
) -> (there: There, here: Here) {
    let errand = Errand(there)
    var thread = pthread_t()
    let handed = Unmanaged.passRetained(errand)
    let code = threads ? pthread_create(&thread, nil, { Unmanaged<AnyErrand>.fromOpaque($0!).takeRetainedValue().run(); return nil }, handed.toOpaque()) : -1
    let done = here()
    if code == 0 {
        pthread_join(thread, nil)
    } else {
        // Not wanted, or the system has no more threads to give.
        handed.takeRetainedValue().run()
    }
    return (errand.value!, done)
}

private class AnyErrand {
    func run() {}
}

/// What the thread gets and leaves. Only one side touches it at a time: it is handed over when the thread is started, and
/// taken back when that has ended.
private final class Errand<Value>: AnyErrand {
    private let work: () -> Value
    var value: Value?

    init(_ work: @escaping () -> Value) { self.work = work }

    override func run() { value = work() }
}
