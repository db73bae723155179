// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import EncoderModel

/// Whose layouts a card on an encoder is held against.
public struct SiteLayouts: Sendable {
    private let own: [EncoderName: CardLayout]
    private let all: [CardLayout]

    public init(_ site: SiteConfiguration) {
        own = Dictionary(
            site.encoders.compactMap { encoder in encoder.layout.map { (encoder.name, $0) } }, uniquingKeysWith: { first, _ in first })
        all = site.layouts.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The encoder's own first, then those of the hotel's other desks for the same kind of card. None for an encoder without a layout:
    /// orders bring its content, and what fits no layout there is no stranger's.
    public func of(_ encoder: EncoderName) -> [any CardRecognition] {
        guard let first = own[encoder] else { return [] }
        return [first] + all.filter { $0.name != first.name && $0.medium == first.medium }
    }
}
