// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// A card layout as a site wrote it: templates by place, and what goes for the whole card. docs/card-layouts.md has the language.
public struct CardLayoutText: Sendable, Hashable {
    /// Characters of ISO tracks, by track number.
    public var tracks: [Int: String] = [:]
    /// Bytes of tracks that are written bit by bit, by track number.
    public var rawTracks: [Int: String] = [:]
    /// 16 bytes by block of a MIFARE Classic card.
    public var blocks: [Int: String] = [:]
    /// 4 bytes by page of an Ultralight or NTAG card.
    public var pages: [Int: String] = [:]
    public var coercivity: MagneticImage.Coercivity?
    /// For raw tracks: 5 to 8.
    public var bitsPerCharacter: Int?
    /// Name of the card key that opens the sectors.
    public var key: String?
    public var keyKind: BlockImage.KeyKind?
    /// What the layout may write although it can make a card useless.
    public var allowed: Set<CardHazard> = []
    /// What `encoder-bridge check` tries the layout with.
    public var example = CardLayout.exampleOrder

    public init() {}
}

/// What is wrong in a layout; `description` says what to write instead.
public struct LayoutFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, from the layout on: `["tracks", "2"]`; empty: the layout as a whole.
    public let path: [String]
    public let description: String

    public init(_ path: [String], _ description: String) {
        self.path = path
        self.description = description
    }
}
