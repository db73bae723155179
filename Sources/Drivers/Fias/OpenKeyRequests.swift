// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The WS of key requests that the lock system has not answered.
final class OpenKeyRequests: Sendable {
    private struct State {
        var inHand: String?
        var open: Set<String> = []
        var answered: Set<String> = []
    }

    private let state = Mutex(State())

    func begin(_ workstation: String) {
        state.withLock { state in
            state.inHand = workstation
            state.open.subtract(state.answered)
            state.answered = []
        }
    }

    func end(_ workstation: String, isOpen: Bool) {
        state.withLock { state in
            state.inHand = nil
            if isOpen { state.open.insert(workstation) }
        }
    }

    /// An answer came: whether it may be that of an earlier request. Of those before a restart the WS is not known: any other may be one.
    func hears(_ workstation: String) -> Bool {
        state.withLock { state in
            guard state.inHand != workstation, state.open.isEmpty || state.open.contains(workstation) else { return false }
            state.answered.insert(workstation)
            return true
        }
    }

    var areAnswered: Bool {
        state.withLock { $0.open.isEmpty ? !$0.answered.isEmpty : $0.open.isSubset(of: $0.answered) }
    }
}
