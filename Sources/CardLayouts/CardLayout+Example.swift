// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Foundation

/// The card that `encoder-bridge check` shows: of an order that nobody made.
extension CardLayout {
    /// Unless the site gives another: rooms 101 to 104 from 2026-11-21 15:00 to 2026-11-23 12:00 by the clock of Prague.
    public static var exampleOrder: KeyOrder {
        KeyOrder(
            lockIds: ["101", "102", "103", "104"], validFrom: Date(timeIntervalSince1970: 1_795_269_600),
            validUntil: Date(timeIntervalSince1970: 1_795_431_600), copies: 1, guestName: "Example Guest", reservationNumber: "4711")
    }

    /// Its first card. HMACs are computed with a key of zeros, so that no output of the bridge holds what a real key makes.
    /// - Throws: `rejected` with what does not fit.
    public func example(on clock: PropertyClock) throws(Fault) -> CardImage {
        var layout = self
        layout.keys = CardKeys(Dictionary(uniqueKeysWithValues: keyNames.map { ($0, [UInt8](repeating: 0, count: 16)) }))
        let images = try layout.images(for: text.example, on: clock, sequence: 1)
        guard let first = images.first else { throw Fault(.rejected(reason: "the card layout \(name) makes no card")) }
        return first
    }
}
