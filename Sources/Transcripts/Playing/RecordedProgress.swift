// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Synchronization

/// Keeps what a driver told on the way.
public final class RecordedProgress: TaskProgress {
    public struct Story: Sendable, Hashable {
        /// `1/2` for "put card 1 of 2 on", `1/check` for "put card 1 on once more, so that it can be checked".
        public var prompts: [String] = []
        public var finished: [Receipt] = []
        public var remarks: [String] = []
        public var sightings: [CardPresence] = []
        public init() {}
    }

    private let kept = Mutex(Story())
    private let say: @Sendable (String) -> Void

    /// - Parameter say: what a person must do now ("Put card 1 of 2 on the encoder.").
    public init(say: @escaping @Sendable (String) -> Void = { _ in }) { self.say = say }
    public var story: Story { kept.withLock { $0 } }

    public func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        kept.withLock { $0.prompts.append("\(copy)/\(copies)") }
        say(copies > 1 ? "Put card \(copy) of \(copies) on the encoder." : "Put a card on the encoder.")
    }
    public func finished(_ receipt: Receipt) async throws(Fault) {
        kept.withLock { $0.finished.append(receipt) }
    }
    public func verifying(copy: Int) async throws(Fault) {}
    public func waitingToVerify(copy: Int) async throws(Fault) {
        kept.withLock { $0.prompts.append("\(copy)/check") }
        say("Put card \(copy) on the encoder once more, so that it can be checked.")
    }
    public func sighted(_ card: CardPresence) async {
        kept.withLock { $0.sightings.append(card) }
    }
    public func remark(_ text: String) async {
        kept.withLock { $0.remarks.append(text) }
    }
}
