// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Synchronization

/// Owns a line on a technician's bench: no jobs, no journal; all it can do is to give up.
final class BenchKeeper: LineKeeper {
    private let gaveUp = Atomic(false)
    var hasGivenUp: Bool { gaveUp.load(ordering: .relaxed) }

    /// Ends what the line waits for, as soon as it is woken.
    func giveUp() { gaveUp.store(true, ordering: .relaxed) }

    func willWrite(waitsForCard: Bool) async throws(Fault) {}
    func unasked(_ card: CardPresence?) async {}
    func lateAnswer(to question: OpenQuestion) async {}
    func stopReason(mayBreakOff: Bool) async -> StopReason? {
        guard hasGivenUp else { return nil }
        return mayBreakOff ? .unwanted(.timeout, detail: "no answer") : .endSoon
    }
}
