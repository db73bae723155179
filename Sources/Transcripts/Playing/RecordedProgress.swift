// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Synchronization

/// Keeps what a driver told on the way.
public final class RecordedProgress: TaskProgress {
    public struct Story: Sendable, Hashable {
        /// `1/2` for "put card 1 of 2 on".
        public var prompts: [String] = []
        public var finished: [Receipt] = []
        public var remarks: [String] = []
        public var sightings: [CardPresence] = []
        public init() {}
    }

    private let kept = Mutex(Story())
    public init() {}
    public var story: Story { kept.withLock { $0 } }

    public func waitingForCard(copy: Int, of copies: Int) async throws(Fault) {
        kept.withLock { $0.prompts.append("\(copy)/\(copies)") }
    }
    public func finished(_ receipt: Receipt) async throws(Fault) {
        kept.withLock { $0.finished.append(receipt) }
    }
    public func verifying(copy: Int) async throws(Fault) {}
    public func sighted(_ card: CardPresence) async {
        kept.withLock { $0.sightings.append(card) }
    }
    public func remark(_ text: String) async {
        kept.withLock { $0.remarks.append(text) }
    }
}
