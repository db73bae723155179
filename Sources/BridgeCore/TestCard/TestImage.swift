// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// The content that a test of cards writes, and the rule that no other card is touched: only one that is blank, or that carries
/// nothing but an earlier test.
package enum TestImage {
    /// What may be done with a card that was read.
    package enum Verdict: Sendable, Hashable {
        /// Written with this, it can be read back.
        case free(CardImage)
        /// Someone's: it is left as it is. Says why.
        case foreign(String)
    }

    package static let track1 = "ENCODER BRIDGE TEST CARD"
    package static let track2 = "7357000000007357"
    package static let block = Array("ENCODER-BRIDGE-T".utf8)
    package static let page = Array("EBT1".utf8)

    /// What was read decides. A part that could not be read is someone's: their keys shut it.
    package static func verdict(on card: ErrandOutcome) -> Verdict {
        switch card.content {
        case nil: return .foreign("its content cannot be read, so it may be someone's")
        case .damaged?: return .foreign("it reads with errors, so it may be someone's")
        case .partly?: return .foreign("some of its \(parts(of: card.image)) cannot be read, so they are someone's")
        case .blank? where card.image == nil: return .free(.magnetic(MagneticImage(tracks: [1: track1, 2: track2])))
        case .blank?, .whole?: break
        }
        switch card.image {
        case nil: return .foreign("its content cannot be read, so it may be someone's")
        case .magnetic(let image):
            let ours =
                image.rawTracks.isEmpty && image.tracks.allSatisfy { $0.value.isEmpty || $0.value == ($0.key == 1 ? track1 : track2) }
            return ours ? .free(.magnetic(MagneticImage(tracks: [1: track1, 2: track2]))) : .foreign("its stripe is written")
        case .blocks(let image):
            // Block 0 is the maker's on every card.
            let data = image.blocks.filter { $0.key != 0 && !isTrailer($0.key) }
            if let written = data.filter({ !isEmpty($0.value) && $0.value != block }).keys.min() {
                return .foreign("block \(written) is written")
            }
            // Sector 0 may hold a directory of the others.
            guard let place = data.keys.filter({ $0 >= 4 }).min() else { return .foreign("none of its blocks could be read") }
            return .free(.blocks(BlockImage(blocks: [place: block], key: image.key, keyKind: image.keyKind)))
        case .pages(let image):
            let data = image.pages.filter { $0.key >= 4 }
            if let written = data.filter({ !isEmpty($0.value) && $0.value != page && !isEmptyMessage($0.key, $0.value) }).keys.min() {
                return .foreign("page \(written) is written")
            }
            // Not the first pages: many cards come with the frame of an empty message there.
            guard let place = data.keys.filter({ $0 >= 8 }).min() else { return .foreign("it has no page to write a test to") }
            return .free(.pages(PageImage(pages: [place: page])))
        }
    }

    private static func parts(of image: CardImage?) -> String {
        switch image {
        case .blocks: "sectors"
        case .pages: "pages"
        case .magnetic, nil: "tracks"
        }
    }

    /// Whether what was read back holds all that was written.
    package static func holds(_ content: CardImage?, _ written: CardImage) -> Bool {
        switch (content, written) {
        case (.magnetic(let read), .magnetic(let wrote)): wrote.tracks.allSatisfy { read.tracks[$0.key] == $0.value }
        case (.blocks(let read), .blocks(let wrote)): wrote.blocks.allSatisfy { read.blocks[$0.key] == $0.value }
        case (.pages(let read), .pages(let wrote)): wrote.pages.allSatisfy { read.pages[$0.key] == $0.value }
        default: false
        }
    }

    private static func isEmpty(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 == 0 } || bytes.allSatisfy { $0 == 0xFF } }

    /// The last block of each sector: keys and access bits. Sectors have 4 blocks, from block 128 on 16.
    private static func isTrailer(_ number: Int) -> Bool { number < 128 ? number % 4 == 3 : number % 16 == 15 }

    /// An empty message as cards come from the factory: `03 00 FE 00`, on some behind a lock control.
    private static func isEmptyMessage(_ page: Int, _ bytes: [UInt8]) -> Bool {
        (page == 4 && (bytes == [0x03, 0x00, 0xFE, 0x00] || bytes.first == 0x01)) || (page == 5 && bytes == [0x34, 0x03, 0x00, 0xFE])
    }
}
