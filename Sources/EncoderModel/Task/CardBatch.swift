// SPDX-License-Identifier: Apache-2.0

/// The cards of one order for a raw encoder.
public struct CardBatch: Sendable, Hashable {
    /// Content of each card of the order; the first is for copy 1.
    public var images: [CardImage]
    /// Cards of the order that were finished before (by a bridge that was restarted since). They are not written again, and none of
    /// them may be used for another copy.
    public var finished: [Receipt]

    /// Serial number of the key that an earlier order made and that was not seen to leave the encoder: it is a guest's, and is not written
    /// over before it was taken away. `nil`: none lies there.
    public var leftBehind: String?

    public init(images: [CardImage], finished: [Receipt] = [], leftBehind: String? = nil) {
        self.images = images
        self.finished = finished
        self.leftBehind = leftBehind
    }

    /// Numbers and content of the cards that are still to be written.
    public var due: [(copy: Int, image: CardImage)] {
        let done = Set(finished.map(\.copy))
        return images.enumerated().map { (copy: $0.offset + 1, image: $0.element) }.filter { !done.contains($0.copy) }
    }
}
