// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel

extension EncoderTask {
    /// What an encoder is asked for an order: a lock maker's takes it as it is, a raw one takes the content of cards.
    /// - Parameter printed: what the encoder's card layout makes of the order, where it brings no content of its own.
    /// - Throws: `rejected`, where an order and its encoder do not fit.
    public init(
        cutting order: KeyOrder, by kind: EncoderKind, called name: EncoderName, on clock: PropertyClock, printed: [CardImage]? = nil
    ) throws(Fault) {
        switch (kind, order.cardImage) {
        case (.lockMaker, nil): self = .cut(order, on: clock)
        case (.lockMaker, _?):
            throw Fault(.rejected(reason: "the lock system of the encoder \(name) makes the cards itself: leave cardImage out"))
        case (.raw, _) where order.mode == .oneShot: throw KeyAbilities.noOneShots.fault
        case (.raw, let image?):
            if let objection = image.objection() { throw Fault(.rejected(reason: "in the order's cardImage, \(objection)")) }
            self = .write(CardBatch(images: Array(repeating: image, count: order.copies)))
        case (.raw, nil):
            guard let printed else {
                throw Fault(
                    .rejected(
                        reason: "the encoder \(name) writes card content and knows no lock system: send a cardImage with the order, "
                            + "or give the encoder a layout in the configuration"))
            }
            self = .write(CardBatch(images: printed))
        }
    }

    public init(_ notice: StayNotice, on clock: PropertyClock) {
        switch notice {
        case .checkOut(let room, let reservation): self = .checkOut(lockID: room, reservation: reservation)
        case .keyChange(let change): self = .keyChange(change, on: clock)
        }
    }

    /// `nil` for the question who the encoder is, which is no task.
    public init?(_ errand: Errand) {
        switch errand {
        case .identify: return nil
        case .read: self = .read
        case .erase: self = .erase
        case .reset: self = .reset
        case .selfTest: self = .selfTest
        }
    }
}
