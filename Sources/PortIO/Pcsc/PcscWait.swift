// SPDX-License-Identifier: Apache-2.0
import CPCSC
import Framing
import Synchronization

/// Waiting for pcscd to tell something, without a limit, so that another thread can end it.
final class PcscWait: Sendable {
    private struct State {
        var isStopped = false
        var waiting: SCARDCONTEXT?
    }

    private let state = Mutex(State())

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Blocks until the reader's state differs from what is known. `false`: it was stopped.
    func change(of reader: String, _ known: inout PcscReaderState, in context: PcscContext) throws(PcscError) -> Bool {
        let mayWait = state.withLock { state in
            state.waiting = state.isStopped ? nil : context.handle
            return !state.isStopped
        }
        guard mayWait else { return false }
        defer { state.withLock { $0.waiting = nil } }
        do throws(PcscError) {
            try known.update(reader, in: context, limit: PcscReaderState.forever)
            return true
        } catch {
            if error.code == .cancelled, isStopped { return false }
            throw error
        }
    }

    /// Ends the wait in hand and every later one. Does not block. From any thread.
    func stop() {
        let isWaiting = state.withLock { state in
            state.isStopped = true
            return state.waiting != nil
        }
        guard isWaiting else { return }
        // SCardCancel is lost on a wait that is only about to begin, so it is called until the wait has ended. It talks to pcscd, which
        // may take its time: not on the caller's thread.
        let loop = PortLoop(name: "pcsc-cancel")
        Task(executorPreference: loop) { [self] in
            while let context = state.withLock({ $0.waiting }) {
                SCardCancel(context)
                await loop.rest(.milliseconds(20))
            }
        }
    }
}
