// SPDX-License-Identifier: Apache-2.0
import Framing

/// Who says what before, between and behind the messages of a ``StxEtxDialogue``.
struct StxEtxFlow: Sendable, Hashable {
    /// How long the encoder may take for an ACK.
    var acknowledgeWithin: Duration
    /// An ENQ must be acknowledged before each message.
    var enquires = true
    var enquiryTries = 3
    /// Pause before an enquiry or a message is sent again.
    var pause = Duration.milliseconds(200)
    /// The encoder acknowledges a message before it works on it.
    var isAcknowledged = true
    /// How often a message is sent that was answered by NAK.
    var messageTries = 3
    /// The bridge acknowledges the answer, and asks with NAK for one that came damaged.
    var acknowledgesAnswer = true
    /// What the encoder says in place of ACK while it cannot take an order.
    var busy: UInt8?
    /// The encoder enquires before it answers, as the bridge does before it orders.
    var answerIsEnquired = false
    /// What the bridge says once its message was acknowledged.
    var endOfTransaction: UInt8?

    init(acknowledgeWithin: Duration) {
        self.acknowledgeWithin = acknowledgeWithin
    }

    func isNotReady(_ frame: StxEtxFrame) -> Bool { frame == .nak || busy.map(StxEtxFrame.control) == frame }

    /// The most that handshakes before an answer can take: each message with all its enquiries before it.
    var longestHandshake: Duration {
        let enquiries = enquires ? enquiryTries : 0
        return (acknowledgeWithin + pause) * ((enquiries + (isAcknowledged ? 1 : 0)) * max(1, messageTries))
    }
}
