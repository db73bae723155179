// SPDX-License-Identifier: Apache-2.0

/// A contactless card in the field of a reader: what it answers to selection, authentication, reading and writing.
enum ContactlessCard: Sendable, Hashable {
    case classic(ClassicCard)
    case pages(PageCard)

    /// Card number `number` of a simulator: each has its own serial number.
    init(_ kind: SimulatedCardKind, number: Int) {
        let tail: [UInt8] = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
        self =
            switch kind {
            case .classic1K: .classic(ClassicCard(uid: [0x5A, 0x1D] + tail))
            case .classic1KLongUID: .classic(ClassicCard(uid: [0x04, 0x5A, 0x1D, 0x00, 0x00] + tail))
            case .ultralight: .pages(PageCard(uid: [0x04, 0x5A, 0x1D, 0x01, 0x00] + tail, size: .ultralight))
            case .ntag213: .pages(PageCard(uid: [0x04, 0x5A, 0x1D, 0x02, 0x00] + tail, size: .ntag213))
            }
    }

    var uid: [UInt8] {
        switch self {
        case .classic(let card): card.uid
        case .pages(let card): card.uid
        }
    }

    /// SENS_RES (ATQA), high byte first.
    var selectionAnswer: [UInt8] {
        switch self {
        case .classic(let card): [0x00, card.uid.count == 4 ? 0x04 : 0x44]
        case .pages: [0x00, 0x44]
        }
    }

    /// SEL_RES.
    var sak: UInt8 {
        if case .classic = self { 0x08 } else { 0x00 }
    }

    /// The card loses its field or is halted: a sector that was open is shut.
    mutating func shut() {
        guard case .classic(var card) = self else { return }
        card.shut()
        self = .classic(card)
    }
}
