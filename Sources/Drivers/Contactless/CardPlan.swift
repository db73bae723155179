// SPDX-License-Identifier: Apache-2.0
import EncoderModel

/// What is to be written where, in order. Made before anything is sent: an image that may not be written never reaches a card.
enum CardPlan: Sendable, Hashable {
    case blocks(BlockPlan)
    case pages(PagePlan)

    struct Place: Sendable, Hashable {
        var number: Int
        var bytes: [UInt8]
    }

    struct BlockPlan: Sendable, Hashable {
        var data: [Place]
        /// Behind everything else: a new key shuts the old one out.
        var trailers: [Place] = []
        var key: SectorKey
    }

    struct PagePlan: Sendable, Hashable {
        var data: [Place]
        /// Behind everything else: what is locked cannot be written any more.
        var locks: [Place] = []
        /// Whether the site's layout allows pages outside those of the user.
        var mayLock = false
    }

    /// Throws `rejected` for an image that this kind of encoder cannot or must not write.
    init(_ image: CardImage, _ settings: ContactlessSettings) throws(Fault) {
        switch image {
        case .magnetic:
            throw Fault(.rejected(reason: "this encoder writes contactless cards: give blocks or pages in place of magnetic tracks"))
        case .blocks(let image): self = .blocks(try Self.plan(image, settings))
        case .pages(let image): self = .pages(try Self.plan(image))
        }
    }

    /// Whether the card has these places.
    func fits(_ technology: CardTechnology) -> Bool {
        switch self {
        case .blocks(let plan):
            guard let blocks = technology.blocks else { return false }
            return (plan.data + plan.trailers).allSatisfy { blocks.contains($0.number) }
        case .pages(let plan):
            guard let pages = technology.pages else { return false }
            return (plan.data + plan.locks).allSatisfy {
                pages.user.contains($0.number) || plan.mayLock && pages.all.contains($0.number)
            }
        }
    }

    private static func plan(_ image: BlockImage, _ settings: ContactlessSettings) throws(Fault) -> BlockPlan {
        let places = try places(image.blocks, length: 16, word: "block", last: 255)
        for place in places {
            if place.number == 0, !image.allowed.contains(.manufacturerBlock) {
                throw Fault(.rejected(reason: "block 0 belongs to the card's maker and is not written: leave it out of the card image"))
            }
            guard ClassicGeometry.isTrailer(place.number) else { continue }
            guard image.allowed.contains(.sectorTrailers) else {
                throw Fault(
                    .rejected(
                        reason: "block \(place.number) holds the keys of its sector and is not written: leave it out of the card image"))
            }
            guard ClassicGeometry.hasSoundAccessBits(place.bytes) else {
                throw Fault(
                    .rejected(reason: "the access bits for block \(place.number) contradict themselves and would close its sector for ever")
                )
            }
        }
        return BlockPlan(
            data: places.filter { !ClassicGeometry.isTrailer($0.number) }, trailers: places.filter { ClassicGeometry.isTrailer($0.number) },
            key: try settings.sectorKey(named: image.key, kind: image.keyKind))
    }

    private static func plan(_ image: PageImage) throws(Fault) -> PagePlan {
        let places = try places(image.pages, length: 4, word: "page", last: 255)
        let mayLock = image.allowed.contains(.lockPages)
        if !mayLock, let first = places.first, first.number < 4 {
            throw Fault(
                .rejected(
                    reason: "page \(first.number) holds serial number or lock bits and is not written: leave it out of the card image"))
        }
        return PagePlan(data: places.filter { $0.number >= 4 }, locks: places.filter { $0.number < 4 }, mayLock: mayLock)
    }

    private static func places(_ content: [Int: [UInt8]], length: Int, word: String, last: Int) throws(Fault) -> [Place] {
        let places = content.map { Place(number: $0.key, bytes: $0.value) }.sorted { $0.number < $1.number }
        guard !places.isEmpty else { throw Fault(.rejected(reason: "the card image is empty: there is nothing to write")) }
        for place in places where place.bytes.count != length || !(0...last).contains(place.number) {
            throw Fault(.rejected(reason: "\(word) \(place.number) of the card image must have \(length) bytes and a number up to \(last)"))
        }
        return places
    }
}

extension CardPlan.PagePlan {
    /// The same plan for a card that is known: configuration behind the user's pages goes last too, the card's first pages last of all.
    func ordered(for pages: PageGeometry) -> (content: [CardPlan.Place], locks: [CardPlan.Place]) {
        (data.filter { pages.user.contains($0.number) }, data.filter { !pages.user.contains($0.number) } + locks)
    }
}
