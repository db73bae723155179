// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// One place on a card that a layout fills.
enum LayoutPlace: Sendable, Hashable, CustomStringConvertible {
    case track(Int)
    case rawTrack(Int)
    case block(Int)
    case page(Int)

    /// `track 2`, for people.
    var description: String {
        switch self {
        case .track(let number), .rawTrack(let number): "track \(number)"
        case .block(let number): "block \(number)"
        case .page(let number): "page \(number)"
        }
    }

    var number: Int {
        switch self {
        case .track(let number), .rawTrack(let number), .block(let number), .page(let number): number
        }
    }

    /// `track2`, for `over=`.
    var word: String { description.replacing(" ", with: "") }

    /// Where it is written in the configuration.
    var path: [String] {
        switch self {
        case .track(let number): ["tracks", String(number)]
        case .rawTrack(let number): ["rawTracks", String(number)]
        case .block(let number): ["blocks", String(number)]
        case .page(let number): ["pages", String(number)]
        }
    }

    /// Characters, or bytes.
    var isText: Bool { if case .track = self { true } else { false } }

    /// The length it must have; `nil`: any up to ``most(bitsPerCharacter:)``.
    var exact: Int? {
        switch self {
        case .track, .rawTrack: nil
        case .block: BlockImage.blockLength
        case .page: PageImage.pageLength
        }
    }

    /// Characters or bytes that fit.
    func most(bitsPerCharacter: Int) -> Int {
        switch self {
        case .track(let number): TrackLimits.capacity(of: number)
        case .rawTrack: TrackLimits.rawCapacity(bitsPerCharacter: bitsPerCharacter)
        case .block: BlockImage.blockLength
        case .page: PageImage.pageLength
        }
    }

    /// Whether one more of this character may stand there.
    func takes(_ byte: UInt8) -> Bool {
        if case .track(let number) = self { TrackLimits.takes(byte, onTrack: number) } else { true }
    }

    /// What the layout must allow in words before it may write there.
    var hazard: CardHazard? {
        switch self {
        case .block(0): .manufacturerBlock
        // Sectors have four blocks, from block 128 on sixteen; the last of each has its keys and access bits.
        case .block(let number) where number % (number < 128 ? 4 : 16) == (number < 128 ? 3 : 15): .sectorTrailers
        case .page(0...3): .lockPages
        default: nil
        }
    }
}

extension BlockImage {
    /// Bytes of a block.
    public static let blockLength = 16
}

extension PageImage {
    /// Bytes of a page.
    public static let pageLength = 4
}
