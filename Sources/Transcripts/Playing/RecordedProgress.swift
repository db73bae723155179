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
    private let gesture: CardGesture
    private let say: @Sendable (String) -> Void

    /// - Parameters:
    ///   - gesture: what a person does with a card at this encoder.
    ///   - say: what a person must do now ("Put card 1 of 2 on the encoder.").
    public init(_ gesture: CardGesture = .put, say: @escaping @Sendable (String) -> Void = { _ in }) {
        self.gesture = gesture
        self.say = say
    }
    public var story: Story { kept.withLock { $0 } }

    public func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        kept.withLock { $0.prompts.append("\(copy)/\(copies)") }
        let card = copies > 1 ? "card \(copy) of \(copies)" : "a card"
        say(gesture == .put ? "Put \(card) on the encoder." : "Swipe \(card) through the encoder.")
    }
    public func finished(_ receipt: Receipt) async throws(Fault) {
        kept.withLock { $0.finished.append(receipt) }
    }
    public func verifying(copy: Int) async throws(Fault) {}
    public func waitingToVerify(copy: Int) async throws(Fault) {
        kept.withLock { $0.prompts.append("\(copy)/check") }
        let what = gesture == .put ? "Put card \(copy) on the encoder" : "Swipe card \(copy) through the encoder"
        say("\(what) once more, so that it can be checked.")
    }
    public func sighted(_ card: CardPresence) async {
        kept.withLock { $0.sightings.append(card) }
    }
    public func remark(_ remark: Remark) async {
        kept.withLock { $0.remarks.append(Words.english(remark)) }
    }
}
