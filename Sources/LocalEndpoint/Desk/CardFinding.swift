// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What is known of a card that was read.
enum CardFinding: Sendable, Hashable {
    /// The order it was cut for.
    case order(CardHistory)
    /// It has a serial number, and no order here has it.
    case foreign
    /// It opens these rooms as its lock system reads it, and no key that was cut for them ends as it does. The newest one of them.
    case differs(newest: EndedJob)
    /// Neither serial number nor a reading that an order could be held against.
    case unknown

    /// - Parameter keys: done keys whose first room is the reading's, the newest first.
    init(_ reading: CardReading, keys: [EndedJob]) {
        guard let newest = keys.first, reading.until != nil else {
            self = .unknown
            return
        }
        guard let place = keys.firstIndex(where: reading.fits) else {
            self = .differs(newest: newest)
            return
        }
        self = .order(CardHistory(order: keys[place], later: Array(keys[..<place])))
    }
}
