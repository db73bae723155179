// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Framing

/// Tells what comes and goes on one reader, on a thread that does nothing else.
actor PcscPresenceThread {
    private let loop = PortLoop(name: "pcsc-presence")
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Blocks this thread until the wait is stopped or the reader is lost.
    func follow(_ reader: String, _ wait: PcscWait, into inbox: PcscInbox) {
        do throws(PcscError) {
            let context = try PcscContext()
            var state = try context.state(of: reader)
            try Self.check(state)
            inbox.put(Self.news(of: state))
            inbox.opened()
            while true {
                let before = state
                guard try wait.change(of: reader, &state, in: context) else { return }
                try Self.check(state)
                // pcscd also tells who uses the card. Two turns at once are a card that left and another that came.
                guard state.turns != before.turns || state.isPresent != before.isPresent else { continue }
                if before.isPresent, state.isPresent { inbox.put(.cardRemoved) }
                inbox.put(Self.news(of: state))
            }
        } catch {
            inbox.lose(PcscAdvice.fault(for: error))
        }
    }

    private static func check(_ state: PcscReaderState) throws(PcscError) {
        if state.isGone { throw PcscError(call: "SCardGetStatusChange", code: .readerUnavailable) }
    }

    private static func news(of state: PcscReaderState) -> PcscMessage {
        state.isPresent ? .cardInserted(atr: state.atr) : .cardRemoved
    }
}
