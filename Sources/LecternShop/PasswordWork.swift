import Foundation
import LecternCrypto

/// Runs scrypt where it holds up nobody: on threads of its own, two at a time (each takes a core and 32 MiB), with a short
/// queue before them. A longer one would only make everybody wait for a guesser.
actor PasswordWork {
    private let width = 2
    private let queueLimit = 20
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(Refusal) -> Value {
        if running >= width {
            guard waiting.count < queueLimit else { throw .busy }
            await withCheckedContinuation { waiting.append($0) }
        } else {
            running += 1
        }
        let value = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
        // The place goes to the next in the queue, or is free.
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
        return value
    }
}
