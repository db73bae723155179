// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What `work` gives, or `nil` if `limit` returns first. `work` is not cancelled and goes on: for what must be carried to its end though
/// nobody waits for it any more. `limit` is cancelled once `work` has ended.
///
/// - Parameter givesUpWhenCancelled: `nil` also as soon as the caller's task is cancelled: for waits that may be long.
public func waiting<Value: Sendable>(
    for work: @escaping @Sendable () async -> Value, unless limit: @escaping @Sendable () async throws -> Void,
    givesUpWhenCancelled: Bool = false
) async -> Value? {
    let first = FirstAnswer<Value>()
    return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
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
    } onCancel: {
        if givesUpWhenCancelled { first.answer(nil) }
    }
}

/// Hands on the first answer, and no other.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        /// The caller may be cancelled before it waits.
        case open
        case waiting(CheckedContinuation<Value?, Never>)
        case answered
    }

    private let state = Mutex(State.open)

    func wait(_ continuation: CheckedContinuation<Value?, Never>) {
        let isCancelled = state.withLock { state in
            if case .answered = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isCancelled { continuation.resume(returning: nil) }
    }

    func answer(_ value: Value?) {
        let continuation: CheckedContinuation<Value?, Never>? = state.withLock { state in
            defer { state = .answered }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: value)
    }
}
