import Glibc

/// Waits for the end of standard input, on a thread that does nothing else.
enum InputWatch {
    private final class Box: Sendable {
        let atEnd: @Sendable () -> Void
        init(_ atEnd: @escaping @Sendable () -> Void) { self.atEnd = atEnd }
    }

    static func start(_ atEnd: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(atEnd)).toOpaque()
        let code = pthread_create(&thread, nil, { box in
            guard let box else { return nil }
            var buffer = [UInt8](repeating: 0, count: 256)
            while true {
                let count = read(0, &buffer, buffer.count)
                if count == 0 || count < 0 && errno != EINTR { break }
            }
            Unmanaged<Box>.fromOpaque(box).takeRetainedValue().atEnd()
            return nil
        }, box)
        // Without the thread the preview ends by its signal only, as any program does.
        if code != 0 { Unmanaged<Box>.fromOpaque(box).release() } else { pthread_detach(thread) }
    }
}
