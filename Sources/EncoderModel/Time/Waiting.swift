// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What `work` gives, or `nil` if `limit` returns first. `work` is not cancelled and goes on: for what must be carried to its end though
/// nobody waits for it any more. `limit` is cancelled once `work` has ended.
public func waiting<Value: Sendable>(
    for work: @escaping @Sendable () async -> Value, unless limit: @escaping @Sendable () async throws -> Void
) async -> Value? {
    let first = FirstAnswer<Value>()
    return await withCheckedContinuation { continuation in
        first.wait(continuation)
        let watch = Task {
            guard (try? await limit()) != nil else { return }  // cancelled: the work has ended
            first.answer(nil)
        }
        Task {
            first.answer(await work())
            watch.cancel()
        }
    }
}

/// Hands on the first answer, and no other.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private let waiting = Mutex<CheckedContinuation<Value?, Never>?>(nil)

    func wait(_ continuation: CheckedContinuation<Value?, Never>) { waiting.withLock { $0 = continuation } }

    func answer(_ value: Value?) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: value)
    }
}
