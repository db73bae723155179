// SPDX-License-Identifier: Apache-2.0

/// What a raw encoder writes on one card. Made by another system and sent along with an order, or by a card layout of the site.
///
/// As JSON, one of:
///
///     { "tracks": { "1": "TEXT", "2": "0123" }, "coercivity": "high" }
///     { "rawTracks": { "3": { "bytes": "HEX", "bitsPerCharacter": 8 } }, "coercivity": "low" }
///     { "blocks": { "4": "32 HEX DIGITS" }, "key": "door", "keyKind": "A" }
///     { "pages": { "4": "8 HEX DIGITS" } }
///
/// Never logged: ``description`` tells the kind and the places, not the content.
public enum CardImage: Sendable, Hashable {
    case magnetic(MagneticImage)
    /// MIFARE Classic.
    case blocks(BlockImage)
    /// MIFARE Ultralight and NTAG.
    case pages(PageImage)
}

/// Content of the tracks of a magnetic stripe.
public struct MagneticImage: Sendable, Hashable {
    public enum Coercivity: String, Sendable, Codable, CaseIterable { case high, low }
    /// Characters of ISO 7811 by track number (1...3), without sentinels and LRC.
    public var tracks: [Int: String]
    /// Tracks that are written bit by bit, by track number (1...3).
    public var rawTracks: [Int: RawTrack]
    /// `nil`: what the encoder's settings say.
    public var coercivity: Coercivity?

    public init(tracks: [Int: String] = [:], rawTracks: [Int: RawTrack] = [:], coercivity: Coercivity? = nil) {
        self.tracks = tracks
        self.rawTracks = rawTracks
        self.coercivity = coercivity
    }
}

/// One track as bytes: each holds one character, lowest bit first on the stripe.
public struct RawTrack: Sendable, Hashable {
    public var bytes: [UInt8]
    /// 5...8.
    public var bitsPerCharacter: Int

    public init(bytes: [UInt8], bitsPerCharacter: Int) {
        self.bytes = bytes
        self.bitsPerCharacter = bitsPerCharacter
    }
}

/// Blocks of a MIFARE Classic card.
public struct BlockImage: Sendable, Hashable {
    public enum KeyKind: String, Sendable, Codable, CaseIterable { case a = "A", b = "B" }
    /// 16 bytes by block number.
    public var blocks: [Int: [UInt8]]
    /// Name of the card key that opens the sectors (``DriverKit`` knows its bytes from a file of the site); `nil`: the encoder's setting.
    public var key: String?
    public var keyKind: KeyKind?
    /// Places that destroy a card when written wrong. Only a layout of the site can allow them, never an order.
    public var allowed: Set<CardHazard>

    public init(blocks: [Int: [UInt8]], key: String? = nil, keyKind: KeyKind? = nil, allowed: Set<CardHazard> = []) {
        self.blocks = blocks
        self.key = key
        self.keyKind = keyKind
        self.allowed = allowed
    }
}

/// Pages of a MIFARE Ultralight or NTAG card.
public struct PageImage: Sendable, Hashable {
    /// 4 bytes by page number.
    public var pages: [Int: [UInt8]]
    public var allowed: Set<CardHazard>

    public init(pages: [Int: [UInt8]], allowed: Set<CardHazard> = []) {
        self.pages = pages
        self.allowed = allowed
    }
}

/// Writing there can make a card useless for ever. The words are what a layout must say, so that nobody writes them by accident.
public enum CardHazard: String, Sendable, Hashable, CaseIterable {
    /// Keys and access bits of a MIFARE Classic sector.
    case sectorTrailers = "overwrite-sector-trailers-and-risk-the-card"
    /// The maker's block 0 of a MIFARE Classic card.
    case manufacturerBlock = "overwrite-block-0-and-risk-the-card"
    /// Pages 0 to 3 and the configuration behind the user's pages: serial number, lock bits, one-time bits, passwords.
    case lockPages = "overwrite-lock-pages-and-risk-the-card"
}

extension CardImage: CustomStringConvertible, CustomDebugStringConvertible {
    /// `tracks 1, 2`, `blocks 4, 5`: places only.
    public var description: String {
        func list(_ word: String, _ places: some Collection<Int>) -> String {
            word + " " + places.sorted().map(String.init).joined(separator: ", ")
        }
        return switch self {
        case .magnetic(let image): list("tracks", Set(image.tracks.keys).union(image.rawTracks.keys))
        case .blocks(let image): list("blocks", image.blocks.keys)
        case .pages(let image): list("pages", image.pages.keys)
        }
    }

    public var debugDescription: String { description }
}
